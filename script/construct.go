package script

import (
	"path/filepath"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/interp"
	"weir/script/problem"
)

// luaCmd is cmd(name, arg, ...) and cmd{name, arg, ..., env=, dir=, name=}.
func luaCmd(L *lua.LState) int {
	s := &stage{Origin: problem.Where(L)}
	if t, ok := L.Get(1).(*lua.LTable); ok && L.GetTop() == 1 {
		checkKeys(L, "cmd", t, true, "env", "dir", "name")
		for i := 1; i <= interp.Len(t); i++ {
			addWord(L, s, interp.GetInt(t, i), i)
		}
		if env := t.RawGetString("env"); env != lua.LNil {
			s.set.env = envOf(L, env)
		}
		s.set.dir = optionString(L, t, "cmd", "dir")
		s.set.name = optionString(L, t, "cmd", "name")
	} else {
		for i := 1; i <= L.GetTop(); i++ {
			addWord(L, s, L.Get(i), i)
		}
	}
	if len(s.argv) == 0 || s.argv[0] == "" {
		problem.New(s.Origin, "cmd: the program's name is missing").
			Hinted("write cmd(\"ls\", \"-l\")").Pointing("cmd").Raise(L)
	}
	pushNode(L, s)
	return 1
}

// addWord adds word i of a command: a string, a number, or a topology that the
// program reads or writes as a file.
func addWord(L *lua.LState, s *stage, v lua.LValue, i int) {
	n, isNode := toNode(v)
	if isNode && i == 1 {
		problem.Here(L, "cmd: the program's name must be a string, but is %s", problem.Describe(v)).Pointing("cmd").Raise(L)
	}
	if !isNode {
		s.argv = append(s.argv, wordArgument(L, v, i))
		return
	}
	sub := substitute{word: len(s.argv), node: n}
	if target, ok := n.(*into); ok {
		sub.node, sub.into = target.node, true
	}
	s.subs = append(s.subs, sub)
	s.argv = append(s.argv, "")
}

// word gives word i of a command.
func wordArgument(L *lua.LState, v lua.LValue, i int) string {
	text, ok := problem.TextOf(v)
	if !ok {
		problem.Here(L, "cmd: word %d must be a string, a number or a topology, but is %s", i, problem.Describe(v)).
			Pointing("cmd").Raise(L)
	}
	if strings.IndexByte(text, 0) >= 0 {
		problem.Raisef(L, "cmd", "cmd: word %d holds a zero byte, which no argument of a program can", i)
	}
	return text
}

func optionString(L *lua.LState, t *lua.LTable, verb, key string) string {
	v := t.RawGetString(key)
	if v == lua.LNil {
		return ""
	}
	text, ok := problem.TextOf(v)
	if !ok {
		problem.Raisef(L, key, "%s: %s must be a string, but is %s", verb, key, problem.Describe(v))
	}
	return text
}

// envOf reads a table of variables: false removes one.
func envOf(L *lua.LState, v lua.LValue) map[string]*string {
	t, ok := v.(*lua.LTable)
	if !ok {
		problem.Here(L, "env must be a table, but is %s", problem.Describe(v)).
			Hinted("write env{NAME = \"value\"}").Pointing("env").Raise(L)
	}
	env := map[string]*string{}
	t.ForEach(func(k, v lua.LValue) {
		name, isName := k.(lua.LString)
		if !isName || name == "" || strings.ContainsAny(string(name), "=\x00") {
			problem.Raisef(L, "env", "env: %s is not the name of a variable", problem.Describe(k))
		}
		if v == lua.LFalse {
			env[string(name)] = nil
			return
		}
		text, ok := problem.TextOf(v)
		if !ok || strings.IndexByte(text, 0) >= 0 {
			problem.Here(L, "env: %s must be a string without zero bytes, but is %s", name, problem.Describe(v)).
				Hinted("false removes a variable").Pointing(string(name)).Raise(L)
		}
		env[string(name)] = &text
	})
	return env
}

func luaSh(L *lua.LState) int {
	line, ok := problem.TextOf(L.Get(1))
	if !ok {
		problem.Raisef(L, "sh", "sh: the line must be a string, but is %s", problem.Describe(L.Get(1)))
	}
	pushNode(L, lineStage(L, line))
	return 1
}

func luaProc(L *lua.LState) int   { return luaFunction(L, "proc", false) }
func luaThread(L *lua.LState) int { return luaFunction(L, "thread", true) }

func luaFunction(L *lua.LState, verb string, thread bool) int {
	fn, ok := L.Get(1).(*lua.LFunction)
	if !ok {
		p := problem.Here(L, "%s: the first argument must be a function, but is %s", verb, problem.Describe(L.Get(1))).
			Pointing(verb)
		if L.Get(1).Type() == lua.LTString {
			p.Hinted("a line of shell is sh\"...\"")
		}
		problem.Raise(L, p)
	}
	var args []lua.LValue
	for i := 2; i <= L.GetTop(); i++ {
		args = append(args, L.Get(i))
	}
	pushNode(L, functionStage(L, fn, args, thread))
	return 1
}

func luaText(L *lua.LState) int {
	data, ok := problem.TextOf(L.Get(1))
	if !ok {
		problem.Raisef(L, "text", "text: must be a string, but is %s", problem.Describe(L.Get(1)))
	}
	pushNode(L, &channel{Origin: problem.Where(L), kind: ipc.KindMemory, data: data, opened: &opened{}})
	return 1
}

func luaFile(L *lua.LState) int {
	c := &channel{Origin: problem.Where(L), kind: ipc.KindFile, path: pathArgument(L, "file"), opened: &opened{}}
	switch v := L.Get(2); v {
	case lua.LNil:
	case lua.LString("r"), lua.LString("w"), lua.LString("a"):
		c.modeSet = true
		c.mode = map[lua.LValue]ipc.Mode{lua.LString("r"): ipc.Read, lua.LString("w"): ipc.Write,
			lua.LString("a"): ipc.Append}[v]
	default:
		problem.Here(L, "file %s: the mode must be \"r\", \"w\" or \"a\", but is %s", c.path, problem.Describe(v)).
			Pointing("file").Raise(L)
	}
	pushNode(L, c)
	return 1
}

// path reads the first argument as a path.
func pathArgument(L *lua.LState, verb string) string {
	path, ok := problem.TextOf(L.Get(1))
	if !ok || path == "" || strings.IndexByte(path, 0) >= 0 {
		problem.Raisef(L, verb, "%s: the path must be a string, but is %s", verb, problem.Describe(L.Get(1)))
	}
	if path == "~" || strings.HasPrefix(path, "~"+string(filepath.Separator)) {
		problem.Here(L, "%s %s: ~ is not expanded here", verb, path).
			Hinted("write os.getenv(\"HOME\") .. %s", problem.Quote(path[1:])).Pointing(verb).Raise(L)
	}
	return path
}

func luaPipe(L *lua.LState) int {
	c := &channel{Origin: problem.Where(L), kind: ipc.KindPipe, opened: &opened{}}
	switch t := L.Get(1).(type) {
	case *lua.LNilType:
	case *lua.LTable:
		checkKeys(L, "pipe", t, false, "capacity", "spill", "meter", "codec", "frame")
		frameOptions(L, c, t)
		if v := t.RawGetString("capacity"); v != lua.LNil {
			var err error
			if c.capacity, err = parseSize(v); err != nil {
				problem.Raisef(L, "capacity", "pipe: %v", err)
			}
		}
		if v := t.RawGetString("spill"); v != lua.LNil && v != lua.LFalse {
			c.spill = spillOf(L, "pipe", v)
		}
		c.meter = lua.LVAsBool(t.RawGetString("meter"))
	default:
		problem.Here(L, "pipe: its options are a table, but this is %s", problem.Describe(t)).
			Hinted("write pipe{capacity = \"64K\"}").Pointing("pipe").Raise(L)
	}
	pushNode(L, c)
	return 1
}

func luaFIFO(L *lua.LState) int {
	path, err := ipc.PathOf(ipc.Addr{Kind: ipc.KindFIFO, Name: pathArgument(L, "fifo")})
	if err != nil {
		problem.Here(L, "fifo: %v", err).Pointing("fifo").Raise(L)
	}
	c := &channel{Origin: problem.Where(L), kind: ipc.KindFIFO, path: path, perm: 0o600, opened: &opened{}}
	switch t := L.Get(2).(type) {
	case *lua.LNilType:
	case *lua.LTable:
		checkKeys(L, "fifo", t, false, "create", "open", "mode", "codec", "frame")
		frameOptions(L, c, t)
		if t.RawGetString("open") != lua.LNil {
			c.create = openingOfFIFO(L, c.path, t)
		}
		if v := t.RawGetString("create"); v != lua.LNil {
			create := lua.LVAsBool(v)
			c.create = &create
		}
		if v := t.RawGetString("mode"); v != lua.LNil {
			c.perm = permission(L, v)
		}
	default:
		problem.Here(L, "fifo: its options are a table, but this is %s", problem.Describe(t)).
			Hinted("write fifo(path, {create = true})").Pointing("fifo").Raise(L)
	}
	if vm := vmOf(L); fifosLast && c.create != nil && *c.create && vm.opts.Explain == nil {
		if err := makeFIFO(vm, c); err != nil {
			problem.Raise(L, err)
		}
	}
	pushNode(L, c)
	return 1
}

// makeFIFO makes the name of a FIFO that this script is to create. The first run that has
// the channel removes it at its end, else the script does.
func makeFIFO(vm *VM, c *channel) error {
	if _, err := createsFIFO(c); err != nil {
		return err
	}
	o, err := nameOptions(false)
	if err != nil {
		return err
	}
	path, err := filepath.Abs(c.path)
	if err != nil {
		return err
	}
	if ipc.MakeFIFO(path, c.perm, o) != nil {
		return nil // whatever uses it says why, and has more to say
	}
	c.made = true
	vm.objects.holdOpen(func() error { return unname(ipc.Addr{Kind: ipc.KindFIFO, Name: path}) })
	return nil
}

// permission reads permission bits written in octal, as chmod(1) does: "0600".
func permission(L *lua.LState, v lua.LValue) uint32 {
	text := lua.LVAsString(v)
	bits, err := strconv.ParseUint(text, 8, 32)
	if err != nil || bits > 0o777 {
		problem.Raisef(L, "mode", "fifo: the mode must be permission bits in octal such as \"0600\", but is %s",
			problem.Describe(v))
	}
	return uint32(bits)
}

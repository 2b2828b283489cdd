package script

import (
	"path/filepath"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/script/interp"
)

// luaCmd is cmd(name, arg, ...) and cmd{name, arg, ..., env=, dir=, name=}.
func (vm *VM) luaCmd(L *lua.LState) int {
	s := &stage{origin: whereIs(L)}
	if t, ok := L.Get(1).(*lua.LTable); ok && L.GetTop() == 1 {
		vm.checkKeys(L, "cmd", t, true, "env", "dir", "name")
		for i := 1; i <= interp.Len(t); i++ {
			vm.addWord(L, s, interp.GetInt(t, i), i)
		}
		if env := t.RawGetString("env"); env != lua.LNil {
			s.set.env = vm.envOf(L, env)
		}
		s.set.dir = vm.optionString(L, t, "cmd", "dir")
		s.set.name = vm.optionString(L, t, "cmd", "name")
	} else {
		for i := 1; i <= L.GetTop(); i++ {
			vm.addWord(L, s, L.Get(i), i)
		}
	}
	if len(s.argv) == 0 || s.argv[0] == "" {
		vm.raise(L, problemf(s.origin, "cmd: the program's name is missing").hinted("write cmd(\"ls\", \"-l\")").pointing("cmd"))
	}
	vm.pushNode(L, s)
	return 1
}

// addWord adds word i of a command: a string, a number, or a topology that the
// program reads or writes as a file.
func (vm *VM) addWord(L *lua.LState, s *stage, v lua.LValue, i int) {
	n, isNode := toNode(v)
	if isNode && i == 1 {
		vm.raise(L, problemf(whereIs(L), "cmd: the program's name must be a string, but is %s", describe(v)).pointing("cmd"))
	}
	if !isNode {
		s.argv = append(s.argv, vm.word(L, v, i))
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
func (vm *VM) word(L *lua.LState, v lua.LValue, i int) string {
	text, ok := textOf(v)
	if !ok {
		vm.raise(L, problemf(whereIs(L), "cmd: word %d must be a string, a number or a topology, but is %s", i, describe(v)).pointing("cmd"))
	}
	if strings.IndexByte(text, 0) >= 0 {
		vm.raisef(L, "cmd", "cmd: word %d holds a zero byte, which no argument of a program can", i)
	}
	return text
}

func (vm *VM) optionString(L *lua.LState, t *lua.LTable, what, key string) string {
	v := t.RawGetString(key)
	if v == lua.LNil {
		return ""
	}
	text, ok := textOf(v)
	if !ok {
		vm.raisef(L, key, "%s: %s must be a string, but is %s", what, key, describe(v))
	}
	return text
}

// envOf reads a table of variables: false removes one.
func (vm *VM) envOf(L *lua.LState, v lua.LValue) map[string]*string {
	t, ok := v.(*lua.LTable)
	if !ok {
		vm.raise(L, problemf(whereIs(L), "env must be a table, but is %s", describe(v)).hinted("write env{NAME = \"value\"}").pointing("env"))
	}
	env := map[string]*string{}
	t.ForEach(func(k, v lua.LValue) {
		name, isName := k.(lua.LString)
		if !isName || name == "" || strings.ContainsAny(string(name), "=\x00") {
			vm.raisef(L, "env", "env: %s is not the name of a variable", describe(k))
		}
		if v == lua.LFalse {
			env[string(name)] = nil
			return
		}
		text, ok := textOf(v)
		if !ok || strings.IndexByte(text, 0) >= 0 {
			vm.raise(L, problemf(whereIs(L), "env: %s must be a string without zero bytes, but is %s", name, describe(v)).
				hinted("false removes a variable").pointing(string(name)))
		}
		env[string(name)] = &text
	})
	return env
}

func (vm *VM) luaSh(L *lua.LState) int {
	line, ok := textOf(L.Get(1))
	if !ok {
		vm.raisef(L, "sh", "sh: the line must be a string, but is %s", describe(L.Get(1)))
	}
	vm.pushNode(L, vm.lineStage(L, line))
	return 1
}

func (vm *VM) luaProc(L *lua.LState) int   { return vm.luaFunction(L, "proc", false) }
func (vm *VM) luaThread(L *lua.LState) int { return vm.luaFunction(L, "thread", true) }

func (vm *VM) luaFunction(L *lua.LState, verb string, thread bool) int {
	fn, ok := L.Get(1).(*lua.LFunction)
	if !ok {
		p := problemf(whereIs(L), "%s: the first argument must be a function, but is %s", verb, describe(L.Get(1))).pointing(verb)
		if L.Get(1).Type() == lua.LTString {
			p.hinted("a line of shell is sh\"...\"")
		}
		vm.raise(L, p)
	}
	var args []lua.LValue
	for i := 2; i <= L.GetTop(); i++ {
		args = append(args, L.Get(i))
	}
	vm.pushNode(L, vm.functionStage(L, fn, args, thread))
	return 1
}

func (vm *VM) luaText(L *lua.LState) int {
	data, ok := textOf(L.Get(1))
	if !ok {
		vm.raisef(L, "text", "text: must be a string, but is %s", describe(L.Get(1)))
	}
	vm.pushNode(L, &channel{origin: whereIs(L), kind: ipc.KindMemory, data: data, own: &ownEnds{}})
	return 1
}

func (vm *VM) luaFile(L *lua.LState) int {
	c := &channel{origin: whereIs(L), kind: ipc.KindFile, path: vm.path(L, "file"), own: &ownEnds{}}
	switch v := L.Get(2); v {
	case lua.LNil:
	case lua.LString("r"), lua.LString("w"), lua.LString("a"):
		c.modeSet = true
		c.mode = map[lua.LValue]ipc.Mode{lua.LString("r"): ipc.Read, lua.LString("w"): ipc.Write, lua.LString("a"): ipc.Append}[v]
	default:
		vm.raise(L, problemf(whereIs(L), "file %s: the mode must be \"r\", \"w\" or \"a\", but is %s", c.path, describe(v)).pointing("file"))
	}
	vm.pushNode(L, c)
	return 1
}

// path reads the first argument as a path.
func (vm *VM) path(L *lua.LState, what string) string {
	path, ok := textOf(L.Get(1))
	if !ok || path == "" || strings.IndexByte(path, 0) >= 0 {
		vm.raisef(L, what, "%s: the path must be a string, but is %s", what, describe(L.Get(1)))
	}
	if path == "~" || strings.HasPrefix(path, "~"+string(filepath.Separator)) {
		vm.raise(L, problemf(whereIs(L), "%s %s: ~ is not expanded here", what, path).
			hinted("write os.getenv(\"HOME\") .. %s", quote(path[1:])).pointing(what))
	}
	return path
}

func (vm *VM) luaPipe(L *lua.LState) int {
	c := &channel{origin: whereIs(L), kind: ipc.KindPipe, own: &ownEnds{}}
	switch t := L.Get(1).(type) {
	case *lua.LNilType:
	case *lua.LTable:
		vm.checkKeys(L, "pipe", t, false, "capacity", "spill", "meter", "codec", "frame")
		vm.frameOptions(L, c, t)
		if v := t.RawGetString("capacity"); v != lua.LNil {
			var err error
			if c.capacity, err = parseSize(v); err != nil {
				vm.raisef(L, "capacity", "pipe: %v", err)
			}
		}
		if v := t.RawGetString("spill"); v != lua.LNil && v != lua.LFalse {
			c.spill = vm.spillOf(L, "pipe", v)
		}
		c.meter = lua.LVAsBool(t.RawGetString("meter"))
	default:
		vm.raise(L, problemf(whereIs(L), "pipe: its options are a table, but this is %s", describe(t)).
			hinted("write pipe{capacity = \"64K\"}").pointing("pipe"))
	}
	vm.pushNode(L, c)
	return 1
}

func (vm *VM) luaFIFO(L *lua.LState) int {
	c := &channel{origin: whereIs(L), kind: ipc.KindFIFO, path: vm.path(L, "fifo"), perm: 0o600, own: &ownEnds{}}
	switch t := L.Get(2).(type) {
	case *lua.LNilType:
	case *lua.LTable:
		vm.checkKeys(L, "fifo", t, false, "create", "mode", "codec", "frame")
		vm.frameOptions(L, c, t)
		if v := t.RawGetString("create"); v != lua.LNil {
			create := lua.LVAsBool(v)
			c.create = &create
		}
		if v := t.RawGetString("mode"); v != lua.LNil {
			c.perm = vm.permission(L, v)
		}
	default:
		vm.raise(L, problemf(whereIs(L), "fifo: its options are a table, but this is %s", describe(t)).
			hinted("write fifo(path, {create = true})").pointing("fifo"))
	}
	vm.pushNode(L, c)
	return 1
}

// permission reads permission bits written in octal, as chmod(1) does: "0600".
func (vm *VM) permission(L *lua.LState, v lua.LValue) uint32 {
	text := lua.LVAsString(v)
	bits, err := strconv.ParseUint(text, 8, 32)
	if err != nil || bits > 0o777 {
		vm.raisef(L, "mode", "fifo: the mode must be permission bits in octal such as \"0600\", but is %s", describe(v))
	}
	return uint32(bits)
}

package script

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime/relay"
	"weir/script/extension"
	"weir/script/interp"
	"weir/script/luaio"
	"weir/script/problem"
	"weir/script/syntax"
	"weir/script/travel"
)

// placeOf finds where a function was written: its chunk, and the way to it in the tree of
// prototypes.
func placeOf(p *lua.FunctionProto) (*syntax.Chunk, []int, bool) {
	chunk, ok := interp.ChunkOf(p).(*syntax.Chunk)
	if !ok {
		return nil, nil, false
	}
	return chunk, interp.InfoOf(p).Path, true
}

// pack encodes the function of a stage with its arguments. What it holds gets
// descriptors from next on.
func (lo *lowering) pack(s *stage, name string, next int) ([]byte, error) {
	L, to := lo.vm.L, &packing{lo: lo, stage: name, next: next}
	data,
		err := encode(L, slices.Concat([]lua.LValue{s.fn.fn}, s.fn.args, []lua.LValue{lo.identity(s, name)}), L.G.Global, to)
	var refused *travel.Error
	if errors.As(err, &refused) {
		verb := "proc"
		if s.thread {
			verb = "thread"
		}
		return nil, problem.New(s.Origin, "%s: %v", verb, refused).Hinted("%s", refused.Hint).Pointing(refused.Name)
	}
	return data, err
}

// encode writes values for another state. globals is nil where those that
// functions name stay behind; to gives pipes and objects their descriptors, and
// is nil where none can be passed.
func encode(L *lua.LState, values []lua.LValue, globals *lua.LTable, to attacher) ([]byte, error) {
	var failed error
	taken := map[node]*lua.LUserData{}
	sender := travel.Sender{Library: vmOf(L).names, Globals: globals, Chunk: placeOf}
	sender.Dismantle = func(ud *lua.LUserData) (string, lua.LValue, string) {
		if o, ok := ud.Value.(object); ok {
			if to == nil {
				return "", nil, objectOf(o.addr().Kind).noun
			}
			tag, parts, err := dismantleObject(L, o, to)
			if err != nil && failed == nil {
				failed = err
			}
			return tag, parts, ""
		}
		if n, ok := ud.Value.(extension.Integer); ok {
			return tagInteger, dismantleInteger(n), ""
		}
		if f, ok := ud.Value.(*problem.FailedRun); ok {
			return tagFailed, dismantleFailed(L, f), ""
		}
		if p, ok := ud.Value.(*peer); ok && to != nil {
			return tagPeer, dismantlePeer(L, p), ""
		}
		n, ok := ud.Value.(node)
		if !ok {
			return "", nil, foreign(ud)
		}
		tag, parts, err := dismantle(L, n, taken, to)
		if err != nil && failed == nil {
			failed = err
		}
		return tag, parts, "a channel"
	}
	data, err := sender.Encode(values)
	if failed != nil {
		return nil, failed
	}
	return data, err
}

// foreign says what a userdata is that stays at home.
func foreign(ud *lua.LUserData) string {
	if _, ok := ud.Value.(*luaio.File); ok {
		return "an open file"
	}
	return problem.Describe(ud)
}

// The tags of topologies that travel.
const (
	tagStage   = "stage"
	tagChannel = "channel"
	tagChain   = "chain"
	tagGroup   = "group"
	tagPeer    = "peer"
)

// dismantle takes a topology apart into plain Lua values.
func dismantle(L *lua.LState, n node, taken map[node]*lua.LUserData, to attacher) (string, lua.LValue, error) {
	t := partsAt(L, n.At())
	switch n := n.(type) {
	case *stage:
		if len(n.subs)+len(n.set.stageFDs) > 0 || n.set.watch != (supervision{}) {
			break
		}
		dismantleStage(L, t, n, to)
		return tagStage, t, nil
	case *channel:
		err := dismantleChannel(t, n, to)
		if errors.Is(err, errNoDescriptor) {
			return "", nil, nil
		}
		return tagChannel, t, err
	case *chain:
		dismantleParts(L, t, n.parts, taken)
		return tagChain, t, nil
	case *group:
		if n.key != nil {
			break
		}
		dismantleParts(L, t, n.parts, taken)
		dismantleGroup(t, n)
		return tagGroup, t, nil
	}
	return "", nil, problem.New(n.At(), "%s cannot travel", write(n)).Hinted("make it inside the function")
}

func dismantleGroup(t *lua.LTable, g *group) {
	t.RawSetString("verb", lua.LString(g.verb))
	for key, n := range map[string]int{"split": int(g.split), "gather": int(g.gather), "frame": int(g.frame)} {
		t.RawSetString(key, lua.LNumber(n))
	}
	t.RawSetString("fed", lua.LBool(g.fed))
	if g.spill != nil {
		t.RawSetString("spill", lua.LNumber(g.spill.limit))
	}
}

func assembleGroup(t *lua.LTable, at problem.Origin, parts []node) *group {
	number := func(key string) int { return int(lua.LVAsNumber(t.RawGetString(key))) }
	g := &group{Origin: at, parts: parts, verb: lua.LVAsString(t.RawGetString("verb")), split: split(number("split")),
		gather: gather(number("gather")), frame: relay.Frame(number("frame")), fed: lua.LVAsBool(t.RawGetString("fed"))}
	if t.RawGetString("spill") != lua.LNil {
		g.spill = &inlineRelay{Origin: at, verb: "spill", limit: int64(number("spill"))}
	}
	return g
}

// partsAt is a table for the parts of what was written at o.
func partsAt(L *lua.LState, o problem.Origin) *lua.LTable {
	t := L.NewTable()
	t.RawSetString("chunk", lua.LString(o.Chunk))
	t.RawSetString("line", lua.LNumber(o.Line))
	return t
}

func dismantleParts(L *lua.LState, t *lua.LTable, parts []node, taken map[node]*lua.LUserData) {
	for i, part := range parts {
		ud := taken[part]
		if ud == nil {
			ud = L.NewUserData()
			ud.Value = part
			taken[part] = ud
		}
		t.RawSetInt(i+1, ud)
	}
}

func dismantleStage(L *lua.LState, t *lua.LTable, s *stage, to attacher) {
	switch {
	case s.line != nil:
		t.RawSetString("text", lua.LString(*s.line))
	case s.fn != nil:
		args := L.NewTable()
		for i, a := range s.fn.args {
			args.RawSetInt(i+1, a)
		}
		t.RawSetString("fn", s.fn.fn)
		t.RawSetString("args", args)
		t.RawSetString("n", lua.LNumber(len(s.fn.args)))
		t.RawSetString("called", lua.LString(s.fn.name))
		t.RawSetString("thread", lua.LBool(s.thread))
		if p, ok := to.(*packing); ok && p.lo.mail.use(p.lo.vm, s) == nil && s.mail.box != nil {
			t.RawSetString("box", boxValue(L, s.mail.box))
		}
	default:
		argv := L.NewTable()
		for i, word := range s.argv {
			argv.RawSetInt(i+1, lua.LString(word))
		}
		t.RawSetString("argv", argv)
	}
	env := L.NewTable()
	for k, v := range s.set.env {
		if v == nil {
			env.RawSetString(k, lua.LFalse)
		} else {
			env.RawSetString(k, lua.LString(*v))
		}
	}
	t.RawSetString("env", env)
	t.RawSetString("name", lua.LString(s.set.name))
	t.RawSetString("dir", lua.LString(s.set.dir))
	t.RawSetString("timeout", lua.LNumber(s.set.timeout))
}

var errNoDescriptor = errors.New("no descriptor can be passed here")

func dismantleChannel(t *lua.LTable, c *channel, to attacher) error {
	path := c.path
	if path != "" && c.stream == nil {
		// The stage may run in another folder.
		if full, err := filepath.Abs(path); err == nil {
			path = full
		}
	}
	if c.msg != nil {
		path = c.path
	}
	for key, text := range map[string]string{"kind": string(c.kind), "path": path, "data": c.data, "name": c.name} {
		t.RawSetString(key, lua.LString(text))
	}
	t.RawSetString("capacity", lua.LNumber(c.capacity))
	t.RawSetString("perm", lua.LNumber(c.perm))
	t.RawSetString("json", lua.LBool(c.json))
	t.RawSetString("nul", lua.LBool(c.nul))
	if c.modeSet {
		t.RawSetString("mode", lua.LNumber(c.mode))
	}
	if c.create != nil && !c.made {
		t.RawSetString("create", lua.LBool(*c.create))
	}
	if c.stream != nil && c.stream.isClosed() {
		return alreadyClosed(c.Origin, write(c), verbOf(c))
	}
	if c.stream != nil && c.stream.used() {
		return problem.New(c.Origin, "%s is connected or listens here, and cannot travel", write(c)).
			Hinted("make it inside the function").Pointing("socket")
	}
	if c.kind != ipc.KindPipe && c.msg == nil {
		return nil
	}
	if to == nil {
		return errNoDescriptor
	}
	if c.msg != nil {
		fd, files, err := to.object(c.msg, c.name)
		t.RawSetString("fd", lua.LNumber(fd))
		t.RawSetString("files", lua.LNumber(files))
		c.msg.dismantle(t)
		return err
	}
	fd, err := to.pipe(c)
	t.RawSetString("fd", lua.LNumber(fd))
	return err
}

// decode makes the values that encode wrote. attached gives an inherited
// descriptor, or nil where the run has none of that number.
func decode(L *lua.LState, data []byte, attached func(fd int) *os.File) ([]lua.LValue, error) {
	vm := vmOf(L)
	r := travel.Receiver{L: L, Library: vm.names, Compile: vm.sources.Arrive}
	r.Assemble = func(ud *lua.LUserData, tag string, parts lua.LValue) error {
		if tag == tagInteger {
			n, err := assembleInteger(parts)
			n.Fill(L, ud)
			return err
		}
		t, ok := parts.(*lua.LTable)
		if !ok {
			return fmt.Errorf("malformed %s", tag)
		}
		if tag == tagFailed {
			assembleFailed(t).Fill(L, ud)
			return nil
		}
		if tag == tagPeer {
			ud.Value, ud.Metatable = assemblePeer(t), peerTable(L)
			return nil
		}
		if kind := objectOf(ipc.Kind(tag)); kind != nil {
			o, err := assembleObject(L, kind, placeOfParts(t), t, attached)
			if err != nil {
				return err
			}
			ud.Value, ud.Metatable = o, objectTable(L, o)
			return nil
		}
		n, err := assemble(L, tag, t, attached)
		if err != nil {
			return err
		}
		ud.Value, ud.Metatable = n, tableOf(L, n)
		return nil
	}
	return r.Decode(data)
}

// placeOfParts is where the script wrote what was taken apart.
func placeOfParts(t *lua.LTable) problem.Origin {
	return problem.Origin{Chunk: lua.LVAsString(t.RawGetString("chunk")),
		Line: int(lua.LVAsNumber(t.RawGetString("line")))}
}

func assemble(L *lua.LState, tag string, t *lua.LTable, attached func(fd int) *os.File) (node, error) {
	at := placeOfParts(t)
	switch tag {
	case tagStage:
		return assembleStage(t, at)
	case tagChannel:
		return assembleChannel(L, t, at, attached)
	case tagChain, tagGroup:
		var parts []node
		for i := 1; i <= interp.Len(t); i++ {
			n, ok := toNode(interp.GetInt(t, i))
			if !ok {
				return nil, fmt.Errorf("malformed %s", tag)
			}
			parts = append(parts, n)
		}
		if tag == tagChain {
			return &chain{Origin: at, parts: parts}, nil
		}
		return assembleGroup(t, at, parts), nil
	}
	return nil, fmt.Errorf("unknown kind of userdata %s", problem.Quote(tag))
}

func assembleStage(t *lua.LTable, at problem.Origin) (node, error) {
	s := &stage{Origin: at}
	s.set.name = lua.LVAsString(t.RawGetString("name"))
	s.set.dir = lua.LVAsString(t.RawGetString("dir"))
	s.set.timeout = time.Duration(lua.LVAsNumber(t.RawGetString("timeout")))
	if env, ok := t.RawGetString("env").(*lua.LTable); ok && interp.Len(env) == 0 {
		env.ForEach(func(k, v lua.LValue) {
			if s.set.env == nil {
				s.set.env = map[string]*string{}
			}
			var value *string
			if text, ok := v.(lua.LString); ok {
				value = (*string)(&text)
			}
			s.set.env[lua.LVAsString(k)] = value
		})
	}
	switch argv := t.RawGetString("argv").(type) {
	case *lua.LTable:
		for i := 1; i <= interp.Len(argv); i++ {
			s.argv = append(s.argv, lua.LVAsString(interp.GetInt(argv, i)))
		}
	default:
		fn, isFunction := t.RawGetString("fn").(*lua.LFunction)
		args, _ := t.RawGetString("args").(*lua.LTable)
		if !isFunction || args == nil {
			line := lua.LVAsString(t.RawGetString("text"))
			s.line = &line
			break
		}
		s.thread = lua.LVAsBool(t.RawGetString("thread"))
		s.mail = &mail{box: boxIn(t.RawGetString("box"))}
		s.fn = &luaCode{fn: fn, name: lua.LVAsString(t.RawGetString("called"))}
		for i := 1; i <= int(lua.LVAsNumber(t.RawGetString("n"))); i++ {
			s.fn.args = append(s.fn.args, interp.GetInt(args, i))
		}
	}
	if s.line == nil && s.fn == nil && len(s.argv) == 0 {
		return nil, errors.New("malformed stage")
	}
	return s, nil
}

func assembleChannel(L *lua.LState, t *lua.LTable, at problem.Origin, attached func(fd int) *os.File) (node, error) {
	c := &channel{Origin: at, opened: &opened{}}
	c.kind = ipc.Kind(lua.LVAsString(t.RawGetString("kind")))
	c.path = lua.LVAsString(t.RawGetString("path"))
	c.data = lua.LVAsString(t.RawGetString("data"))
	c.name = lua.LVAsString(t.RawGetString("name"))
	c.json, c.nul = lua.LVAsBool(t.RawGetString("json")), lua.LVAsBool(t.RawGetString("nul"))
	c.capacity = int(lua.LVAsNumber(t.RawGetString("capacity")))
	c.perm = uint32(lua.LVAsNumber(t.RawGetString("perm")))
	if mode, ok := t.RawGetString("mode").(lua.LNumber); ok {
		c.mode, c.modeSet = ipc.Mode(mode), true
	}
	if create, ok := t.RawGetString("create").(lua.LBool); ok {
		c.create = (*bool)(&create)
	}
	if isStream(c.kind) {
		c.stream = &stream{addr: ipc.Addr{Kind: c.kind, Name: c.path}}
		vmOf(L).objects.keepStream(c.stream)
		return c, nil
	}
	if t.RawGetString("files") != lua.LNil {
		return c, assembleMessages(&vmOf(L).objects, c, t, attached)
	}
	fd, ok := t.RawGetString("fd").(lua.LNumber)
	if !ok || attached == nil {
		return c, nil
	}
	if f := attached(int(fd)); f != nil {
		c.reader = adopt(vmOf(L), f, "pipe", luaio.ModeRead, c)
	}
	if f := attached(int(fd) + 1); f != nil {
		c.writer = adopt(vmOf(L), f, "pipe", luaio.ModeWrite, c)
	}
	c.inherited = c.reader != nil && c.writer != nil
	return c, nil
}

// tagFailed is that of a failed run that travels: its parts are the message and the result.
const tagFailed = "failed run"

func dismantleFailed(L *lua.LState, f *problem.FailedRun) lua.LValue {
	t := partsAt(L, f.At)
	t.RawSetString("text", lua.LString(f.Text))
	t.RawSetString("message", lua.LString(f.Message))
	t.RawSetString("hint", lua.LString(f.Hint))
	t.RawSetString("result", f.Result)
	return t
}

func assembleFailed(t *lua.LTable) *problem.FailedRun {
	p := &problem.Error{At: placeOfParts(t), Message: lua.LVAsString(t.RawGetString("message")),
		Hint: lua.LVAsString(t.RawGetString("hint"))}
	p.Result, _ = t.RawGetString("result").(*lua.LTable)
	return &problem.FailedRun{Error: p, Text: lua.LVAsString(t.RawGetString("text"))}
}

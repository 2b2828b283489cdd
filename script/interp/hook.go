package interp

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// hook is what debug.sethook has set for a state.
type hook struct {
	fn                  lua.LValue
	mask                string
	call, ret, line     bool
	count, left, lastPc int
	lastFrame           *frame
}

// hooks are those of all states of a program.
type hooks struct {
	of      map[*state]*hook
	running *state // whose hook's function runs
}

// hooksKey is where the registry has them.
const hooksKey = "weir hooks"

func (g *globals) hooks() *hooks {
	ud, ok := g.Registry.RawGetString(hooksKey).(*lua.LUserData)
	if !ok {
		ud = &lua.LUserData{Value: &hooks{of: map[*state]*hook{}}, Metatable: lua.LNil}
		g.Registry.RawSetString(hooksKey, ud)
	}
	return ud.Value.(*hooks)
}

// hasNoCounterpart reports whether lua5.1 has no instruction for this one, for which no hook is called.
func hasNoCounterpart(p *lua.FunctionProto, pc int) bool {
	return pc == 0 && opOf(p.Code[0]) == lua.OP_LOADNIL && argC(p.Code[0]) != 0
}

// ActiveLines visits the lines of a function that have instructions.
func ActiveLines(p *lua.FunctionProto, visit func(line int)) {
	for pc, line := range p.DbgSourcePositions {
		if !hasNoCounterpart(p, pc) {
			visit(line)
		}
	}
}

// SetHook is debug.sethook. mask has c for calls, r for returns and l for lines; a count
// above 0 asks for a call each time so many instructions have run. A nil function, or
// nothing to wait for, ends the hook.
func SetHook(L *lua.LState, fn lua.LValue, mask string, count int) {
	s := stateOf(L)
	h := &hook{fn: fn, count: count, left: count,
		call: strings.Contains(mask, "c"), ret: strings.Contains(mask, "r"), line: strings.Contains(mask, "l")}
	for _, c := range "crl" {
		if strings.ContainsRune(mask, c) {
			h.mask += string(c)
		}
	}
	all := s.globals().hooks()
	if !isNil(fn) && (h.call || h.ret || h.line || count > 0) {
		all.of[s] = h
	} else {
		delete(all.of, s)
	}
	s.hooked = all.of[s] != nil && all.running != s // of a hook that one sets, when that has returned
}

// Hook gives what SetHook has set.
func Hook(L *lua.LState) (fn lua.LValue, mask string, count int) {
	s := stateOf(L)
	if h := s.globals().hooks().of[s]; h != nil {
		return h.fn, h.mask, h.count
	}
	return lua.LNil, "", 0
}

// What a state calls where it is hooked.

func (s *state) hook(cf *frame)       { s.globals().hooks().instruction(s, cf) }
func (s *state) hookCall()            { s.globals().hooks().call(s) }
func (s *state) hookReturn(cf *frame) { s.globals().hooks().ret(s, cf) }

// instruction is called before one.
func (all *hooks) instruction(s *state, cf *frame) {
	h := all.of[s]
	if hasNoCounterpart(cf.Fn.Proto, cf.Pc-1) {
		return
	}
	if h.count > 0 {
		if h.left--; h.left == 0 {
			h.left = h.count
			all.run(s, h, "count", lua.LNil)
		}
	}
	if !h.line || !s.hooked {
		return
	}
	pc := cf.Pc - 1
	old := h.lastPc
	if h.lastFrame != cf {
		old = pc - 1 // back from a call
	}
	h.lastFrame, h.lastPc = cf, pc
	lines := cf.Fn.Proto.DbgSourcePositions
	if pc == 0 || pc == 1 && hasNoCounterpart(cf.Fn.Proto, 0) || pc <= old || lines[pc] != lines[old] {
		all.run(s, h, "line", lua.LNumber(lines[pc]))
	}
}

// call is called when a function has been called.
func (all *hooks) call(s *state) {
	h := all.of[s]
	h.lastFrame = nil
	if h.call {
		all.run(s, h, "call", lua.LNil)
	}
}

// ret is called before a call returns; each tail call returns with it.
func (all *hooks) ret(s *state, cf *frame) {
	for n := range cf.TailCall + 1 {
		h := all.of[s]
		switch {
		case h == nil || !h.ret || !s.hooked:
			return
		case n == 0:
			all.run(s, h, "return", lua.LNil)
		default:
			all.run(s, h, "tail return", lua.LNil)
		}
	}
}

// run calls a hook's function, in which no hook is called.
func (all *hooks) run(s *state, h *hook, event string, line lua.LValue) {
	top := s.reg.top
	s.room(top + 3)
	s.reg.array[top], s.reg.array[top+1], s.reg.array[top+2] = h.fn, lua.LString(event), line
	s.reg.top = top + 3
	s.hooked, all.running = false, s
	defer func() {
		all.running = nil
		s.hooked = all.of[s] != nil
	}()
	s.call(top, 2, 0)
	s.reg.top = top
}

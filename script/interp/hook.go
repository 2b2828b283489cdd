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

// hooksKey is where the registry has the hooks of its states.
const hooksKey = "weir hooks"

func (s *state) hooks() map[*state]*hook {
	ud, ok := s.G.Registry.RawGetString(hooksKey).(*lua.LUserData)
	if !ok {
		ud = &lua.LUserData{Value: map[*state]*hook{}, Metatable: lua.LNil}
		s.G.Registry.RawSetString(hooksKey, ud)
	}
	return ud.Value.(map[*state]*hook)
}

// SetHook is debug.sethook. mask has c for calls, r for returns and l for lines; a count
// above 0 asks for a call each time so many instructions have run. A nil function, or
// nothing to wait for, ends the hook.
func SetHook(L *lua.LState, fn lua.LValue, mask string, count int) {
	s := stateOf(L)
	h := &hook{fn: fn, call: strings.Contains(mask, "c"), ret: strings.Contains(mask, "r"), line: strings.Contains(mask, "l"), count: count, left: count}
	for _, c := range "crl" {
		if strings.ContainsRune(mask, c) {
			h.mask += string(c)
		}
	}
	s.hooked = !isNil(fn) && (h.call || h.ret || h.line || count > 0)
	if s.hooked {
		s.hooks()[s] = h
	} else {
		delete(s.hooks(), s)
	}
}

// Hook gives what SetHook has set.
func Hook(L *lua.LState) (fn lua.LValue, mask string, count int) {
	s := stateOf(L)
	if h := s.hooks()[s]; h != nil {
		return h.fn, h.mask, h.count
	}
	return lua.LNil, "", 0
}

// hook is called before an instruction.
func (s *state) hook(cf *frame) {
	h := s.hooks()[s]
	if h.count > 0 {
		if h.left--; h.left == 0 {
			h.left = h.count
			s.callHook(h, "count", lua.LNil)
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
	if pc == 0 || pc <= old || lines[pc] != lines[old] {
		s.callHook(h, "line", lua.LNumber(lines[pc]))
	}
}

func (s *state) hookCall(cf *frame) {
	h := s.hooks()[s]
	h.lastFrame = nil
	if h.call {
		s.callHook(h, "call", lua.LNil)
	}
}

func (s *state) hookReturn() {
	if h := s.hooks()[s]; h.ret {
		s.callHook(h, "return", lua.LNil)
	}
}

// callHook calls the hook's function, in which no hook is called.
func (s *state) callHook(h *hook, event string, line lua.LValue) {
	top := s.reg.top
	s.room(top + 3)
	s.reg.array[top], s.reg.array[top+1], s.reg.array[top+2] = h.fn, lua.LString(event), line
	s.reg.top = top + 3
	s.hooked = false
	defer func() { s.hooked = s.hooks()[s] != nil }()
	s.call(top, 2, 0)
	s.reg.top = top
}

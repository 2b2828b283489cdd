package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// Stack visits the values on the stack of a thread.
func Stack(L *lua.LState, visit func(lua.LValue)) {
	reg := stateOf(L).reg
	if reg == nil {
		return
	}
	for _, v := range reg.array[:min(reg.top, len(reg.array))] {
		if v != nil {
			visit(v)
		}
	}
}

// ClearDead clears what calls that have returned left of values above the top of a
// thread's stack, which would keep them alive.
func ClearDead(L *lua.LState) {
	s := stateOf(L)
	if !s.hasErrorFunc { // not a state of ours
		return
	}
	clear(s.reg.array[s.reg.top:])
	for i, seg := range s.stack.frames.segments {
		if seg == nil || i < int(s.stack.frames.segIdx) {
			continue
		}
		from := 0
		if i == int(s.stack.frames.segIdx) {
			from = int(s.stack.frames.segSp)
		}
		clear(seg.array[from:])
	}
}

package interp

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// Call is a call that is under way.
type Call struct {
	Fn    *lua.LFunction
	Tails int // how many tail calls have led here, of whose callers nothing is left
	s     *state
	f     *frame
}

// Calls gives the calls of a state, the innermost first. An endless chain of tail calls is
// one of them.
func Calls(L *lua.LState) []Call {
	var list []Call
	s := stateOf(L)
	for f := s.currentFrame; f != nil; f = f.Parent {
		list = append(list, callOf(s, f))
	}
	return list
}

func callOf(s *state, f *frame) Call { return Call{f.Fn, f.TailCall, s, f} }

// CallAt gives the call at a level as Lua counts them: 0 is the function that runs, 1 the
// one that called it. Each tail call counts for one, too: ok is true then and Fn nil.
func CallAt(L *lua.LState, level int) (c Call, ok bool) {
	s := stateOf(L)
	for f := s.currentFrame; f != nil && level >= 0; f = f.Parent {
		if level == 0 {
			return callOf(s, f), true
		}
		if level -= 1 + f.TailCall; level < 0 {
			return Call{}, true
		}
	}
	return Call{}, false
}

// Line is the line that the call is at, -1 where it is not of a Lua function.
func (c Call) Line() int {
	if c.f == nil || c.Fn.IsG {
		return -1
	}
	return c.f.line()
}

// Name is what the caller calls the function: kind is "global", "local", "method", "field"
// or "upvalue", empty where there is no telling.
func (c Call) Name() (kind, name string) {
	if c.Tails > 0 || c.f == nil {
		return "", ""
	}
	return c.f.name()
}

func (f *frame) name() (kind, name string) {
	caller := f.Parent
	if f.TailCall > 0 || caller == nil || caller.Fn.IsG {
		return "", ""
	}
	switch i := caller.Fn.Proto.Code[max(caller.Pc-1, 0)]; opOf(i) {
	case lua.OP_CALL, lua.OP_TAILCALL, lua.OP_TFORLOOP:
		return nameOf(caller.Fn.Proto, caller.Pc-1, argA(i))
	}
	return "", ""
}

// Local gives the n-th local variable, from 1, of a call; beyond them, what a register
// holds is a "(*temporary)". The name is empty where there is none.
func (c Call) Local(n int) (name string, v lua.LValue) {
	at, name := c.local(n)
	if name == "" {
		return "", lua.LNil
	}
	if v = c.s.reg.array[at]; v == nil {
		v = lua.LNil
	}
	return name, v
}

// SetLocal assigns to what Local gives, and gives its name.
func (c Call) SetLocal(n int, v lua.LValue) string {
	at, name := c.local(n)
	if name != "" {
		c.s.reg.array[at] = v
	}
	return name
}

func (c Call) local(n int) (at int, name string) {
	if n < 1 || c.f == nil {
		return 0, ""
	}
	at = c.f.LocalBase + n - 1
	if !c.Fn.IsG {
		if name, ok := LocalName(c.Fn.Proto, n, max(c.f.Pc-1, 0)); ok {
			return at, name
		}
	}
	if at < c.limit() {
		return at, "(*temporary)"
	}
	return 0, ""
}

// limit is the register behind the last one of the call's.
func (c Call) limit() int {
	limit := c.s.reg.top
	for f := c.s.currentFrame; f != nil && f != c.f; f = f.Parent {
		limit = f.Base
	}
	return limit
}

// Values gives all that a call holds: its arguments, its local variables, and what it
// calculates with.
func (c Call) Values(each func(lua.LValue)) {
	for _, v := range c.s.reg.array[c.f.Base:max(c.limit(), c.f.Base)] {
		if v != nil {
			each(v)
		}
	}
}

// Visible gives the local variables of a call, the outer ones first.
func (c Call) Visible(each func(name string, v lua.LValue)) {
	for n := 1; ; n++ {
		name, v := c.Local(n)
		if name == "" || name == "(*temporary)" {
			return
		}
		each(name, v)
	}
}

func init() {
	luaio.CallSite = callSite
}

// callSite is luaio's: what the function that runs is called where it is called.
func callSite(L *lua.LState) (name string, method, ok bool) {
	s := stateOf(L)
	if !s.hasErrorFunc || s.currentFrame == nil { // not a state of ours
		return "", false, false
	}
	kind, name := s.currentFrame.name()
	return name, kind == "method", true
}

// Where gives the line that runs in the innermost function that is written in Lua: of a
// coroutine that has none, of who resumed it.
func Where(L *lua.LState) (chunk string, line int) {
	for ; L != nil; L = L.Parent {
		for f := stateOf(L).currentFrame; f != nil; f = f.Parent {
			if !f.Fn.IsG {
				return f.Fn.Proto.SourceName, f.line()
			}
		}
	}
	return "", 0
}

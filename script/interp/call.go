package interp

import (
	lua "github.com/yuin/gopher-lua"
)

// Limits of calls inside one another, as luaconf.h has them.
const (
	maxCalls  = 16384 // before a stack overflow; lua5.1 doubles its array of calls up to LUAI_MAXCALLS
	moreCalls = 20000 // while an overflow is dealt with
	maxNested = 200   // LUAI_MAXCCALLS: calls from Go to Lua
	lastRoom  = 256   // registers that a call can name
)

// room has registers up to n, and those that one more call can name.
func (s *state) room(n int) {
	if n+lastRoom > len(s.reg.array) {
		s.grow(n + lastRoom)
	}
}

func (s *state) grow(n int) {
	if !s.reg.grow(n) {
		s.throw("stack overflow")
	}
}

// grow makes the registers n at least, and reports whether there may be so many.
func (r *registry) grow(n int) bool {
	size := min(max(2*len(r.array), n), r.maxSize)
	if n > size {
		return false
	}
	array := make([]lua.LValue, size)
	copy(array, r.array)
	r.array = array
	return true
}

// newFrame adds a call of the function in register at, with its arguments behind it. No
// Lua function can run in it before enter.
func (s *state) newFrame(fn *lua.LFunction, at, nargs, nret int) *frame {
	if s.stack.frames.size() >= s.Options.CallStackSize {
		s.overflow()
	}
	cf := s.stack.frames.push()
	cf.Fn, cf.Parent, cf.Pc = fn, s.currentFrame, 0
	cf.Base, cf.LocalBase, cf.ReturnBase = at, at+1, at
	cf.NArgs, cf.NRet, cf.TailCall = nargs, nret, 0
	return cf
}

// overflow raises "stack overflow", and leaves some calls for whoever handles it.
func (s *state) overflow() {
	if s.Options.CallStackSize >= moreCalls {
		throwValue(lua.LString("error in error handling"))
	}
	s.Options.CallStackSize = moreCalls
	s.throw("stack overflow")
}

// enter lays out the registers of a call of a Lua function: parameters that got no
// argument are nil, and of a function with ... the parameters are moved behind all
// arguments:
//
//	function, argument, argument, ..., parameter, parameter, local, ...
//	Base                               LocalBase
func (s *state) enter(cf *frame) {
	p := cf.Fn.Proto
	params := int(p.NumParameters)
	if p.IsVarArg == 0 {
		top := cf.LocalBase + int(p.NumUsedRegisters)
		s.room(top)
		for i := cf.NArgs; i < params; i++ {
			s.reg.array[cf.LocalBase+i] = lua.LNil
		}
		s.reg.top = top
		return
	}
	from := cf.LocalBase
	nargs := max(cf.NArgs, params)
	to := from + nargs
	s.room(to + int(p.NumUsedRegisters))
	array := s.reg.array
	for i := cf.NArgs; i < params; i++ {
		array[from+i] = lua.LNil
	}
	for i := range params {
		array[to+i], array[from+i] = array[from+i], lua.LNil
	}
	if p.IsVarArg&lua.VarArgHasArg != 0 {
		array[to+params] = lua.LNil
		if p.IsVarArg&lua.VarArgNeedsArg != 0 {
			array[to+params] = argTable(array[from+params : to])
		}
	}
	cf.LocalBase = to
	s.reg.top = to + int(p.NumUsedRegisters)
}

// argTable is the local variable arg of a function with ... that does not use it.
func argTable(values []lua.LValue) *lua.LTable {
	t := &lua.LTable{Metatable: lua.LNil}
	m := tableOf(t)
	for i, v := range values {
		m.setIndex(i, v)
	}
	m.setString("n", lua.LNumber(len(values)))
	return t
}

// deliver moves the n results of a call, which begin at a register, to where its caller
// wants them, and sets the top behind them.
func (s *state) deliver(cf *frame, first, n int) {
	array, to, want := s.reg.array, cf.ReturnBase, cf.NRet
	if want == multiple {
		want = n
	}
	s.reg.top = to + want
	if s.reg.top > len(array) {
		s.room(s.reg.top)
		array = s.reg.array
	}
	switch {
	case want == 0:
		return
	case n == 1:
		array[to] = array[first]
	case n > 0:
		copy(array[to:to+min(n, want)], array[first:first+n])
	}
	for i := n; i < want; i++ {
		array[to+i] = lua.LNil
	}
}

// callable gives the function to call for the value in a register. Where it is a
// metamethod, the value becomes the first argument.
func (s *state) callable(at, nargs int) (*lua.LFunction, int) {
	v := s.reg.array[at]
	if fn, ok := v.(*lua.LFunction); ok {
		return fn, nargs
	}
	fn, ok := s.globals().metamethod(v, "__call").(*lua.LFunction)
	if !ok {
		s.typeErrorAt("call", v, at)
	}
	s.room(at + nargs + 2)
	array := s.reg.array
	copy(array[at+1:at+nargs+2], array[at:at+nargs+1])
	array[at] = fn
	s.reg.top = max(s.reg.top, at+nargs+2)
	return fn, nargs + 1
}

// call calls what a register holds, with the arguments behind it, and has nret results
// from that register on. The top is behind the results then.
func (s *state) call(at, nargs, nret int) {
	s.deepen()
	fn, nargs := s.callable(at, nargs)
	cf := s.newFrame(fn, at, nargs, nret)
	if fn.IsG {
		s.reg.top = at + 1 + nargs
	} else {
		s.enter(cf)
	}
	s.currentFrame = cf
	if s.hooked {
		s.globals().hooks().call(s)
	}
	s.nested(cf)
}

// deepen counts one more call inside a function written in Go or an instruction.
func (s *state) deepen() {
	if s.depth++; s.depth >= maxNested {
		s.tooNested()
	}
}

// nested runs such a call to its end.
func (s *state) nested(cf *frame) {
	if cf.Fn.IsG {
		if s.runGo(cf) {
			s.noYield()
		}
	} else {
		s.run(cf)
	}
	s.depth--
}

func (s *state) tooNested() {
	if s.depth == maxNested {
		s.throw("C stack overflow")
	}
	if s.depth >= maxNested+maxNested/8 {
		throwValue(lua.LString("error in error handling"))
	}
}

// runGo runs a call of a function written in Go. It reports whether the function yields:
// then its frame stays.
func (s *state) runGo(cf *frame) bool {
	n := cf.Fn.GFunction(luaState(s))
	if n < 0 {
		return true
	}
	if s.hooked {
		s.globals().hooks().ret(s, cf)
	}
	s.deliver(cf, s.reg.top-n, n)
	s.stack.frames.pop()
	s.currentFrame = cf.Parent
	return false
}

// noYield raises the error of the running function, which yields where no coroutine's own
// loop called it.
func (s *state) noYield() {
	s.throw("attempt to yield across metamethod/C-call boundary")
}

// callMeta calls a metamethod with two values, for one result.
func (s *state) callMeta(f, x, y lua.LValue) lua.LValue {
	top := s.reg.top
	s.room(top + 3)
	s.reg.array[top], s.reg.array[top+1], s.reg.array[top+2] = f, x, y
	s.reg.top = top + 3
	s.call(top, 2, 1)
	s.reg.top = top
	return s.reg.array[top]
}

func (s *state) callMetaSet(f, t, key, value lua.LValue) {
	top := s.reg.top
	s.room(top + 4)
	a := s.reg.array[top : top+4]
	a[0], a[1], a[2], a[3] = f, t, key, value
	s.reg.top = top + 4
	s.call(top, 3, 0)
	s.reg.top = top
}

package interp

import lua "github.com/yuin/gopher-lua"

// operations are what the instructions of a state do with values of any kind, metamethods
// and errors included.
type operations struct{ s *state }

// Index, Less and Holds are for libraries.

// Index is v[key].
func Index(L *lua.LState, v, key lua.LValue) lua.LValue {
	if s := stateOf(L); s.hasErrorFunc {
		return operations{s}.index(v, key)
	}
	return L.GetTable(v, key) // not a state of ours
}

// Less is a < b.
func Less(L *lua.LState, a, b lua.LValue) bool {
	if s := stateOf(L); s.hasErrorFunc {
		return operations{s}.less(a, b)
	}
	return L.LessThan(a, b)
}

// Holds calls a function with two values, as a comparison, and reports whether its first
// result is true.
func Holds(L *lua.LState, fn *lua.LFunction, a, b lua.LValue) bool {
	if s := stateOf(L); s.hasErrorFunc {
		return !isFalse(s.callMeta(fn, a, b))
	}
	L.Push(fn)
	L.Push(a)
	L.Push(b)
	L.Call(2, 1)
	defer L.Pop(1)
	return L.ToBool(-1)
}

package luaio

import (
	"errors"

	lua "github.com/yuin/gopher-lua"
)

// print is Lua's: the arguments as tostring gives them, with tabs between and a
// newline after, to this state's stdout. It returns nothing, so an error waits
// for the next flush; only a reader that has gone ends the state at once.
func (s *Streams) print(L *lua.LState) int {
	f := s.Out
	tostring := customToString(L)
	err := f.prepare()
	top := L.GetTop()
	for i := 1; i <= top; i++ {
		v := L.Get(i)
		if tostring != nil {
			v = callToString(L, tostring, v)
		}
		if i > 1 && err == nil {
			err = f.put("\t")
		}
		ok, e := f.putValue(v)
		if !ok {
			ok, e = f.putValue(plainToString(L, v))
		}
		if !ok {
			L.RaiseError("'tostring' must return a string to 'print'")
		}
		if err == nil {
			err = e
		}
	}
	if err == nil {
		err = f.put("\n")
	}
	if err == nil && f.policy != policyFull {
		err = f.settle()
	}
	if err != nil {
		if errors.Is(err, ErrBrokenPipe) {
			raiseBrokenPipe(L)
		}
		f.note(err)
	}
	return 0
}

// customToString returns a global tostring that the script wrote itself: Lua's
// print calls whatever the global is. One made in Go is the library's.
func customToString(L *lua.LState) *lua.LFunction {
	fn, ok := L.G.Global.RawGetString("tostring").(*lua.LFunction)
	if !ok || fn.IsG {
		return nil
	}
	return fn
}

func callToString(L *lua.LState, fn *lua.LFunction, v lua.LValue) lua.LValue {
	L.Push(fn)
	L.Push(v)
	L.Call(1, 1)
	r := L.Get(-1)
	L.Pop(1)
	if !lua.LVCanConvToString(r) {
		L.RaiseError("'tostring' must return a string to 'print'")
	}
	return r
}

// ToString is what tostring makes of a value: of a number what print writes.
func ToString(L *lua.LState, v lua.LValue) lua.LValue {
	if n, ok := v.(lua.LNumber); ok {
		return lua.LString(FormatNumber(float64(n)))
	}
	return plainToString(L, v)
}

// plainToString is tostring for what is neither string nor number.
func plainToString(L *lua.LState, v lua.LValue) lua.LValue {
	switch v {
	case lua.LNil:
		return lua.LString("nil")
	case lua.LTrue:
		return lua.LString("true")
	case lua.LFalse:
		return lua.LString("false")
	}
	return L.ToStringMeta(v)
}

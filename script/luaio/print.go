package luaio

import (
	"errors"

	lua "github.com/yuin/gopher-lua"
)

// print is Lua's: the arguments as tostring gives them, with tabs between and a
// newline after, to this state's stdout. It returns nothing, so an error waits
// for the next flush; only a reader that has gone ends the state at once.
func (s *Streams) print(L *lua.LState) int {
	w := &s.Out.Writer
	tostring := s.customToString(L)
	err := w.prepare()
	top := L.GetTop()
	for i := 1; i <= top; i++ {
		v := L.Get(i)
		if tostring != nil {
			v = callToString(L, tostring, v)
		}
		if i > 1 && err == nil {
			err = w.put("\t")
		}
		ok, e := w.putValue(v)
		if !ok {
			ok, e = w.putValue(ToString(L, v))
		}
		if !ok {
			Raise(L, "'tostring' must return a string to 'print'")
		}
		if err == nil {
			err = e
		}
	}
	if err == nil {
		err = w.put("\n")
	}
	if err == nil && w.policy != policyFull {
		err = w.finish()
	}
	if err != nil {
		if errors.Is(err, ErrBrokenPipe) {
			raiseBrokenPipe(L)
		}
		w.note(err)
	}
	return 0
}

// customToString returns the global tostring where the script has put another value
// there: print calls whatever it is.
func (s *Streams) customToString(L *lua.LState) lua.LValue {
	v := L.G.Global.RawGetString("tostring")
	if v == s.tostring {
		// Strings and numbers are written as they are, unless they have a __tostring.
		if L.GetMetaField(emptyString, "__tostring") == lua.LNil && L.GetMetaField(lua.LNumber(0), "__tostring") == lua.LNil {
			return nil
		}
	} else if v == lua.LNil && L.G.Global.Metatable != lua.LNil {
		v = L.GetGlobal("tostring")
	}
	return v
}

func callToString(L *lua.LState, fn, v lua.LValue) lua.LValue {
	r := call(L, fn, v)
	if !lua.LVCanConvToString(r) {
		Raise(L, "'tostring' must return a string to 'print'")
	}
	return r
}

func call(L *lua.LState, fn, v lua.LValue) lua.LValue {
	PushCallable(L, fn)
	L.Push(v)
	L.Call(1, 1)
	r := L.Get(-1)
	L.Pop(1)
	return r
}

// PushCallable pushes what a library calls, or raises the error that a call of it is.
func PushCallable(L *lua.LState, fn lua.LValue) {
	if fn.Type() != lua.LTFunction && L.GetMetaField(fn, "__call").Type() != lua.LTFunction {
		RaiseBare(L, "attempt to call a %s value", fn.Type())
	}
	L.Push(fn)
}

// ToString is what tostring makes of a value: of a number what print writes, and of one
// with __tostring whatever that returns.
func ToString(L *lua.LState, v lua.LValue) lua.LValue {
	if fn := L.GetMetaField(v, "__tostring"); fn != lua.LNil {
		return call(L, fn, v)
	}
	switch v := v.(type) {
	case lua.LString:
		return v
	case lua.LNumber:
		return lua.LString(FormatNumber(float64(v)))
	}
	return lua.LString(v.String())
}

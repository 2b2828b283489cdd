package problem

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
)

// FailedRun is the error of a run as Lua has it. It is its message wherever a string may
// stand, and has the run's result.
type FailedRun struct {
	*Error
	Text string // the message, with its place
}

// LuaText gives the message.
func (f *FailedRun) LuaText() string { return f.Text }

// AsFailedRun gives the failed run that an error's value is.
func AsFailedRun(v lua.LValue) (*FailedRun, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return nil, false
	}
	f, ok := ud.Value.(*FailedRun)
	return f, ok
}

// value is what Lua gets of a problem: a string, or a failed run where there is a result.
func (p *Error) value(L *lua.LState, text string) lua.LValue {
	if p.Result == nil {
		return lua.LString(text)
	}
	ud := L.NewUserData()
	(&FailedRun{p, text}).Fill(L, ud)
	return ud
}

// failedKey is where the registry has the metatable of failed runs.
const failedKey = "weir.failed run"

// Fill makes a userdata the failed run's value.
func (f *FailedRun) Fill(L *lua.LState, ud *lua.LUserData) {
	t, ok := L.G.Registry.RawGetString(failedKey).(*lua.LTable)
	if !ok {
		t = L.NewTable()
		t.RawSetString(NameKey, lua.LString("the error of a run"))
		for name, fn := range map[string]lua.LGFunction{
			"__tostring": failedText, "__concat": failedConcat, "__len": failedLength, "__index": failedField,
		} {
			t.RawSetString(name, L.NewFunction(fn))
		}
		L.G.Registry.RawSetString(failedKey, t)
	}
	ud.Value, ud.Metatable = f, t
}

func failedText(L *lua.LState) int {
	L.Push(lua.LString(luaio.CheckString(L, 1, "tostring")))
	return 1
}

func failedLength(L *lua.LState) int {
	L.Push(lua.LNumber(len(luaio.CheckString(L, 1, "len"))))
	return 1
}

// failedConcat is .. where a failed run stands on a side of it. A value to its right that
// has an operator of its own decides.
func failedConcat(L *lua.LState) int {
	if _, failed := AsFailedRun(L.Get(2)); !failed && L.Get(2).Type() == lua.LTUserData {
		if fn, ok := L.GetMetaField(L.Get(2), "__concat").(*lua.LFunction); ok {
			L.Insert(fn, 1)
			L.Call(2, 1)
			return 1
		}
	}
	text := ""
	for i := 1; i <= 2; i++ {
		s, ok := interp.ToText(luaio.Plain(L.Get(i)))
		if !ok {
			luaio.Raise(L, "attempt to concatenate a %s value", L.Get(i).Type())
		}
		text += s
	}
	L.Push(lua.LString(text))
	return 1
}

// failedField is err.result; every other name is a function of string, as a string has it.
func failedField(L *lua.LState) int {
	f, ok := AsFailedRun(L.Get(1))
	switch {
	case ok && L.Get(2) == lua.LString("result"):
		L.Push(f.Result)
	case ok:
		L.Push(L.GetField(lua.LString(f.Text), L.Get(2).String()))
	default:
		L.Push(lua.LNil)
	}
	return 1
}

// WithResult has an error carry the result of its run.
func WithResult(err error, result *lua.LTable) error {
	var p *Error
	if errors.As(err, &p) && p.Result == nil {
		p.Result = result
	}
	return err
}

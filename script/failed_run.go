package script

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
)

// failedRun is the error of a run as Lua has it: it is its message wherever a string may
// stand, and has the run's result.
type failedRun struct {
	*problem
	text string // the message, with its place
}

// LuaText gives the message.
func (f *failedRun) LuaText() string { return f.text }

// asFailedRun gives the failed run that an error's value is.
func asFailedRun(v lua.LValue) (*failedRun, bool) {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return nil, false
	}
	f, ok := ud.Value.(*failedRun)
	return f, ok
}

// errorValue is what Lua gets of an error: a string, or a failed run where there is a
// result.
func (vm *VM) errorValue(p *problem, text string) lua.LValue {
	if p.result == nil {
		return lua.LString(text)
	}
	ud := vm.L.NewUserData()
	vm.fillFailedRun(ud, &failedRun{p, text})
	return ud
}

func (vm *VM) fillFailedRun(ud *lua.LUserData, f *failedRun) {
	if vm.failedTable == nil {
		t := vm.L.NewTable()
		for name, fn := range map[string]lua.LGFunction{"__tostring": vm.failedText, "__concat": vm.failedConcat, "__len": vm.failedLength, "__index": vm.failedField} {
			t.RawSetString(name, vm.L.NewFunction(fn))
		}
		vm.failedTable = t
	}
	ud.Value, ud.Metatable = f, vm.failedTable
}

func (vm *VM) failedText(L *lua.LState) int {
	L.Push(lua.LString(luaio.CheckString(L, 1, "tostring")))
	return 1
}

func (vm *VM) failedLength(L *lua.LState) int {
	L.Push(lua.LNumber(len(luaio.CheckString(L, 1, "len"))))
	return 1
}

// failedConcat is .. where a failed run stands on a side of it.
func (vm *VM) failedConcat(L *lua.LState) int {
	if _, piped := asPending(L.Get(2)); piped {
		vm.raise(L, problemf(whereIs(L), "the error of a run stands left of |, which joins stages").pointing("|"))
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
func (vm *VM) failedField(L *lua.LState) int {
	f, ok := asFailedRun(L.Get(1))
	switch {
	case ok && L.Get(2) == lua.LString("result"):
		L.Push(f.result)
	case ok:
		L.Push(L.GetField(lua.LString(f.text), L.Get(2).String()))
	default:
		L.Push(lua.LNil)
	}
	return 1
}

// withResult has an error carry the result of its run.
func (vm *VM) withResult(err error, result *lua.LTable) error {
	var p *problem
	if errors.As(err, &p) && p.result == nil {
		p.result = result
	}
	return err
}

// tagFailed is that of a failed run that travels: its parts are the message and the result.
const tagFailed = "failed run"

func (vm *VM) dismantleFailed(f *failedRun) lua.LValue {
	t := vm.partsAt(f.at)
	t.RawSetString("text", lua.LString(f.text))
	t.RawSetString("message", lua.LString(f.message))
	t.RawSetString("hint", lua.LString(f.hint))
	t.RawSetString("result", f.result)
	return t
}

func assembleFailed(t *lua.LTable) *failedRun {
	p := &problem{at: placeOfParts(t), message: lua.LVAsString(t.RawGetString("message")), hint: lua.LVAsString(t.RawGetString("hint"))}
	p.result, _ = t.RawGetString("result").(*lua.LTable)
	return &failedRun{p, lua.LVAsString(t.RawGetString("text"))}
}

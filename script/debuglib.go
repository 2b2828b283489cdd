package script

import (
	lua "github.com/yuin/gopher-lua"
)

// openDebug puts in place what gopher-lua's debug library answers in another way than
// lua5.1, of tail calls, of main chunks and of functions that are not Lua's, and takes the guards out of its levels.
func (vm *VM) openDebug() {
	t, ok := vm.L.GetGlobal("debug").(*lua.LTable)
	if !ok {
		return
	}
	t.RawSetString("traceback", vm.L.NewFunction(vm.debugTraceback))
	for name, wrap := range map[string]func(lua.LGFunction) lua.LGFunction{
		"getinfo": vm.debugInfo, "getlocal": vm.debugLocal, "setlocal": vm.debugLocal,
	} {
		if fn, ok := t.RawGetString(name).(*lua.LFunction); ok {
			t.RawSetString(name, vm.L.NewFunction(wrap(fn.GFunction)))
		}
	}
}

// debugTraceback is debug.traceback([thread,] [message [, level]]).
func (vm *VM) debugTraceback(L *lua.LState) int {
	of, level, message := L, 1, 1
	if thread, ok := L.Get(1).(*lua.LState); ok {
		of, level, message = thread, 0, 2
	}
	if of != L && of == L.G.MainThread {
		level = 0
	}
	level = L.OptInt(message+1, level)
	text := ""
	switch v := L.Get(message); v.Type() {
	case lua.LTString, lua.LTNumber:
		text = v.String() + "\n"
	case lua.LTNil:
	default:
		L.Push(v) // as lua5.1 does
		return 1
	}
	L.Push(lua.LString(text + vm.traceback(of, level)))
	return 1
}

// debugInfo is debug.getinfo with lua5.1's answer for a level that a tail call left
// nothing of, and for a main chunk.
func (vm *VM) debugInfo(fn lua.LGFunction) lua.LGFunction {
	return func(L *lua.LState) int {
		if level, ok := L.Get(1).(lua.LNumber); ok {
			at, ok := vm.levelOf(L, int(level))
			switch {
			case !ok:
				L.Push(lua.LNil)
				return 1
			case at < 0:
				L.Push(tailInfo(L))
				return 1
			}
			L.Replace(1, lua.LNumber(at))
		}
		n := fn(L)
		if t, ok := L.Get(-1).(*lua.LTable); ok {
			switch what := t.RawGetString("what"); {
			case what == lua.LString("G"):
				t.RawSetString("what", lua.LString("C"))
				t.RawSetString("linedefined", lua.LNumber(-1))
				t.RawSetString("lastlinedefined", lua.LNumber(-1))
			case what == lua.LString(""):
			case t.RawGetString("linedefined") == lua.LNumber(0):
				t.RawSetString("what", lua.LString("main"))
			default:
				t.RawSetString("what", lua.LString("Lua"))
			}
		}
		return n
	}
}

// tailInfo is what lua5.1 knows of a tail call.
func tailInfo(L *lua.LState) *lua.LTable {
	t := L.NewTable()
	for key, v := range map[string]lua.LValue{"what": lua.LString("tail"), "name": lua.LString(""), "namewhat": lua.LString(""),
		"source": lua.LString("=(tail call)"), "short_src": lua.LString("(tail call)"), "nups": lua.LNumber(0),
		"currentline": lua.LNumber(-1), "linedefined": lua.LNumber(-1), "lastlinedefined": lua.LNumber(-1)} {
		t.RawSetString(key, v)
	}
	return t
}

// debugLocal is debug.getlocal, or debug.setlocal, at a level as the script counts.
func (vm *VM) debugLocal(fn lua.LGFunction) lua.LGFunction {
	return func(L *lua.LState) int {
		at, ok := vm.levelOf(L, L.CheckInt(1))
		if !ok || at < 0 {
			L.ArgError(1, "level out of range")
		}
		L.Replace(1, lua.LNumber(at))
		return fn(L)
	}
}

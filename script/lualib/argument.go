package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// call calls a function of the script's with arguments and gives its first result.
func call(L *lua.LState, fn lua.LValue, args ...lua.LValue) lua.LValue {
	luaio.PushCallable(L, fn)
	for _, a := range args {
		L.Push(a)
	}
	L.Call(len(args), 1)
	r := L.Get(-1)
	L.Pop(1)
	return r
}

// pushNumbers returns them.
func pushNumbers(L *lua.LState, list ...float64) int {
	for _, f := range list {
		L.Push(lua.LNumber(f))
	}
	return len(list)
}

package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
)

// functionArg is the function that the first argument of getfenv or setfenv gives, itself
// or by its level. def is the level where there is no argument, -1 where there must be one.
func functionArg(L *lua.LState, name string, def int) *lua.LFunction {
	if fn, ok := L.Get(1).(*lua.LFunction); ok {
		return fn
	}
	level := def
	if def < 0 || L.Get(1) != lua.LNil {
		level = luaio.CheckInt(L, 1, name)
	}
	if level < 0 {
		luaio.ArgError(L, 1, name, "level must be non-negative")
	}
	c, ok := interp.CallAt(L, level)
	if !ok {
		luaio.ArgError(L, 1, name, "invalid level")
	}
	if c.Fn == nil {
		luaio.Raise(L, "no function environment for tail call at level %d", level)
	}
	return c.Fn
}

// getfenv is getfenv([function or level]). Functions that are not written in Lua have that
// of the thread.
func getfenv(L *lua.LState) int {
	if fn := functionArg(L, "getfenv", 1); fn.IsG {
		L.Push(L.Env)
	} else {
		L.Push(fn.Env)
	}
	return 1
}

// setfenv is setfenv(function or level, table); level 0 is the thread.
func setfenv(L *lua.LState) int {
	env := luaio.CheckTable(L, 2, "setfenv")
	fn := functionArg(L, "setfenv", -1)
	if n, ok := luaio.ToNumber(L.Get(1)); ok && n == 0 {
		L.Env = env
		return 0
	}
	if fn.IsG {
		luaio.Raise(L, "'setfenv' cannot change environment of given object")
	}
	fn.Env = env
	L.Push(fn)
	return 1
}

package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// integer reads an argument that must be a number, and drops its fraction:
// luaL_checkinteger.
func integer(L *lua.LState, n int, function string) int {
	return luaio.Truncate(luaio.CheckNumber(L, n, function))
}

// optional is integer, with def where there is none: luaL_optinteger.
func optional(L *lua.LState, n int, function string, def int) int {
	if L.Get(n) == lua.LNil {
		return def
	}
	return integer(L, n, function)
}

// optionalText is luaio.CheckString, with def where there is none: luaL_optstring.
func optionalText(L *lua.LState, n int, function, def string) string {
	if L.Get(n) == lua.LNil {
		return def
	}
	return luaio.CheckString(L, n, function)
}

// option reads an argument that must be one of some words: luaL_checkoption.
func option(L *lua.LState, n int, function, def string, words ...string) string {
	s := optionalText(L, n, function, def)
	for _, w := range words {
		if s == w {
			return s
		}
	}
	luaio.ArgError(L, n, function, "invalid option '"+s+"'")
	return ""
}

// pushNumbers returns them.
func pushNumbers(L *lua.LState, list ...float64) int {
	for _, f := range list {
		L.Push(lua.LNumber(f))
	}
	return len(list)
}

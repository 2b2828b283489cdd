package lualib

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// number reads an argument that must be a number, or a string that is one:
// luaL_checknumber.
func number(L *lua.LState, n int, function string) float64 {
	f, ok := toNumber(L.Get(n))
	if !ok {
		typeError(L, n, function, "number")
	}
	return f
}

// toNumber is lua_tonumber.
func toNumber(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return luaio.ParseNumber(string(v))
	}
	return 0, false
}

// integer reads an argument that must be a number, and drops its fraction:
// luaL_checkinteger.
func integer(L *lua.LState, n int, function string) int { return truncate(number(L, n, function)) }

// optional is integer, with def where there is none: luaL_optinteger.
func optional(L *lua.LState, n int, function string, def int) int {
	if L.Get(n) == lua.LNil {
		return def
	}
	return integer(L, n, function)
}

// truncate is C's cast, with what no int can hold at the ends.
func truncate(f float64) int {
	switch {
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64, f != f:
		return math.MinInt64
	}
	return int(f)
}

// text reads an argument that must be a string, or a number: luaL_checkstring.
func text(L *lua.LState, n int, function string) string {
	switch v := L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return luaio.FormatNumber(float64(v))
	}
	typeError(L, n, function, "string")
	return ""
}

// optionalText is text, with def where there is none: luaL_optstring.
func optionalText(L *lua.LState, n int, function, def string) string {
	if L.Get(n) == lua.LNil {
		return def
	}
	return text(L, n, function)
}

// option reads an argument that must be one of some words: luaL_checkoption.
func option(L *lua.LState, n int, function, def string, words ...string) string {
	s := optionalText(L, n, function, def)
	for _, w := range words {
		if s == w {
			return s
		}
	}
	argError(L, n, function, "invalid option '"+s+"'")
	return ""
}

func typeError(L *lua.LState, n int, function, want string) {
	got := "no value"
	if n <= L.GetTop() {
		got = L.Get(n).Type().String()
	}
	argError(L, n, function, want+" expected, got "+got)
}

func argError(L *lua.LState, n int, function, message string) {
	L.RaiseError("bad argument #%d to '%s' (%s)", n, function, message)
}

// pushNumbers returns them.
func pushNumbers(L *lua.LState, list ...float64) int {
	for _, f := range list {
		L.Push(lua.LNumber(f))
	}
	return len(list)
}

package extension

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// kind says what a value is.
func kind(v lua.LValue) string {
	if v == lua.LNil {
		return "nil"
	}
	return "a " + v.Type().String()
}

// checkInteger is luaL_checkinteger of Lua 5.3, and takes an Integer besides.
func checkInteger(L *lua.LState, i int, function string) Integer {
	v := L.Get(i)
	if n, ok := ToInteger(v); ok {
		return n
	}
	if f, ok := v.(lua.LNumber); ok && lua.LNumber(int32(f)) == f { // the most frequent ones
		return Signed(int64(f))
	}
	if text, ok := v.(lua.LString); ok {
		if n, err := ParseInteger(string(text), false); err == nil {
			return n
		}
	}
	f, ok := luaio.ToNumber(v)
	if !ok {
		luaio.TypeError(L, i, function, "number")
	}
	if f != math.Floor(f) || f < -1<<63 || f >= 1<<63 {
		luaio.ArgError(L, i, function, "number has no integer representation")
	}
	return Signed(int64(f))
}

// optPosition is luaL_optinteger, for a position in a string: what is outside
// of int64 is outside of any string.
func optPosition(L *lua.LState, i int, function string, otherwise int64) int64 {
	if L.Get(i) == lua.LNil {
		return otherwise
	}
	n := checkInteger(L, i, function)
	if n.unsigned && n.bits > math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(n.bits)
}

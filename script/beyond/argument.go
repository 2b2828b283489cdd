package beyond

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// argError raises luaL_argerror's message.
func argError(L *lua.LState, i int, function, message string) {
	L.RaiseError("bad argument #%d to '%s' (%s)", i, function, message)
}

// typeError raises luaL_typerror's message.
func typeError(L *lua.LState, i int, function, want string) {
	got := "no value"
	if i <= L.GetTop() {
		got = L.Get(i).Type().String()
	}
	argError(L, i, function, want+" expected, got "+got)
}

// kind says what a value is.
func kind(v lua.LValue) string {
	if v == lua.LNil {
		return "nil"
	}
	return "a " + v.Type().String()
}

// checkString is luaL_checkstring: a string, or a number as it is written.
func checkString(L *lua.LState, i int, function string) string {
	switch v := L.Get(i).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return luaio.FormatNumber(float64(v))
	}
	typeError(L, i, function, "string")
	return ""
}

// toNumber is lua_tonumber: a number, or a string that is one.
func toNumber(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return luaio.ParseNumber(string(v))
	}
	return 0, false
}

// checkNumber is luaL_checknumber.
func checkNumber(L *lua.LState, i int, function string) float64 {
	f, ok := toNumber(L.Get(i))
	if !ok {
		typeError(L, i, function, "number")
	}
	return f
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
	f, ok := toNumber(v)
	if !ok {
		typeError(L, i, function, "number")
	}
	if f != math.Floor(f) || f < -1<<63 || f >= 1<<63 {
		argError(L, i, function, "number has no integer representation")
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

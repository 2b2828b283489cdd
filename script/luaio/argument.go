package luaio

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// ArgError raises luaL_argerror's message.
func ArgError(L *lua.LState, n int, function, message string) {
	L.RaiseError("bad argument #%d to '%s' (%s)", n, function, message)
}

// TypeError raises luaL_typerror's message.
func TypeError(L *lua.LState, n int, function, want string) { typeError(L, n, n, function, want) }

// typeError is TypeError for the argument at index i, which a script counts as n.
func typeError(L *lua.LState, i, n int, function, want string) {
	got := "no value"
	if i <= L.GetTop() {
		got = L.Get(i).Type().String()
	}
	ArgError(L, n, function, want+" expected, got "+got)
}

// CheckString reads an argument that must be a string, or a number, which is as good:
// luaL_checkstring.
func CheckString(L *lua.LState, n int, function string) string {
	switch v := L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return FormatNumber(float64(v))
	}
	TypeError(L, n, function, "string")
	return ""
}

// CheckNumber reads an argument that must be a number, or a string that is one:
// luaL_checknumber.
func CheckNumber(L *lua.LState, n int, function string) float64 {
	f, ok := ToNumber(L.Get(n))
	if !ok {
		TypeError(L, n, function, "number")
	}
	return f
}

// ToNumber is lua_tonumber: a number, or a string that is one.
func ToNumber(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return ParseNumber(string(v))
	}
	return 0, false
}

// Truncate is C's cast, with what no int can hold at the ends.
func Truncate(f float64) int {
	switch {
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64, f != f:
		return math.MinInt64
	}
	return int(f)
}

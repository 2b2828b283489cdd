package luaio

import (
	"fmt"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// CallSite gives what the instruction that calls the running function names it by, as
// getfuncname of ldebug.c does: no name where another function in Go calls it, and
// whether it is called as a method. It is known only to whoever runs the instructions,
// who sets it before any state is made; with ok false the library takes its own name.
var CallSite = func(L *lua.LState) (name string, method, ok bool) { return "", false, false }

// Raise is luaL_error: every error of the libraries in Go is raised here. Its place is
// that of the call, and none where a function in Go makes it: pcall, or table.sort.
func Raise(L *lua.LState, format string, args ...any) {
	if calledByGo(L) {
		RaiseBare(L, format, args...)
	}
	L.RaiseError(format, args...)
}

// calledByGo reports whether no function in Lua has called the running one.
func calledByGo(L *lua.LState) bool {
	at, ok := L.GetStack(1)
	if !ok {
		return true
	}
	v, err := L.GetInfo("f", at, lua.LNil)
	fn, isFunction := v.(*lua.LFunction)
	return err == nil && isFunction && fn.IsG
}

// RaiseBare is luaG_runerror in a function of C's: the message stands without a place.
func RaiseBare(L *lua.LState, format string, args ...any) {
	message := format
	if len(args) > 0 {
		message = fmt.Sprintf(format, args...)
	}
	L.Error(lua.LString(message), 0)
}

// ArgError raises luaL_argerror's message about the argument at index n. function is
// the name of a function whose call site is not known: ":seek" is one that scripts call
// as a method, which does not count the value before the colon.
func ArgError(L *lua.LState, n int, function, message string) {
	name, method, ok := CallSite(L)
	if !ok {
		name, method = strings.CutPrefix(function, ":")
		method = method && n > 1
	}
	if name == "" {
		name = "?"
	}
	if method {
		if n--; n == 0 {
			Raise(L, "calling '%s' on bad self (%s)", name, message)
		}
	}
	Raise(L, "bad argument #%d to '%s' (%s)", n, name, message)
}

// TypeError raises luaL_typerror's message.
func TypeError(L *lua.LState, n int, function, want string) {
	got := "no value"
	if n <= L.GetTop() {
		got = L.Get(n).Type().String()
	}
	ArgError(L, n, function, want+" expected, got "+got)
}

// CheckAny reads an argument that must be there, be it nil: luaL_checkany.
func CheckAny(L *lua.LState, n int, function string) lua.LValue {
	if n > L.GetTop() {
		ArgError(L, n, function, "value expected")
	}
	return L.Get(n)
}

// CheckTable reads an argument that must be a table: luaL_checktype.
func CheckTable(L *lua.LState, n int, function string) *lua.LTable {
	t, ok := L.Get(n).(*lua.LTable)
	if !ok {
		TypeError(L, n, function, "table")
	}
	return t
}

// CheckFunction reads an argument that must be a function: luaL_checktype.
func CheckFunction(L *lua.LState, n int, function string) *lua.LFunction {
	fn, ok := L.Get(n).(*lua.LFunction)
	if !ok {
		TypeError(L, n, function, "function")
	}
	return fn
}

// CheckString reads an argument that must be a string, or a number, which is as good:
// luaL_checkstring.
func CheckString(L *lua.LState, n int, function string) string {
	switch v := L.Get(n).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return FormatNumber(float64(v))
	case *lua.LUserData:
		if t, ok := v.Value.(Text); ok {
			return t.LuaText()
		}
	}
	TypeError(L, n, function, "string")
	return ""
}

// Text is what a userdata holds that stands for a string wherever the library takes one.
type Text interface{ LuaText() string }

// Plain gives the string that a value stands for; any other stays what it is.
func Plain(v lua.LValue) lua.LValue {
	if ud, ok := v.(*lua.LUserData); ok {
		if t, ok := ud.Value.(Text); ok {
			return lua.LString(t.LuaText())
		}
	}
	return v
}

// OptString is CheckString with def where there is none: luaL_optstring.
func OptString(L *lua.LState, n int, function, def string) string {
	if L.Get(n) == lua.LNil {
		return def
	}
	return CheckString(L, n, function)
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

// CheckInteger is CheckNumber as a ptrdiff_t: luaL_checkinteger.
func CheckInteger(L *lua.LState, n int, function string) int {
	return Truncate(CheckNumber(L, n, function))
}

// OptInteger is CheckInteger with def where there is none: luaL_optinteger.
func OptInteger(L *lua.LState, n int, function string, def int) int {
	if L.Get(n) == lua.LNil {
		return def
	}
	return CheckInteger(L, n, function)
}

// CheckInt is CheckInteger, cast to an int of C's: luaL_checkint.
func CheckInt(L *lua.LState, n int, function string) int {
	return int(int32(CheckInteger(L, n, function)))
}

// OptInt is CheckInt with def where there is none: luaL_optint.
func OptInt(L *lua.LState, n int, function string, def int) int {
	return int(int32(OptInteger(L, n, function, def)))
}

// CheckOption finds an argument in a list of words, and gives its place there:
// luaL_checkoption. def stands for none; where it is "" there must be one.
func CheckOption(L *lua.LState, n int, function, def string, words ...string) int {
	s := def
	if def == "" || L.Get(n) != lua.LNil {
		s = CheckString(L, n, function)
	}
	for k, w := range words {
		if w == s {
			return k
		}
	}
	ArgError(L, n, function, "invalid option '"+s+"'")
	return 0
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

// Truncate is C's cast of a double to a ptrdiff_t on amd64, cvttsd2si: what the integer
// cannot hold, infinities and NaN are its smallest value.
func Truncate(f float64) int {
	if f >= -1<<63 && f < 1<<63 {
		return int(f)
	}
	return math.MinInt64
}

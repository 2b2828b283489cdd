package luastring

import (
	"fmt"
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/ascii"
	"weir/script/luaio"
)

// copied gives the bytes of the first argument to change.
func copied(L *lua.LState, function string) []byte {
	s := luaio.CheckString(L, 1, function)
	luaio.Need(L, len(s))
	return []byte(s)
}

// upper is string.upper(s), of the C locale.
func upper(L *lua.LState) int {
	b := copied(L, "upper")
	ascii.Upper(b)
	L.Push(luaio.OwnString(b))
	return 1
}

// lower is string.lower(s), of the C locale.
func lower(L *lua.LState) int {
	b := copied(L, "lower")
	ascii.Lower(b)
	L.Push(luaio.OwnString(b))
	return 1
}

// maxRepeated is how long a string string.rep makes: what no process has room
// for is refused while the script can still be told of it.
const maxRepeated = math.MaxInt32

// length is string.len(s).
func length(L *lua.LState) int {
	L.Push(lua.LNumber(len(luaio.CheckString(L, 1, "len"))))
	return 1
}

// sub is string.sub(s, i [, j]).
func sub(L *lua.LState) int {
	s := luaio.CheckString(L, 1, "sub")
	i := max(position(luaio.CheckInteger(L, 2, "sub"), len(s)), 1)
	j := min(position(luaio.OptInteger(L, 3, "sub", -1), len(s)), len(s))
	if i > j {
		L.Push(lua.LString(""))
	} else {
		L.Push(part(s, i-1, j))
	}
	return 1
}

// reverse is string.reverse(s).
func reverse(L *lua.LState) int {
	b := copied(L, "reverse")
	slices.Reverse(b)
	L.Push(luaio.OwnString(b))
	return 1
}

// dump is string.dump(f). No compiled code can be had here: every function is to it what
// one in C is to lua5.1.
func dump(L *lua.LState) int {
	luaio.CheckFunction(L, 1, "dump")
	luaio.Raise(L, "unable to dump given function")
	return 0
}

// rep is string.rep(s, n).
func rep(L *lua.LState) int {
	s, n := luaio.CheckString(L, 1, "rep"), luaio.CheckInteger(L, 2, "rep")
	if n > 0 && len(s) > maxRepeated/n {
		luaio.ArgError(L, 2, "rep", fmt.Sprintf("%d times %d bytes are more than the 2 GB that a string may have", n, len(s)))
	}
	luaio.Need(L, len(s)*max(n, 0))
	L.Push(lua.LString(strings.Repeat(s, max(n, 0))))
	return 1
}

// toBytes is string.byte(s [, i [, j]]).
func toBytes(L *lua.LState) int {
	s := luaio.CheckString(L, 1, "byte")
	i := position(luaio.OptInteger(L, 2, "byte", 1), len(s))
	j := position(luaio.OptInteger(L, 3, "byte", i), len(s))
	i, j = max(i, 1), min(j, len(s))
	for k := i; k <= j; k++ {
		L.Push(lua.LNumber(s[k-1]))
	}
	return max(j-i+1, 0)
}

// position counts from the end where i is negative: posrelat.
func position(i, length int) int {
	if i < 0 {
		return max(i+length+1, 0)
	}
	return i
}

// fromBytes is string.char(...).
func fromBytes(L *lua.LState) int {
	b := make([]byte, L.GetTop())
	for i := range b {
		c := luaio.CheckInt(L, i+1, "char")
		if c < 0 || c > 255 {
			luaio.ArgError(L, i+1, "char", "invalid value")
		}
		b[i] = byte(c)
	}
	L.Push(luaio.NewString(b))
	return 1
}

package lualib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
)

// tostring is tostring(v).
func tostring(L *lua.LState) int {
	L.Push(luaio.ToString(L, luaio.CheckAny(L, 1, "tostring")))
	return 1
}

// typeOf is type(v).
func typeOf(L *lua.LState) int {
	L.Push(lua.LString(luaio.CheckAny(L, 1, "type").Type().String()))
	return 1
}

// Select is select(n, ...).
func Select(L *lua.LState) int {
	top := L.GetTop()
	if s, ok := L.Get(1).(lua.LString); ok && strings.HasPrefix(string(s), "#") {
		return pushNumbers(L, float64(top-1))
	}
	n := luaio.CheckInt(L, 1, "select")
	if n < 0 {
		n += top
	} else if n > top {
		n = top
	}
	if n < 1 {
		luaio.ArgError(L, 1, "select", "index out of range")
	}
	return top - n
}

// maxUnpacked is how many values unpack gives. lua5.1 gives fewer than 8,000, the room
// that a function in C has.
const maxUnpacked = 1_000_000

// unpack is unpack(list [, i [, j]]).
func unpack(L *lua.LState) int {
	t := luaio.CheckTable(L, 1, "unpack")
	i := luaio.OptInt(L, 2, "unpack", 1)
	var j int
	if L.Get(3) == lua.LNil {
		j = interp.Len(t)
	} else {
		j = luaio.CheckInt(L, 3, "unpack")
	}
	if i > j {
		return 0
	}
	if j-i >= maxUnpacked {
		luaio.Raise(L, "too many results to unpack")
	}
	for k := i; k <= j; k++ {
		L.Push(interp.GetInt(t, k))
	}
	return j - i + 1
}

// rawequal is rawequal(a, b).
func rawequal(L *lua.LState) int {
	a := luaio.CheckAny(L, 1, "rawequal")
	L.Push(lua.LBool(a == luaio.CheckAny(L, 2, "rawequal")))
	return 1
}

// rawget is rawget(t, key).
func rawget(L *lua.LState) int {
	t := luaio.CheckTable(L, 1, "rawget")
	L.Push(interp.RawGet(t, luaio.CheckAny(L, 2, "rawget")))
	return 1
}

// rawset is rawset(t, key, value).
func rawset(L *lua.LState) int {
	t := luaio.CheckTable(L, 1, "rawset")
	key, value := luaio.CheckAny(L, 2, "rawset"), luaio.CheckAny(L, 3, "rawset")
	if n, ok := key.(lua.LNumber); ok && n != n {
		luaio.RaiseBare(L, "table index is NaN")
	} else if key == lua.LNil {
		luaio.RaiseBare(L, "table index is nil")
	}
	interp.RawSet(t, key, value)
	L.Push(t)
	return 1
}

// getmetatable is getmetatable(v).
func getmetatable(L *lua.LState) int {
	L.Push(L.GetMetatable(luaio.CheckAny(L, 1, "getmetatable")))
	return 1
}

// setmetatable is setmetatable(t, meta).
func (g *garbage) setmetatable(L *lua.LState) int {
	t, meta := luaio.CheckTable(L, 1, "setmetatable"), L.Get(2)
	if L.GetTop() < 2 || meta.Type() != lua.LTNil && meta.Type() != lua.LTTable {
		luaio.ArgError(L, 2, "setmetatable", "nil or table expected")
	}
	if L.GetMetaField(t, "__metatable") != lua.LNil {
		luaio.Raise(L, "cannot change a protected metatable")
	}
	t.Metatable = meta
	g.tableGetsMeta(t, meta)
	L.Push(t)
	return 1
}

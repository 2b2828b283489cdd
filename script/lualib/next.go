package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
)

// mustNext is interp.Next with lua_next's error.
func mustNext(L *lua.LState, t *lua.LTable, key lua.LValue) (lua.LValue, lua.LValue) {
	k, v, ok := interp.Next(t, key)
	if !ok {
		luaio.RaiseBare(L, "invalid key to 'next'")
	}
	return k, v
}

// next is next(t [, key]), and what pairs gives.
func next(L *lua.LState) int {
	k, v := mustNext(L, luaio.CheckTable(L, 1, "next"), L.Get(2))
	L.Push(k)
	if k == lua.LNil {
		return 1
	}
	L.Push(v)
	return 2
}

// openIterators puts pairs and ipairs, whose iterators are one function each.
func openIterators(L *lua.LState) {
	L.SetGlobal("next", L.NewFunction(next))
	for name, iterator := range map[string]lua.LGFunction{"pairs": next, "ipairs": nextInList} {
		var first lua.LValue = lua.LNil
		if name == "ipairs" {
			first = lua.LNumber(0)
		}
		L.SetGlobal(name, L.NewClosure(func(L *lua.LState) int {
			t := luaio.CheckTable(L, 1, name)
			L.Push(L.Get(lua.UpvalueIndex(1)))
			L.Push(t)
			L.Push(first)
			return 3
		}, L.NewFunction(iterator)))
	}
}

// nextInList is the iterator of ipairs.
func nextInList(L *lua.LState) int {
	i := luaio.CheckInt(L, 2, "ipairs") + 1
	v := interp.GetInt(luaio.CheckTable(L, 1, "ipairs"), i)
	if v == lua.LNil {
		return 0
	}
	L.Push(lua.LNumber(i))
	L.Push(v)
	return 2
}

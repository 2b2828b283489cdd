package lualib

import (
	lua "github.com/yuin/gopher-lua"
)

// openStrings gives strings a metatable of their own, whose __index is the table string,
// as in C Lua. gopher-lua has the table itself for it.
func openStrings(L *lua.LState) {
	library, ok := L.GetGlobal("string").(*lua.LTable)
	if !ok {
		return
	}
	meta := L.NewTable()
	meta.RawSetString("__index", library)
	library.RawSetString("__index", lua.LNil)
	L.SetMetatable(lua.LString(""), meta)
}

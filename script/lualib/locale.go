package lualib

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// setlocale is os.setlocale([locale [, category]]). The C locale is the only one that
// there is, by any of its names; "" is the one that the environment asks for.
func setlocale(L *lua.LState) int {
	name := luaio.OptString(L, 1, "setlocale", "C")
	luaio.CheckOption(L, 2, "setlocale", "all", "all", "collate", "ctype", "monetary", "numeric", "time")
	switch name {
	case "C", "", "POSIX":
		L.Push(lua.LString("C"))
	default:
		L.Push(lua.LNil)
	}
	return 1
}

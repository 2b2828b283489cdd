package script

import (
	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
)

// placeAt is where the function at a level is, as Lua counts levels; of one that is not
// written in Lua, and of none, nothing.
func placeAt(L *lua.LState, level int) origin {
	c, ok := interp.CallAt(L, level)
	if !ok || c.Fn == nil || c.Fn.IsG {
		return origin{}
	}
	return origin{c.Fn.Proto.SourceName, c.Line()}
}

// whereIs gives the line of Lua that is running: that of the innermost function that is
// written in Lua.
func whereIs(L *lua.LState) origin {
	chunk, line := interp.Where(L)
	return origin{chunk, line}
}

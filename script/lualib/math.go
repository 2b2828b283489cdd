package lualib

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// openMath puts the constant that gopher-lua has as the largest finite number.
func openMath(L *lua.LState) {
	if t, ok := L.GetGlobal("math").(*lua.LTable); ok {
		t.RawSetString("huge", lua.LNumber(math.Inf(1)))
	}
}

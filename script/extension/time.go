package extension

import (
	"time"

	lua "github.com/yuin/gopher-lua"
)

// Now is time.now(): seconds since 1970 began in UTC, CLOCK_REALTIME.
func Now(L *lua.LState) int {
	L.Push(lua.LNumber(float64(time.Now().UnixNano()) / 1e9))
	return 1
}

// Monotonic is time.monotonic(): seconds on a clock that nobody sets, the same
// in all processes of this machine.
func Monotonic(L *lua.LState) int {
	L.Push(lua.LNumber(float64(monotonic()) / 1e9))
	return 1
}

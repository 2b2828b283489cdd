package lualib

import (
	goruntime "runtime"

	lua "github.com/yuin/gopher-lua"
)

// garbage is what scripts set of the collector. Go's has no such figures, and it is
// the whole process's, other states and their stages on threads included: it goes on
// whatever a script says. What a script has set is given back to it.
type garbage struct{ pause, step int }

// collect is collectgarbage([opt [, arg]]).
func (g *garbage) collect(L *lua.LState) int {
	what := option(L, 1, "collectgarbage", "collect", "stop", "restart", "collect", "count", "step", "setpause", "setstepmul")
	arg := optional(L, 2, "collectgarbage", 0)
	before := 0
	switch what {
	case "count":
		var use goruntime.MemStats
		goruntime.ReadMemStats(&use)
		return pushNumbers(L, float64(use.HeapAlloc)/1024)
	case "collect":
		goruntime.GC()
	case "step":
		goruntime.GC() // a whole cycle, so that it has ended one
		L.Push(lua.LTrue)
		return 1
	case "setpause":
		before, g.pause = g.pause, arg
	case "setstepmul":
		before, g.step = g.step, arg
	}
	return pushNumbers(L, float64(before))
}

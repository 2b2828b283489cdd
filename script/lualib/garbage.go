package lualib

import (
	goruntime "runtime"
	"runtime/metrics"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
)

// garbage is what scripts set of the collector, and what only a collection that a script
// asks for looks after: weak tables and finalizers. Go's collector has no pause and no
// step multiplier, and it is the whole process's, other states and their stages on
// threads included: it goes on whatever a script says. What a script has set is given
// back to it.
type garbage struct {
	pause, step int
	base        uint64 // bytes in use when the state was made
	progress    int    // of a cycle that is made in steps
	weak        weakTables
	proxies     proxies
}

func newGarbage() *garbage {
	g := &garbage{pause: 200, step: 200}
	g.base = bytesInUse()
	return g
}

// cycle is how many steps of size 0 a whole cycle takes.
const cycle = 20

// collect is collectgarbage([opt [, arg]]).
func (g *garbage) collect(L *lua.LState) int {
	words := [...]string{"stop", "restart", "collect", "count", "step", "setpause", "setstepmul"}
	what := words[luaio.CheckOption(L, 1, "collectgarbage", "collect", words[:]...)]
	arg := luaio.OptInt(L, 2, "collectgarbage", 0)
	before := 0
	switch what {
	case "count":
		return pushNumbers(L, g.kilobytes())
	case "collect":
		g.all(L)
	case "step":
		g.progress += 1 + max(arg, 0)
		done := g.progress >= cycle
		if done {
			g.all(L)
		}
		L.Push(lua.LBool(done))
		return 1
	case "setpause":
		before, g.pause = g.pause, arg
	case "setstepmul":
		before, g.step = g.step, arg
	}
	return pushNumbers(L, float64(before))
}

// info is gcinfo(), which Lua 5.0 had in the place of collectgarbage("count").
func (g *garbage) info(L *lua.LState) int {
	return pushNumbers(L, float64(int(g.kilobytes())))
}

// stateKilobytes is what a state of lua5.1 takes that has its libraries and nothing else.
const stateKilobytes = 20

// kilobytes is how much the process has in use beyond what it had when the state was made.
func (g *garbage) kilobytes() float64 {
	return max(float64(bytesInUse())-float64(g.base), 0)/1024 + stateKilobytes
}

func bytesInUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// all is one whole collection: what is dead leaves the weak tables, and then the
// finalizers of the dead run.
func (g *garbage) all(L *lua.LState) {
	g.progress = 0
	interp.ClearDead(L)
	g.proxies.separate(L)
	g.weak.detach(g.proxies.dead)
	goruntime.GC()
	g.weak.attach()
	g.proxies.finalize(L)
}

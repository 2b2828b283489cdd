package lualib

import (
	"math"
	"math/rand/v2"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// random is the row of random numbers of one state. A row that no script has chosen
// begins anywhere.
type random struct{ *rand.Rand }

func newRandom() *random {
	return &random{rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))}
}

// next is math.random([m [, n]]). Unlike C's, it knows 64 bits.
func (r *random) next(L *lua.LState) int {
	low, high := 1, 0
	switch L.GetTop() {
	case 0:
		return pushNumbers(L, r.Float64())
	case 1:
		if high = luaio.CheckInteger(L, 1, "random"); high < 1 {
			luaio.ArgError(L, 1, "random", "interval is empty")
		}
	case 2:
		low, high = luaio.CheckInteger(L, 1, "random"), luaio.CheckInteger(L, 2, "random")
		if low > high {
			luaio.ArgError(L, 2, "random", "interval is empty")
		}
	default:
		luaio.Raise(L, "wrong number of arguments")
	}
	return pushNumbers(L, float64(r.between(low, high)))
}

// between gives one of low to high; those may be all integers that there are.
func (r *random) between(low, high int) int {
	width := uint64(high) - uint64(low)
	if width == math.MaxUint64 {
		return int(r.Uint64())
	}
	return int(uint64(low) + r.Uint64N(width+1))
}

// seed is math.randomseed(x).
func (r *random) seed(L *lua.LState) int {
	r.Rand = rand.New(rand.NewPCG(uint64(luaio.CheckInteger(L, 1, "randomseed")), 0))
	return 0
}

package lualib

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"weir/script/interp"
	"weir/script/luaio"
)

// ofOne are the functions of math that make one number of one.
var ofOne = map[string]func(float64) float64{
	"abs": math.Abs, "acos": math.Acos, "asin": math.Asin, "atan": math.Atan, "ceil": math.Ceil, "cos": math.Cos,
	"cosh": math.Cosh, "deg": func(x float64) float64 { return x / radians }, "exp": math.Exp, "floor": math.Floor,
	"log": math.Log, "log10": log10, "rad": func(x float64) float64 { return x * radians },
	"sin": math.Sin, "sinh": math.Sinh, "sqrt": math.Sqrt, "tan": math.Tan, "tanh": math.Tanh,
}

// ofTwo are those that make one number of two. fmod has the name that it had in Lua 5.0
// besides.
var ofTwo = map[string]func(x, y float64) float64{"atan2": math.Atan2, "fmod": math.Mod, "pow": interp.Power}

// radians is a degree, by which lmathlib.c multiplies and divides.
const radians = math.Pi / 180

// log10 is exact for the powers of ten, as C's is; Go's is log2(x) * log10(2).
func log10(x float64) float64 {
	r := math.Log10(x)
	if n := math.Round(r); n != r && math.Abs(n) < 309 && math.Pow10(int(n)) == x {
		return n
	}
	return r
}

// invalid makes the NaN that a function makes of numbers negative, as C's libraries do on
// amd64. These give one that is not: the cause lies in how glibc computes them.
func invalid(name string, f float64, args ...float64) float64 {
	if !math.IsNaN(f) {
		return f
	}
	for _, a := range args {
		if name == "abs" {
			a = math.Abs(a)
		}
		if math.IsNaN(a) {
			return a
		}
	}
	sign := -1.0
	if name == "acos" || name == "asin" || name == "log10" {
		sign = 1
	}
	return math.Copysign(f, sign)
}

func openMath(L *lua.LState) {
	t, ok := L.GetGlobal("math").(*lua.LTable)
	if !ok {
		return
	}
	for name, compute := range ofOne {
		t.RawSetString(name, L.NewFunction(func(L *lua.LState) int {
			x := luaio.CheckNumber(L, 1, name)
			L.Push(lua.LNumber(invalid(name, compute(x), x)))
			return 1
		}))
	}
	for name, compute := range ofTwo {
		t.RawSetString(name, L.NewFunction(func(L *lua.LState) int {
			y := luaio.CheckNumber(L, 2, name) // lua5.1's compiler looks at the last one first
			x := luaio.CheckNumber(L, 1, name)
			L.Push(lua.LNumber(invalid(name, compute(x, y), x, y)))
			return 1
		}))
	}
	put(L, "math", map[string]lua.LGFunction{
		"frexp": frexp, "ldexp": ldexp, "modf": modf,
		"max": extreme("max", func(a, b float64) bool { return a > b }),
		"min": extreme("min", func(a, b float64) bool { return a < b }),
	})
	t.RawSetString("mod", t.RawGetString("fmod"))
	t.RawSetString("huge", lua.LNumber(math.Inf(1))) // gopher-lua has the largest finite number
}

// frexp is math.frexp(x).
func frexp(L *lua.LState) int {
	m, e := math.Frexp(luaio.CheckNumber(L, 1, "frexp"))
	return pushNumbers(L, m, float64(e))
}

// ldexp is math.ldexp(m, e).
func ldexp(L *lua.LState) int {
	e := luaio.CheckInt(L, 2, "ldexp")
	return pushNumbers(L, math.Ldexp(luaio.CheckNumber(L, 1, "ldexp"), e))
}

// modf is math.modf(x). What is left of an infinity is 0, which Go has as no number.
func modf(L *lua.LState) int {
	x := luaio.CheckNumber(L, 1, "modf")
	whole, rest := math.Modf(x)
	if math.IsInf(x, 0) {
		whole, rest = x, math.Copysign(0, x)
	}
	return pushNumbers(L, whole, rest)
}

// extreme is math.max(x, ...) or math.min(x, ...).
func extreme(name string, beyond func(a, b float64) bool) lua.LGFunction {
	return func(L *lua.LState) int {
		r := luaio.CheckNumber(L, 1, name)
		for i := 2; i <= L.GetTop(); i++ {
			if x := luaio.CheckNumber(L, i, name); beyond(x, r) {
				r = x
			}
		}
		return pushNumbers(L, r)
	}
}

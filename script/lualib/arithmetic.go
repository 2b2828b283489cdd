package lualib

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// In arithmetic gopher-lua reads a string as Go's source: "010" is 8 to it, "0b1" and
// "1_000" are numbers and "1e400" is none. So strings have operators of their own, in
// a metatable that is no longer the table string itself; the table is its __index, as
// in C Lua.

// events are the metamethods of the operators on two numbers, by the name that
// gopher-lua's errors have for the operation.
var events = map[string]func(a, b float64) float64{
	"add": func(a, b float64) float64 { return a + b },
	"sub": func(a, b float64) float64 { return a - b },
	"mul": func(a, b float64) float64 { return a * b },
	"div": func(a, b float64) float64 { return a / b },
	"mod": modulo,
	"pow": math.Pow,
}

// modulo is Lua's %: a - floor(a/b)*b.
func modulo(a, b float64) float64 {
	r := math.Mod(a, b)
	if r != 0 && (r < 0) != (b < 0) {
		r += b
	}
	return r
}

func openStringArithmetic(L *lua.LState) {
	library, ok := L.GetGlobal("string").(*lua.LTable)
	if !ok {
		return
	}
	meta := L.NewTable()
	meta.RawSetString("__index", library)
	library.RawSetString("__index", lua.LNil)
	for name, compute := range events {
		meta.RawSetString("__"+name, L.NewFunction(stringOperator(name, compute)))
	}
	meta.RawSetString("__unm", L.NewFunction(minusString))
	L.SetMetatable(lua.LString(""), meta)
}

// stringOperator is an operator beside a string. The other operand may have one that
// comes first.
func stringOperator(name string, compute func(a, b float64) float64) lua.LGFunction {
	return func(L *lua.LState) int {
		left, right := L.Get(1), L.Get(2)
		a, ok1 := luaio.ToNumber(left)
		b, ok2 := luaio.ToNumber(right)
		if ok1 && ok2 {
			L.Push(lua.LNumber(compute(a, b)))
			return 1
		}
		if right.Type() != lua.LTString {
			if fn := L.GetMetaField(right, "__"+name); fn != lua.LNil {
				L.Push(fn)
				L.Push(left)
				L.Push(right)
				L.Call(2, 1)
				return 1
			}
		}
		L.RaiseError("cannot perform %s operation between %s and %s", name, operandType(left), operandType(right))
		return 0
	}
}

// operandType is what an error calls an operand: a string that is a number is not at
// fault.
func operandType(v lua.LValue) lua.LValueType {
	if _, ok := luaio.ToNumber(v); ok {
		return lua.LTNumber
	}
	return v.Type()
}

func minusString(L *lua.LState) int {
	f, ok := luaio.ToNumber(L.Get(1))
	if !ok {
		L.RaiseError("attempt to perform arithmetic on a string value")
	}
	L.Push(lua.LNumber(-f))
	return 1
}

package interp

import (
	"math"

	lua "github.com/yuin/gopher-lua"
)

// arith is an operation on two numbers, as luaconf.h defines it. The conversions keep the
// compiler from fusing a product and a sum, which would round once instead of twice.
func arith(op int, x, y float64) float64 {
	switch op {
	case lua.OP_ADD:
		return x + y
	case lua.OP_SUB:
		return x - y
	case lua.OP_MUL:
		return x * y
	case lua.OP_DIV:
		return divide(x, y)
	case lua.OP_MOD:
		return modulo(x, y)
	}
	return Power(x, y)
}

// divide is x / y also where the compiler knows both.
func divide(x, y float64) float64 { return x / y }

// modulo is luai_nummod: x - floor(x/y)*y.
func modulo(x, y float64) float64 {
	return x - float64(math.Floor(x/y)*y)
}

// Power is x ^ y, pow(3). Go's math.Pow is off by some units in the last place where the C
// library rounds right, so whole exponents are computed with twice the digits.
func Power(x, y float64) float64 {
	switch {
	case y == 2:
		return x * x
	case y == 0.5 && !math.IsInf(x, -1):
		return math.Sqrt(x) + 0 // pow(-0, 0.5) is 0
	}
	n := math.Abs(y)
	if n != math.Floor(n) || n > 1024 || x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return math.Pow(x, y)
	}
	p := double{1, 0}
	square := double{x, 0}
	for i := uint(n); ; {
		if i&1 != 0 {
			p = p.times(square)
		}
		if i >>= 1; i == 0 {
			break
		}
		square = square.times(square)
	}
	if y < 0 {
		p = p.inverse()
	}
	r := p.high + p.low
	if r == 0 || math.IsInf(r, 0) || math.IsNaN(r) || math.Abs(r) < 1e-290 {
		return math.Pow(x, y)
	}
	return r
}

// double is the sum of two numbers, with about twice the digits of one.
type double struct{ high, low float64 }

func (d double) times(e double) double {
	high := d.high * e.high
	low := math.FMA(d.high, e.high, -high) + float64(d.high*e.low) + float64(d.low*e.high)
	sum := high + low
	return double{sum, low - (sum - high)}
}

func (d double) inverse() double {
	q := 1 / d.high
	r := math.FMA(-q, d.high, 1) - float64(q*d.low)
	return double{q, r / d.high}
}

// events are the metamethods of the operations, from OP_ADD on.
var events = [...]string{"__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__not", "__len", "__concat"}

// arithmetic is an operation on any two values: numbers, strings that hold one, and what
// has a metamethod for it. Of unary minus both are the same.
func (o operations) arithmetic(op int, x, y lua.LValue) lua.LValue {
	if n, ok := toNumber(x); ok {
		if m, ok := toNumber(y); ok {
			if op == lua.OP_UNM {
				return o.s.reg.alloc.box(-n)
			}
			return o.s.reg.alloc.box(arith(op, n, m))
		}
	}
	if v, ok := o.binary(events[op-lua.OP_ADD], x, y); ok {
		return v
	}
	if _, ok := toNumber(x); !ok {
		y = x // the first operand is the wrong one
	}
	o.s.typeError("perform arithmetic on", y)
	return nil
}

// binary calls the metamethod of an operation: that of the first operand, or else that of
// the second.
func (o operations) binary(event string, x, y lua.LValue) (lua.LValue, bool) {
	f := o.s.globals().metamethod(x, event)
	if isNil(f) {
		if f = o.s.globals().metamethod(y, event); isNil(f) {
			return nil, false
		}
	}
	return o.s.callMeta(f, x, y), true
}

// length is the # of any value.
func (o operations) length(v lua.LValue) lua.LValue {
	switch v := v.(type) {
	case *lua.LTable:
		return o.s.reg.alloc.box(float64(tableOf(v).length()))
	case lua.LString:
		return o.s.reg.alloc.box(float64(len(v)))
	}
	if n, ok := o.binary("__len", v, lua.LNil); ok {
		return n
	}
	o.s.typeError("get length of", v)
	return nil
}

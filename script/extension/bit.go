package extension

import (
	"math"
	"math/bits"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// BitOp works on 32 bits: "all bit operations return signed 32-bit numbers".
// As in LuaJIT 2.1, an int64 or uint64 among the operands makes them all 64 bits
// wide, and the result is of its type: uint64 where one of them is.

// operands are the arguments of a bit operation.
type operands struct {
	wide, unsigned bool
}

// read adds argument i to what is known of the types, and gives its bits.
func (o *operands) read(L *lua.LState, i int, function string) uint64 {
	switch v := L.Get(i).(type) {
	case lua.LNumber:
		return toBits(float64(v))
	case *lua.LUserData:
		if n, ok := v.Value.(Integer); ok {
			o.wide, o.unsigned = true, o.unsigned || n.unsigned
			return n.bits
		}
	}
	return toBits(luaio.CheckNumber(L, i, function))
}

// toBits gives the 32 bits of a number, extended by their sign: "the input is
// normalized to the range of signed 32 bit integers". As LuaJIT does it, 2^52 +
// 2^51 is added, which leaves the integer, rounded to nearest, in the low bits.
func toBits(f float64) uint64 {
	if i := int64(f); float64(i) == f && i >= -1<<51 && i < 1<<51 {
		return uint64(int32(i))
	}
	return uint64(int32(math.Float64bits(f + (1<<52 + 1<<51))))
}

// push gives the result.
func (o *operands) push(L *lua.LState, n uint64) int {
	if o.wide {
		L.Push(Integer{n, o.unsigned}.Value(L))
	} else {
		L.Push(lua.LNumber(int32(n)))
	}
	return 1
}

// ToBit is bit.tobit(x).
func ToBit(L *lua.LState) int {
	var o operands
	n := o.read(L, 1, "tobit")
	o.wide = false
	return o.push(L, n)
}

// BNot is bit.bnot(x).
func BNot(L *lua.LState) int {
	var o operands
	return o.push(L, ^o.read(L, 1, "bnot"))
}

// BSwap is bit.bswap(x): the bytes in the other order.
func BSwap(L *lua.LState) int {
	var o operands
	n := o.read(L, 1, "bswap")
	if o.wide {
		return o.push(L, bits.ReverseBytes64(n))
	}
	return o.push(L, uint64(bits.ReverseBytes32(uint32(n))))
}

// BAnd is bit.band(x1, ...).
func BAnd(L *lua.LState) int {
	var o operands
	n := o.read(L, 1, "band")
	for i := L.GetTop(); i > 1; i-- {
		n &= o.read(L, i, "band")
	}
	return o.push(L, n)
}

// BOr is bit.bor(x1, ...).
func BOr(L *lua.LState) int {
	var o operands
	n := o.read(L, 1, "bor")
	for i := L.GetTop(); i > 1; i-- {
		n |= o.read(L, i, "bor")
	}
	return o.push(L, n)
}

// BXor is bit.bxor(x1, ...).
func BXor(L *lua.LState) int {
	var o operands
	n := o.read(L, 1, "bxor")
	for i := L.GetTop(); i > 1; i-- {
		n ^= o.read(L, i, "bxor")
	}
	return o.push(L, n)
}

// shift is an operation of a value and a count, of which "only the lower 5 bits"
// matter, or the lower 6 where the value is 64 bits wide.
func shift(L *lua.LState, function string, narrow func(n uint32, k int) uint32, wide func(n uint64, k int) uint64) int {
	var o, count operands
	n := o.read(L, 1, function)
	k := int(count.read(L, 2, function))
	if o.wide {
		return o.push(L, wide(n, k&63))
	}
	return o.push(L, uint64(narrow(uint32(n), k&31)))
}

// LShift is bit.lshift(x, n).
func LShift(L *lua.LState) int {
	return shift(L, "lshift", func(n uint32, k int) uint32 { return n << k },
		func(n uint64, k int) uint64 { return n << k })
}

// RShift is bit.rshift(x, n): zeros come in.
func RShift(L *lua.LState) int {
	return shift(L, "rshift", func(n uint32, k int) uint32 { return n >> k },
		func(n uint64, k int) uint64 { return n >> k })
}

// ARShift is bit.arshift(x, n): the sign comes in.
func ARShift(L *lua.LState) int {
	return shift(L, "arshift", func(n uint32, k int) uint32 { return uint32(int32(n) >> k) },
		func(n uint64, k int) uint64 { return uint64(int64(n) >> k) })
}

// Rol is bit.rol(x, n).
func Rol(L *lua.LState) int { return shift(L, "rol", bits.RotateLeft32, bits.RotateLeft64) }

// Ror is bit.ror(x, n).
func Ror(L *lua.LState) int {
	return shift(L, "ror", func(n uint32, k int) uint32 { return bits.RotateLeft32(n, -k) },
		func(n uint64, k int) uint64 { return bits.RotateLeft64(n, -k) })
}

// ToHex is bit.tohex(x [, n]): n digits, of the lowest; upper-case where n is
// negative.
func ToHex(L *lua.LState) int {
	var o, ignored operands
	n := o.read(L, 1, "tohex")
	length, digits := 8, "0123456789abcdef"
	if o.wide {
		length = 16
	}
	if L.GetTop() > 1 {
		length = int(int32(ignored.read(L, 2, "tohex")))
	}
	if length < 0 {
		length, digits = -length, "0123456789ABCDEF"
	}
	length = min(length, 254)
	if !o.wide {
		n = uint64(uint32(n))
	}
	text := make([]byte, length)
	for i := length - 1; i >= 0; i-- {
		text[i] = digits[n&15]
		n >>= 4
	}
	L.Push(lua.LString(text))
	return 1
}

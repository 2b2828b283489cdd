package interp

import (
	"math"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"weir/script/luaio"
)

// small holds the numbers from 0 on that need no memory of their own.
var small [512]lua.LValue

// numberType is the first word of an interface value that holds an LNumber.
var numberType unsafe.Pointer

func init() {
	v := lua.LValue(lua.LNumber(0.5))
	numberType = (*word)(unsafe.Pointer(&v)).table
	numbers := new([len(small)]float64)
	for i := range small {
		numbers[i] = float64(i)
		small[i] = boxed(&numbers[i])
	}
}

// boxed makes a Lua number of memory that never changes.
func boxed(n *float64) lua.LValue {
	w := word{numberType, unsafe.Pointer(n)}
	return *(*lua.LValue)(unsafe.Pointer(&w))
}

// box makes a Lua number. Numbers that are no small integers take their memory in batches.
func (a *allocator) box(n float64) lua.LValue {
	if i := int(n); uint(i) < uint(len(small)) && math.Float64bits(float64(i)) == math.Float64bits(n) {
		return small[i]
	}
	k := len(a.numbers)
	if k == cap(a.numbers) {
		a.numbers, k = make([]float64, 0, 64), 0
	}
	a.numbers = a.numbers[:k+1]
	p := &a.numbers[k]
	*p = n
	return boxed(p)
}

// isFalse reports whether a value is nil or false.
func isFalse(v lua.LValue) bool {
	switch v := v.(type) {
	case *lua.LNilType:
		return true
	case lua.LBool:
		return !bool(v)
	}
	return false
}

func isNil(v lua.LValue) bool {
	_, ok := v.(*lua.LNilType)
	return ok
}

// toNumber converts numbers, and strings that hold one.
func toNumber(v lua.LValue) (float64, bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return ParseNumber(string(v))
	}
	return 0, false
}

// ParseNumber reads a whole string as Lua 5.1's tonumber does.
func ParseNumber(s string) (float64, bool) { return luaio.ParseNumber(s) }

// ToText converts strings and numbers to text.
func ToText(v lua.LValue) (string, bool) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), true
	case lua.LNumber:
		return luaio.FormatNumber(float64(v)), true
	}
	return "", false
}

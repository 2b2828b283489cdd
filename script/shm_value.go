package script

import (
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/layout"
)

// exact is the largest integer up to which a number holds all of them.
const exact = 1 << 53

// isInteger tells whether a type is one of C's integers.
func isInteger(t *layout.Type) bool {
	return t.Class == layout.Signed || t.Class == layout.Unsigned || t.Class == layout.Char
}

// fromBits gives the Lua value of a field's bits.
func (vm *VM) fromBits(L *lua.LState, s spot, bits uint64) lua.LValue {
	switch s.t.Class {
	case layout.Bool:
		return lua.LBool(bits != 0)
	case layout.Float:
		if s.t.Size == 4 {
			return lua.LNumber(math.Float32frombits(uint32(bits)))
		}
		return lua.LNumber(math.Float64frombits(bits))
	}
	if !holdable(s.t, bits) {
		vm.raise(L, problemf(whereIs(L), "%s holds %s, and a number holds integers up to 2^53 only", s, decimal(s.t, bits)).
			hinted("m:decimal(%q) gives it as a string", s.String()).pointing(s.word()))
	}
	if s.t.Class == layout.Unsigned {
		return lua.LNumber(bits)
	}
	return lua.LNumber(signed(bits, s.t.Size))
}

// holdable tells whether a number of Lua's holds a field's bits exactly.
func holdable(t *layout.Type, bits uint64) bool {
	switch t.Class {
	case layout.Unsigned:
		return bits <= exact
	case layout.Signed, layout.Char:
		n := signed(bits, t.Size)
		return n <= exact && n >= -exact
	}
	return true
}

// signed extends the sign of a value of size bytes.
func signed(bits uint64, size int) int64 {
	shift := 64 - 8*size
	return int64(bits<<shift) >> shift
}

func decimal(t *layout.Type, bits uint64) string {
	if t.Class == layout.Unsigned {
		return strconv.FormatUint(bits, 10)
	}
	return strconv.FormatInt(signed(bits, t.Size), 10)
}

// toBits checks a value against a field's type.
func (vm *VM) toBits(L *lua.LState, s spot, value lua.LValue) uint64 {
	switch v := value.(type) {
	case lua.LNumber:
		switch {
		case isInteger(s.t):
			return vm.integerBits(L, s, float64(v))
		case s.t.Class == layout.Float && s.t.Size == 8:
			return math.Float64bits(float64(v))
		case s.t.Class == layout.Float:
			return vm.float32Bits(L, s, float64(v))
		}
	case lua.LBool:
		if s.t.Class == layout.Bool {
			if v {
				return 1
			}
			return 0
		}
	case lua.LString:
		if s.t.Class == layout.Char && len(v) == 1 {
			return uint64(v[0])
		}
		if isInteger(s.t) {
			return vm.decimalBits(L, s, string(v))
		}
	}
	vm.raisef(L, s.word(), "%s is %s, and cannot hold %s", s, s.t, shown(value))
	return 0
}

// float32Bits rounds as C does; what is too large for a float is refused, and
// would be infinite.
func (vm *VM) float32Bits(L *lua.LState, s spot, v float64) uint64 {
	if !math.IsInf(v, 0) && math.IsInf(float64(float32(v)), 0) {
		vm.raisef(L, s.word(), "%s is float, and cannot hold %v: it goes up to %.7g", s, v, math.MaxFloat32)
	}
	return uint64(math.Float32bits(float32(v)))
}

func (vm *VM) integerBits(L *lua.LState, s spot, v float64) uint64 {
	if n := int64(v); float64(n) == v && n <= exact && n >= -exact && fits(s.t, n) {
		return uint64(n)
	}
	low, high := limits(s.t)
	switch {
	case v != math.Trunc(v):
		vm.raisef(L, s.word(), "%s is %s, and cannot hold %s: it is no whole number", s, s.t, shown(lua.LNumber(v)))
	case s.t.Size == 8 && (s.t.Class == layout.Unsigned && v > 0 && v < 1<<64 || s.t.Class == layout.Signed && v >= -1<<63 && v < 1<<63):
		vm.raise(L, problemf(whereIs(L), "%s is %s, and %.0f is more than 2^53: not every such integer is a number", s, s.t, v).
			hinted("a string holds all: \"%.0f\"", v).pointing(s.word()))
	}
	vm.raisef(L, s.word(), "%s is %s, and cannot hold %s: it goes from %s to %s", s, s.t, shown(lua.LNumber(v)), low, high)
	return 0
}

// fits tells whether an integer of Lua's is one of a type's.
func fits(t *layout.Type, n int64) bool {
	shift := 64 - 8*t.Size
	if t.Class == layout.Unsigned {
		return n >= 0 && uint64(n)<<shift>>shift == uint64(n)
	}
	return n<<shift>>shift == n
}

// limits are the least and the largest integer of a type.
func limits(t *layout.Type) (low, high string) {
	if t.Class == layout.Unsigned {
		return "0", strconv.FormatUint(math.MaxUint64>>(64-8*t.Size), 10)
	}
	most := int64(math.MaxInt64) >> (64 - 8*t.Size)
	return strconv.FormatInt(-most-1, 10), strconv.FormatInt(most, 10)
}

// decimalBits reads a decimal, exactly.
func (vm *VM) decimalBits(L *lua.LState, s spot, text string) uint64 {
	if s.t.Class == layout.Unsigned {
		if n, err := strconv.ParseUint(text, 10, 8*s.t.Size); err == nil {
			return n
		}
	} else if n, err := strconv.ParseInt(text, 10, 8*s.t.Size); err == nil {
		return uint64(n)
	}
	low, high := limits(s.t)
	vm.raisef(L, s.word(), "%s is %s, and cannot hold %s: it goes from %s to %s", s, s.t, shown(lua.LString(text)), low, high)
	return 0
}

// shown writes a value that cannot be stored.
func shown(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LNumber:
		if math.Trunc(float64(v)) == float64(v) && math.Abs(float64(v)) < 1e21 {
			return strconv.FormatFloat(float64(v), 'f', 0, 64)
		}
		return v.String()
	case lua.LBool:
		return v.String()
	}
	return describe(v)
}

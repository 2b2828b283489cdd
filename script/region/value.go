package region

import (
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/layout"
	"weir/script/extension"
	"weir/script/problem"
)

// exact is the largest integer up to which a number holds all of them.
const exact = 1 << 53

// isInteger reports whether a type is one of C's integers.
func isInteger(t *layout.Type) bool {
	return t.Class == layout.Signed || t.Class == layout.Unsigned || t.Class == layout.Char
}

// fromBits gives the Lua value of a field's bits: a number, and where that would
// not be exact an int64 or uint64.
func fromBits(L *lua.LState, s spot, bits uint64) lua.LValue {
	switch s.t.Class {
	case layout.Bool:
		return lua.LBool(bits != 0)
	case layout.Float:
		if s.t.Size == 4 {
			return lua.LNumber(math.Float32frombits(uint32(bits)))
		}
		return lua.LNumber(math.Float64frombits(bits))
	}
	return integerOf(s.t, bits).Plain(L)
}

// integerOf gives the exact value of an integer's bits.
func integerOf(t *layout.Type, bits uint64) extension.Integer {
	if t.Class == layout.Unsigned {
		return extension.Unsigned(bits)
	}
	return extension.Signed(signed(bits, t.Size))
}

// signed extends the sign of a value of size bytes.
func signed(bits uint64, size int) int64 {
	shift := 64 - 8*size
	return int64(bits<<shift) >> shift
}

// toBits checks a value against a field's type.
func toBits(L *lua.LState, s spot, value lua.LValue) uint64 {
	switch v := value.(type) {
	case lua.LNumber:
		switch {
		case isInteger(s.t):
			return integerBits(L, s, float64(v))
		case s.t.Class == layout.Float && s.t.Size == 8:
			return math.Float64bits(float64(v))
		case s.t.Class == layout.Float:
			return float32Bits(L, s, float64(v))
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
			return decimalBits(L, s, string(v))
		}
	case *lua.LUserData:
		if n, ok := v.Value.(extension.Integer); ok && isInteger(s.t) {
			if bits, ok := parseDecimal(s.t, n.String()); ok {
				return bits
			}
			outOfRange(L, s, n.String())
		}
	}
	problem.Raisef(L, s.word(), "%s is %s, and cannot hold %s", s, s.t, shown(value))
	return 0
}

// float32Bits rounds as C does; what is too large for a float is refused, and
// would be infinite.
func float32Bits(L *lua.LState, s spot, v float64) uint64 {
	if !math.IsInf(v, 0) && math.IsInf(float64(float32(v)), 0) {
		problem.Raisef(L, s.word(), "%s is float, and cannot hold %v: it goes up to %.7g", s, v, math.MaxFloat32)
	}
	return uint64(math.Float32bits(float32(v)))
}

func integerBits(L *lua.LState, s spot, v float64) uint64 {
	if n := int64(v); float64(n) == v && n <= exact && n >= -exact && fits(s.t, n) {
		return uint64(n)
	}
	low, high := limits(s.t)
	switch {
	case v != math.Trunc(v):
		problem.Raisef(L, s.word(), "%s is %s, and cannot hold %s: it is no whole number", s, s.t, shown(lua.LNumber(v)))
	case s.t.Size == 8 && (s.t.Class == layout.Unsigned && v > 0 && v < 1<<64 ||
		s.t.Class == layout.Signed && v >= -1<<63 && v < 1<<63):
		problem.Here(L, "%s is %s, and %.0f is more than 2^53: not every such integer is a number", s, s.t, v).
			Hinted("a string holds all, and so do int64 and uint64: \"%.0f\"", v).Pointing(s.word()).Raise(L)
	}
	problem.Raisef(L, s.word(), "%s is %s, and cannot hold %s: it goes from %s to %s",
		s, s.t, shown(lua.LNumber(v)), low, high)
	return 0
}

// fits reports whether an integer of Lua's is one of a type's.
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

// parseDecimal reads a decimal that a type can hold.
func parseDecimal(t *layout.Type, text string) (uint64, bool) {
	if t.Class == layout.Unsigned {
		n, err := strconv.ParseUint(text, 10, 8*t.Size)
		return n, err == nil
	}
	n, err := strconv.ParseInt(text, 10, 8*t.Size)
	return uint64(n), err == nil
}

// decimalBits reads a decimal, exactly.
func decimalBits(L *lua.LState, s spot, text string) uint64 {
	if bits, ok := parseDecimal(s.t, text); ok {
		return bits
	}
	outOfRange(L, s, shown(lua.LString(text)))
	return 0
}

func outOfRange(L *lua.LState, s spot, value string) {
	low, high := limits(s.t)
	problem.Raisef(L, s.word(), "%s is %s, and cannot hold %s: it goes from %s to %s", s, s.t, value, low, high)
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
	return problem.Describe(v)
}

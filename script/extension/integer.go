package extension

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"weir/ipc/luatext"
)

// Integer is a 64-bit integer of C's, an int64_t or a uint64_t.
type Integer struct {
	bits     uint64 // two's complement
	unsigned bool
}

// Signed makes an int64_t.
func Signed(n int64) Integer { return Integer{bits: uint64(n)} }

// Unsigned makes a uint64_t.
func Unsigned(n uint64) Integer { return Integer{n, true} }

// IsUnsigned tells the type.
func (n Integer) IsUnsigned() bool { return n.unsigned }

// Exact is the largest integer up to which a number of Lua's holds all of them.
const Exact = 1 << 53

// Bits gives the two's complement.
func (n Integer) Bits() uint64 { return n.bits }

// Negative reports whether n is less than zero.
func (n Integer) Negative() bool { return !n.unsigned && int64(n.bits) < 0 }

// Int64 gives n, and whether it fits.
func (n Integer) Int64() (int64, bool) {
	return int64(n.bits), !n.unsigned || n.bits <= math.MaxInt64
}

// Uint64 gives n, and whether it fits.
func (n Integer) Uint64() (uint64, bool) { return n.bits, !n.Negative() }

// Float gives the nearest float64, and whether it is certain to be n itself:
// one of at most 2^53.
func (n Integer) Float() (float64, bool) {
	if n.unsigned {
		return float64(n.bits), n.bits <= Exact
	}
	i := int64(n.bits)
	return float64(i), -Exact <= i && i <= Exact
}

// String is the decimal.
func (n Integer) String() string { return string(n.appendTo(nil)) }

func (n Integer) appendTo(b []byte) []byte {
	if n.unsigned {
		return strconv.AppendUint(b, n.bits, 10)
	}
	return strconv.AppendInt(b, int64(n.bits), 10)
}

// compare orders by value, whatever the types: int64(-1) is less than uint64(0).
func (n Integer) compare(m Integer) int {
	if n.Negative() != m.Negative() {
		if n.Negative() {
			return -1
		}
		return 1
	}
	switch { // of two negative ones the bits have the same order
	case n.bits < m.bits:
		return -1
	case n.bits > m.bits:
		return 1
	}
	return 0
}

var errZero = errors.New("division by zero")

// arithmetic is n op m modulo 2^64. Where one of them is unsigned both are taken
// as unsigned, as C and LuaJIT do. Division is C's: it truncates toward zero, and
// a remainder has the sign of the dividend.
func (n Integer) arithmetic(op byte, m Integer) (Integer, error) {
	unsigned := n.unsigned || m.unsigned
	r := Integer{unsigned: unsigned}
	switch op {
	case '+':
		r.bits = n.bits + m.bits
	case '-':
		r.bits = n.bits - m.bits
	case '*':
		r.bits = n.bits * m.bits
	case '^':
		return power(n.bits, m.bits, unsigned)
	case '/', '%':
		if m.bits == 0 {
			return r, errZero
		}
		switch {
		case op == '/' && unsigned:
			r.bits = n.bits / m.bits
		case op == '/':
			r.bits = uint64(int64(n.bits) / int64(m.bits))
		case unsigned:
			r.bits = n.bits % m.bits
		default:
			r.bits = uint64(int64(n.bits) % int64(m.bits))
		}
	}
	return r, nil
}

// power is x^k by squaring. With a negative exponent it is the quotient 1/x^-k,
// truncated, which only 1 and -1 have other than 0.
func power(x, k uint64, unsigned bool) (Integer, error) {
	r := Integer{1, unsigned}
	if !unsigned && int64(k) < 0 {
		switch int64(x) {
		case 0:
			return r, errZero
		case 1:
		case -1:
			if k&1 == 1 {
				r.bits = x
			}
		default:
			r.bits = 0
		}
		return r, nil
	}
	for ; k > 0; k >>= 1 {
		if k&1 == 1 {
			r.bits *= x
		}
		x *= x
	}
	return r, nil
}

// fromFloat takes a number that is whole and has a 64-bit pattern: from -2^63 to
// 2^64, and what is not of the type wraps.
func fromFloat(f float64, unsigned bool) (Integer, error) {
	switch {
	case f != math.Floor(f) || math.IsInf(f, 0):
		return Integer{}, fmt.Errorf("%v is no whole number", f)
	case f < -1<<63 || f >= 1<<64:
		return Integer{}, fmt.Errorf("%v needs more than 64 bits", f)
	case f < 0:
		return Integer{uint64(int64(f)), unsigned}, nil
	}
	return Integer{uint64(f), unsigned}, nil
}

// ParseInteger reads a decimal, or 0x and hexadecimal digits, with or without a
// sign. From -2^63 to 2^64 it has a 64-bit pattern, and what is not of the type
// wraps.
func ParseInteger(text string, unsigned bool) (Integer, error) {
	digits := strings.TrimSpace(text)
	minus := strings.HasPrefix(digits, "-")
	if minus || strings.HasPrefix(digits, "+") {
		digits = digits[1:]
	}
	base := 10
	if len(digits) > 2 && digits[0] == '0' && digits[1]|0x20 == 'x' {
		base, digits = 16, digits[2:]
	}
	bits, err := strconv.ParseUint(digits, base, 64)
	switch {
	case errors.Is(err, strconv.ErrRange), err == nil && minus && bits > 1<<63:
		return Integer{}, fmt.Errorf("%s needs more than 64 bits", luatext.Quote(text))
	case err != nil:
		return Integer{}, fmt.Errorf("%s is no whole number: write decimal digits, or 0x and hexadecimal ones",
			luatext.Quote(text))
	}
	if minus {
		bits = -bits
	}
	return Integer{bits, unsigned}, nil
}

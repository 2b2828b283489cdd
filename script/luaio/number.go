package luaio

import (
	"math"
	"strconv"
	"strings"
)

// FormatNumber writes a number as Lua 5.1 does, with LUAI_NUMFFORMAT "%.14g".
// gopher-lua's LNumber.String differs from it: it prints all digits of what is
// whole, the shortest form that reads back of what is not, and +Inf and NaN.
func FormatNumber(n float64) string {
	var b [32]byte
	return string(AppendNumber(b[:0], n))
}

// AppendNumber appends what FormatNumber returns, at most 21 bytes.
func AppendNumber(b []byte, n float64) []byte {
	// Whole numbers of up to 14 digits; minus zero keeps its sign in C.
	if i := int64(n); float64(i) == n && i > -1e14 && i < 1e14 && (i != 0 || !math.Signbit(n)) {
		return strconv.AppendInt(b, i, 10)
	}
	switch {
	case math.IsNaN(n):
		if math.Signbit(n) { // as glibc prints the NaN that 0/0 gives on amd64
			b = append(b, '-')
		}
		return append(b, "nan"...)
	case math.IsInf(n, 1):
		return append(b, "inf"...)
	case math.IsInf(n, -1):
		return append(b, "-inf"...)
	}
	return strconv.AppendFloat(b, n, 'g', 14, 64)
}

// ParseNumber is luaO_str2d: strtod(3) over a whole string, blanks around it let out.
func ParseNumber(s string) (float64, bool) {
	if n, ok := shortNumber(s); ok {
		return n, true
	}
	s = strings.Trim(s, " \t\n\v\f\r") // isspace(3) in the C locale
	if strings.ContainsRune(s, '_') {
		return 0, false
	}
	if len(s) == 4 && strings.EqualFold(s[1:], "nan") && (s[0] == '-' || s[0] == '+') {
		sign := 1.0
		if s[0] == '-' {
			sign = -1
		}
		return math.Copysign(math.NaN(), sign), true
	}
	if len(s) > 1 && (strings.Contains(s, "0x") || strings.Contains(s, "0X")) && !strings.ContainsAny(s, "pP") {
		s += "p0" // Go wants the exponent that C lets out
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		// Out of range is HUGE_VAL or 0 in C, and no error to scanf.
		e, ok := err.(*strconv.NumError)
		return n, ok && e.Err == strconv.ErrRange
	}
	return n, true
}

// exactDigits is how many decimal digits a float64 always has room for.
const exactDigits = 15

// shortNumber reads what most numbers in text are: a few digits and nothing else.
func shortNumber(s string) (float64, bool) {
	if len(s) == 0 || len(s) > exactDigits {
		return 0, false
	}
	n := int64(0)
	for i := range len(s) {
		c := s[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return float64(n), true
}

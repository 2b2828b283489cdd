package syntax

import (
	"math"
	"strconv"
	"strings"
)

// exactHex is how many hexadecimal digits gopher-lua reads.
const exactHex = 15

// numeral writes a number of the source so that gopher-lua reads it as Lua does: to
// it 0010 is octal, and 1e400 and 0xffffffffffffffff are no numbers.
func numeral(text string) string {
	switch {
	case strings.HasPrefix(text, "0x"), strings.HasPrefix(text, "0X"):
		if len(text) > len("0x")+exactHex {
			return text + "p0" // as Go writes a float64
		}
	case strings.Trim(text, "0123456789") == "":
		for len(text) > 1 && text[0] == '0' {
			text = text[1:]
		}
	default:
		if n, _ := strconv.ParseFloat(text, 64); math.IsInf(n, 0) {
			return "inf"
		}
	}
	return text
}

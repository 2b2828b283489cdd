package filter

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"weir/ipc/luatext"
	"weir/script/luaio"
)

// total is a sum: exact while it is whole and fits 64 bits, then a floating-point
// number.
type total struct {
	whole   int64
	float   float64
	inexact bool
}

// shownText is how much of a text an error shows.
const shownText = 40

// add adds the number that s is, as Lua reads it.
func (t *total) add(s string) error {
	if n, ok := digits(s); ok {
		t.addInt(n)
		return nil
	}
	f, ok := luaio.ParseNumber(s)
	if !ok && strings.TrimSpace(s) == "" {
		return errors.New("an empty line or capture is no number: reject(\"^%s*$\") leaves out empty lines")
	}
	if !ok {
		if len(s) > shownText {
			s = s[:shownText] + "..."
		}
		return fmt.Errorf("%s is no number", luatext.Quote(s))
	}
	if n := int64(f); float64(n) == f && n > -1<<53 && n < 1<<53 {
		t.addInt(n)
		return nil
	}
	t.toFloat()
	t.float += f
	return nil
}

// digits reads a whole number of up to 18 digits.
func digits(s string) (n int64, ok bool) {
	d := strings.TrimPrefix(s, "-")
	if len(d) == 0 || len(d) > 18 {
		return 0, false
	}
	for i := range len(d) {
		c := d[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int64(c)
	}
	if len(d) < len(s) {
		n = -n
	}
	return n, true
}

func (t *total) addInt(n int64) {
	if t.inexact {
		t.float += float64(n)
		return
	}
	sum := t.whole + n
	if (sum > t.whole) != (n > 0) && n != 0 { // it does not fit
		t.toFloat()
		t.float += float64(n)
		return
	}
	t.whole = sum
}

func (t *total) toFloat() {
	if !t.inexact {
		t.inexact, t.float = true, float64(t.whole)
	}
}

func (t *total) text() []byte {
	if t.inexact {
		return luaio.AppendNumber(nil, t.float)
	}
	return strconv.AppendInt(nil, t.whole, 10)
}

package interp_test

import (
	"strings"
	"testing"
	"time"

	"weir/script/interp"
)

// TestGrowth: the time that a source takes to compile, or to be refused, grows with
// its length and not with the square of it.
func TestGrowth(t *testing.T) {
	many := func(before, form, after string) func(n int) string {
		return func(n int) string { return before + strings.Repeat(form, n) + after }
	}
	for name, source := range map[string]func(n int) string{
		"joined":     many("return ", "a..", "a"),
		"sums":       many("return ", "a1+", "1"),
		"ands":       many("return ", "a and ", "1"),
		"ors":        many("return ", "a or ", "1"),
		"mixed":      many("return ", "a and b or ", "1"),
		"a not":      many("return ", "not a and ", "1"),
		"conditions": many("if ", "a and ", "b then x() end"),
		"compared":   many("return ", "a == b and ", "1"),
		"elseifs":    many("if a then ", "elseif a then ", "end"),
		"ifs":        many("", "if a then end ", ""),
		"breaks":     many("while a do ", "if b then break end ", "end"),
		"brackets":   many("return ", "(", ""),
		"items":      many("return {", "1,", "}"),
		"tables":     many("return ", "{", ""),
		"constants":  many("local t = {", "'' .. 1.5,", "}"),
		"functions":  many("", "function f() end ", ""),
		"locals":     many("", "do local a = 1 end ", ""),
		"gotos":      many("", "do goto l ::l:: end ", ""),
		"calls":      many("return a", "()", ""),
		"indexes":    many("return a", ".b", ""),
		"a string":   many("return '", "x\\n", "'"),
		"a long one": many("return [[", "x\n", "]]"),
		"comments":   many("", "--x\n", ""),
	} {
		t.Run(name, func(t *testing.T) {
			took := func(n int) time.Duration {
				text, begun := source(n), time.Now()
				interp.Compile(text, "=s") // some are refused: that, too, must not take long
				return time.Since(begun)
			}
			// Sixteen times as long: the square would be 256. On a busy machine the best of
			// several tries counts.
			few, most := time.Hour, time.Hour
			for range 10 {
				few, most = min(few, took(8000)), min(most, took(16*8000))
				if most <= 80*max(few, time.Millisecond/4) {
					return
				}
			}
			t.Errorf("%v, and %v for sixteen times as much", few, most)
		})
	}
}

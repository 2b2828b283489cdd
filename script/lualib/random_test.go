package lualib

import (
	"math"
	"testing"
)

// Intervals that C's random does not know: lua5.1 counts in 32 bits.
func TestBetween(t *testing.T) {
	r := newRandom()
	for _, c := range []struct{ low, high int }{
		{1, 1 << 53}, {-1 << 53, 1 << 53}, {math.MinInt64, math.MaxInt64}, {math.MinInt64, math.MaxInt64 - 1},
		{1, math.MaxInt64}, {math.MaxInt64, math.MaxInt64}, {math.MinInt64, math.MinInt64},
	} {
		for range 1000 {
			if n := r.between(c.low, c.high); n < c.low || n > c.high {
				t.Fatalf("%d is not from %d to %d", n, c.low, c.high)
			}
		}
	}
}

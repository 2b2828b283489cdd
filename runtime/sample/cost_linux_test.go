package sample

import (
	"testing"
	"time"

	"weir/runtime"
)

// burn runs for so much processor time.
func burn(d time.Duration) {
	for end := ProcessTime() + d; ProcessTime() < end; {
	}
}

// TestCost: what looks take besides is counted while the script waits, and not what a script or a relay uses.
func TestCost(t *testing.T) {
	const slice, span = 4 * time.Millisecond, 100 * time.Millisecond
	for _, row := range []struct {
		name   string
		waits  bool
		others time.Duration
		beside time.Duration // what a look takes besides, about
	}{
		{"the script waits", true, 0, slice},
		{"the script runs", false, 0, usuallyBeside},
		{"a relay runs", true, slice, usuallyBeside},
	} {
		t.Run(row.name, func(t *testing.T) {
			x := runtime.NewInsider(nil, nil)
			defer x.Leave()
			if row.waits {
				x.Begin(runtime.InsiderWait{})
			}
			c := newCost()
			for range 8 * windowSlices {
				c.of(func() {})
				burn(slice)
				c.endSlice(span, row.others)
			}
			share := c.share(windowSlices * span)
			if want := float64(row.beside) / float64(span); share < want*0.9 || row.beside == usuallyBeside && share > 2*want {
				t.Errorf("a share of %.4f, want about %.4f", share, want)
			}
		})
	}
}

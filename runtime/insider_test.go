package runtime

import (
	"testing"

	"weir/runtime/watch"
)

// TestGoesOn: who has ended the wait that was seen, also for one of the same kind, is in no deadlock.
func TestGoesOn(t *testing.T) {
	for _, row := range []struct {
		name string
		then func(x *Insider)
		want bool
	}{
		{"it waits still", func(*Insider) {}, false},
		{"its wait has ended", func(x *Insider) { x.End() }, true},
		{"it waits again", func(x *Insider) { x.End(); x.Begin(InsiderWait{}) }, true},
	} {
		x := NewInsider(nil, nil)
		defer x.Leave()
		x.Begin(InsiderWait{})
		s := scene{insiders: map[int]waiting{-2: {Insider: x, number: x.number}}}
		row.then(x)
		if got := s.goesOn([]watch.Blocked{{Stage: 1}, {Stage: -2}}); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}

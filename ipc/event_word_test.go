//go:build !windows

package ipc

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"
)

// TestSetLetsThroughWhoWaits also if it is reset before they have looked.
func TestSetLetsThroughWhoWaits(t *testing.T) {
	e := newEvent(t, false)
	for range 200 {
		first := *e.state
		if err := errors.Join(e.Set(), e.Reset()); err != nil {
			t.Fatal(err)
		}
		if e.passes(first, *e.state) == false {
			t.Fatal("who waited at Set does not pass")
		}
		if e.passes(*e.state, *e.state) {
			t.Fatal("who comes later passes")
		}
	}
}

func TestEventOfAHostilePeer(t *testing.T) {
	for _, auto := range []bool{false, true} {
		e := newEvent(t, auto)
		for range 100 {
			*e.state = rand.Uint32()
			ctx, cancel := context.WithTimeout(always, time.Millisecond)
			err := e.Wait(ctx)
			cancel()
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			if err := errors.Join(e.Set(), e.Wait(always), e.Reset()); err != nil {
				t.Error(err)
			}
		}
	}
}

package ipc

import (
	"context"
	"errors"
	"os"
	goruntime "runtime"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"weir/ipc/leak"
)

// TestBarrierOfTheDeadAlone: who comes last, when nobody was there to see the others die, is told.
func TestBarrierOfTheDeadAlone(t *testing.T) {
	for n := 2; n <= 4; n++ {
		for _, reaped := range []bool{false, true} {
			b, r := newBarrierOf(t, n), createRegion(t, "", 8*(n+1))
			var dead []*leak.Child
			for i := range n - 1 {
				dead = append(dead, play(t, "party", []*os.File{b.File(), r.File()}, strconv.Itoa(i), "1"))
			}
			waitingFor(b, n-1)
			for _, c := range dead {
				c.Process.Signal(unix.SIGSTOP) // none of them is to see another die
			}
			for _, c := range dead {
				c.Process.Kill()
				if reaped {
					c.Wait()
				} else {
					for !holderDied(uint64(c.Process.Pid) | StartOf(c.Process.Pid)<<lockStart) {
						goruntime.Gosched()
					}
				}
			}
			if last, err := b.Wait(always); last || !errors.Is(err, ErrAbandoned) {
				t.Errorf("with %d dead: last %t, %v", n-1, last, err)
			}
			if _, err := b.Wait(shortly(t)); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("alone after %d dead: %v", n-1, err)
			}
			for _, c := range dead {
				c.Wait()
			}
		}
	}
}

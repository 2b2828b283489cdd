package ipc

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"time"
)

// TestRingStopped: who is stopped half-way is not dead.
func TestRingStopped(t *testing.T) {
	r := testRing(t, 4, 64)
	c := play(t, "ring-half-way", r.Files(), "send")
	c.Hear(t)
	if err := c.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	r.SetWriteDeadline(time.Now().Add(3 * deathPoll))
	if err := r.Send(nil); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the lock of a stopped process: %v", err)
	}
	// Close calls away those that wait for it.
	r.SetWriteDeadline(time.Time{})
	other := joined(t, r)
	done := sending(other, nil)
	time.AfterFunc(time.Millisecond, func() { other.Close() })
	if err := <-done; !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	c.Process.Signal(syscall.SIGCONT)
	c.Say(t, "go")
	c.Hear(t)
	c.End(t)
	if err := r.Send(nil); err != nil {
		t.Error(err)
	}
	if st, err := r.Stat(); st.Skipped != 0 || st.Messages != 1 || err != nil {
		t.Errorf("%+v, %v", st, err)
	}
}

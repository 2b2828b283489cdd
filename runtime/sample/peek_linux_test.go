package sample

import (
	"bytes"
	"io"
	"os"
	"testing"
	"time"

	"weir/ipc"
	"weir/ipc/leak"
	"weir/runtime/signals"
)

// TestPeek: the first bytes of a pipe are seen, and its reader gets them all the same.
func TestPeek(t *testing.T) {
	r, out := chain(t, []string{"sh", "-c", "printf 'one\\ntwo\\n'; kill -STOP $$"}, []string{"sh", "-c", "kill -STOP $$; cat"})
	defer out.Close()
	s := New(r)
	defer s.Close()
	until(t, s, "no bytes come", func(*Frame) bool { return string(s.Peek("p1").Bytes) == "one\ntwo\n" })
	if k := s.Peek("nothing"); k.Absent == "" {
		t.Errorf("%+v", k)
	}
	until(t, s, "s2 does not stop", func(f *Frame) bool { return f.Stages[0].State == Stopped && f.Stages[1].State == Stopped })
	if err := r.KillStage("s2", signals.Continue); err != nil {
		t.Fatal(err)
	}
	_ = r.KillStage("s1", signals.Continue)
	got, err := io.ReadAll(out)
	if err != nil || string(got) != "one\ntwo\n" {
		t.Errorf("the reader got %q, %v", got, err)
	}
}

// TestPeekKeepsEnds: while somebody peeks as fast as can be, writers get SIGPIPE when their reader
// ends, and readers the end of file.
func TestPeekKeepsEnds(t *testing.T) {
	for range 20 {
		r, out := chain(t, []string{"yes"}, []string{"head", "-c", "300000"})
		go func() {
			_, _ = io.Copy(io.Discard, out)
			out.Close()
		}()
		s := New(r)
		end := time.Now().Add(leak.Patience)
		for over := false; !over; {
			select {
			case <-r.Done():
				over = true
			default:
				s.Frame()
				for range 50 {
					s.Peek("p1")
				}
			}
			if time.Now().After(end) {
				t.Fatal("yes has not ended")
			}
		}
		res, err := r.Wait()
		if err != nil || res.Stages[0].Signal != "SIGPIPE" {
			t.Errorf("%+v, %v", res.Stages, err)
		}
		s.Close()
	}
}

// BenchmarkPeek is how long a copy of the reading side is there at most.
func BenchmarkPeek(b *testing.B) {
	r, w, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if _, err := w.Write(bytes.Repeat([]byte("x"), 4096)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := ipc.PeekStream(int(r.Fd()), peekLimit); err != nil {
			b.Fatal(err)
		}
	}
}

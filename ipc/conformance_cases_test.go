package ipc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"testing"
	"time"

	"weir/ipc/oracle"
)

func TestConformanceBoundaries(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		to, from := i.link(t, false)
		letters := bytes.Repeat([]byte("0123456789abcdef"), i.size/16+1)
		var msgs [][]byte
		for _, n := range []int{0, 1, i.size, 0, i.size - 1, 2, 0, i.size} {
			msgs = append(msgs, letters[:n])
		}
		for range 3 { // around the end of a ring
			done := sending(from, msgs...)
			buf := make([]byte, i.size)
			for k, want := range msgs {
				n, err := to.Receive(buf)
				if err != nil || !bytes.Equal(buf[:n], want) {
					t.Fatalf("message %d: %d bytes, %v; sent were %d", k, n, err, len(want))
				}
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestConformanceTooLong(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		to, from := i.link(t, false)
		var e *Error
		for _, n := range []int{i.size + 1, 2*i.size + 1, 1 << 20} {
			if err := from.Send(make([]byte, n)); !errors.Is(err, ErrMessageSize) || !errors.As(err, &e) {
				t.Errorf("%d bytes: %v", n, err)
			}
		}
		// Nothing of it has come.
		to.SetReadDeadline(over)
		if n, err := to.Receive(make([]byte, i.size)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%d bytes, %v", n, err)
		}
	})
}

func TestConformanceShortBuffer(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		to, from := i.link(t, false)
		msg := []byte("0123456789")
		done := sending(from, msg)
		for n := range 3 {
			if _, err := to.Receive(make([]byte, n*3)); !errors.Is(err, io.ErrShortBuffer) {
				t.Fatalf("into %d bytes: %v", n*3, err)
			}
		}
		buf := make([]byte, len(msg))
		if i.whole {
			buf = make([]byte, i.size)
		}
		if n, err := to.Receive(buf); err != nil || string(buf[:n]) != string(msg) {
			t.Errorf("%q, %v", buf[:n], err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestConformanceDeadlines(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		to, from := i.link(t, false)
		buf := make([]byte, i.size)
		receive := func(what string) {
			t.Helper()
			if n, err := to.Receive(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatalf("%s: %d bytes, %v", what, n, err)
			}
		}
		to.SetReadDeadline(over)
		receive("past")
		begun := time.Now()
		to.SetReadDeadline(soon())
		receive("future")
		if took := time.Since(begun); took < 20*time.Millisecond {
			t.Errorf("after %v", took)
		}
		receive("still over")
		// Changed while it waits, from none and from later.
		for _, first := range []time.Time{{}, time.Now().Add(time.Hour)} {
			to.SetReadDeadline(first)
			time.AfterFunc(time.Millisecond, func() { to.SetReadDeadline(over) })
			receive("changed")
		}
		// No deadline any more.
		to.SetReadDeadline(time.Time{})
		done := sending(from, []byte("x"))
		if n, err := to.Receive(buf); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// full is message k of those that fill a channel: a byte, or many where only bytes bound it.
func full(i *implementation, k int) []byte {
	if i.full > 0 || i.meets {
		return []byte{byte(k)}
	}
	return append([]byte{byte(k)}, make([]byte, min(1000, i.size-1))...)
}

// TestConformanceFull sends until there is no more room.
func TestConformanceFull(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		if i.lossy || i.roomy {
			t.Skip("it never says that it is full")
		}
		to, from := i.link(t, false)
		from.SetWriteDeadline(over)
		sent := 0
		var err error
		for err == nil && sent < 1<<20 {
			if err = from.Send(full(i, sent)); err == nil {
				sent++
			}
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) || i.full > 0 && sent != i.full || i.meets && sent != 0 || !i.meets && sent == 0 {
			t.Fatalf("after %d messages, of %d: %v", sent, i.full, err)
		}
		from.SetWriteDeadline(soon())
		if err := from.Send(full(i, 0)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		from.SetWriteDeadline(time.Time{})
		time.AfterFunc(time.Millisecond, func() { from.SetWriteDeadline(over) })
		if err := from.Send(full(i, 0)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		// Who waits for room gets it, and all that was sent is there, in order.
		from.SetWriteDeadline(time.Time{})
		done := sending(from, full(i, sent))
		buf := make([]byte, i.size)
		for k := range sent + 1 {
			if n, err := to.Receive(buf); n != len(full(i, k)) || err != nil || buf[0] != byte(k) {
				t.Fatalf("message %d: %d bytes, %d, %v", k, n, buf[0], err)
			}
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		to.SetReadDeadline(over)
		if n, err := to.Receive(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("one too many: %d bytes, %v", n, err)
		}
	})
}

func TestConformanceClose(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		to, from := i.link(t, false)
		var waiting sync.WaitGroup
		for range 3 {
			waiting.Go(func() {
				if n, err := to.Receive(make([]byte, i.size)); !errors.Is(err, os.ErrClosed) {
					t.Errorf("%d bytes, %v", n, err)
				}
			})
		}
		closed := make(chan error, 1)
		time.AfterFunc(time.Millisecond, func() { closed <- to.Close() })
		waiting.Wait()
		if err := <-closed; err != nil {
			t.Error(err)
		}
		if err := to.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			t.Errorf("a second time: %v", err)
		}
		if _, err := to.Receive(make([]byte, i.size)); !errors.Is(err, os.ErrClosed) {
			t.Errorf("receive after close: %v", err)
		}
		from.Close()
		if err := from.Send(nil); !errors.Is(err, os.ErrClosed) {
			t.Errorf("send after close: %v", err)
		}
		if err := from.SetWriteDeadline(over); !errors.Is(err, os.ErrClosed) {
			t.Errorf("deadline after close: %v", err)
		}
	})
}

func TestConformanceCloseWhileFull(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		if i.lossy {
			t.Skip("it never says that it is full")
		}
		_, from := i.link(t, false)
		full := make(chan error, 1)
		go func() {
			for {
				if err := from.Send([]byte("x")); err != nil {
					full <- err
					return
				}
			}
		}()
		time.AfterFunc(2*time.Millisecond, func() { from.Close() })
		if err := <-full; !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	})
}

// TestConformanceEnd has the last writer leave: what was sent comes first.
func TestConformanceEnd(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		if i.meets {
			t.Skip("nothing is left in it")
		}
		to, from := i.link(t, false)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		to.(Messages).SetEnd(&End{Pipe: r})
		left := 3
		if i.full > 0 {
			left = min(i.full, 3)
		}
		for range left {
			if err := from.Send([]byte("last")); err != nil {
				t.Fatal(err)
			}
		}
		w.Close()
		buf := make([]byte, i.size)
		for range left {
			if n, err := to.Receive(buf); string(buf[:n]) != "last" || err != nil {
				t.Fatalf("%q, %v", buf[:n], err)
			}
		}
		for _, deadline := range []time.Time{{}, over, time.Now().Add(time.Hour)} {
			to.SetReadDeadline(deadline)
			if _, err := to.Receive(buf); !errors.Is(err, io.EOF) {
				t.Errorf("deadline %v: %v", deadline, err)
			}
		}
	})
}

// TestConformanceEndWhileWaiting has the last writer leave while a reader waits.
func TestConformanceEndWhileWaiting(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		to, _ := i.link(t, false)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		to.(Messages).SetEnd(&End{Pipe: r})
		time.AfterFunc(time.Millisecond, func() { w.Close() })
		if _, err := to.Receive(make([]byte, i.size)); !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		// With no end it does not end.
		to.(Messages).SetEnd(nil)
		to.SetReadDeadline(soon())
		if _, err := to.Receive(make([]byte, i.size)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
	})
}

// TestConformanceWritersAway has the writers let go of the pipe, and say later that they have left.
func TestConformanceWritersAway(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		to, _ := i.link(t, false)
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		w.Close()
		asked := 0
		to.(Messages).SetEnd(&End{Pipe: r, Left: func() bool { asked++; return asked > 3 }})
		to.SetReadDeadline(over)
		if _, err := to.Receive(make([]byte, i.size)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
		to.SetReadDeadline(time.Time{})
		if _, err := to.Receive(make([]byte, i.size)); !errors.Is(err, io.EOF) || asked != 4 {
			t.Errorf("%v; asked %d times", err, asked)
		}
	})
}

func TestConformanceStat(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		to, from := i.link(t, false)
		ch := to.(Messages)
		if n := ch.MessageSize(); n != i.size {
			t.Errorf("MessageSize is %d, not %d", n, i.size)
		}
		received := int64(0)
		check := func(messages, next int) {
			t.Helper()
			st, err := ch.Stat()
			if st.Received != received && st.Received != -1 {
				t.Errorf("%d messages were received, it says %d", received, st.Received)
			}
			if err != nil || st.Size != i.size || st.Skipped != 0 ||
				st.Messages != messages && st.Messages != -1 || st.Next != next && st.Next != -1 ||
				i.full > 0 && st.Capacity != i.full || i.meets && st.Capacity != 0 {
				t.Errorf("%+v, %v; %d messages are there, the next has %d bytes", st, err, messages, next)
			}
		}
		check(0, -1)
		if i.full == 1 || i.meets {
			return
		}
		for _, m := range []string{"abc", "de"} {
			if err := from.Send([]byte(m)); err != nil {
				t.Fatal(err)
			}
		}
		check(2, 3)
		if _, err := to.Receive(make([]byte, i.size)); err != nil {
			t.Fatal(err)
		}
		received++
		check(1, 2)
	})
}

// TestConformanceNames opens a channel by its name, removes the name, and makes
// it anew.
func TestConformanceNames(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		if i.again == nil {
			t.Skip("nobody else opens its name")
		}
		to, _ := i.link(t, true)
		first := to.(Messages)
		name := first.Addr().Name
		second, err := i.again(name)
		if err != nil {
			t.Fatal(err)
		}
		defer second.Close()
		if second.Addr() != first.Addr() || second.MessageSize() != first.MessageSize() {
			t.Errorf("%v of %d bytes, %v of %d", first.Addr(), first.MessageSize(), second.Addr(), second.MessageSize())
		}
		pass := func(from, to Messages, text string) {
			t.Helper()
			done := sending(from, []byte(text))
			buf := make([]byte, i.size)
			if n, err := to.Receive(buf); err != nil || string(buf[:n]) != text {
				t.Fatalf("%q, %v", buf[:n], err)
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		pass(first, second, "there")
		pass(second, first, "back")
		err = Unlink(first.Addr())
		last := errors.Is(err, errors.ErrUnsupported) // the name goes with the last handle
		if last {
			first.Close()
			second.Close()
		} else if err != nil {
			t.Fatal(err)
		}
		if _, err := i.again(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a name that was removed: %v", err)
		}
		if err := Unlink(first.Addr()); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("removed twice: %v", err)
		}
		if !last {
			pass(first, second, "without a name")
		}
	})
}

// TestConformanceExists refuses a name that is there.
func TestConformanceExists(t *testing.T) {
	for _, k := range Kinds() {
		if k.Carries() != Whole || k.IsSocket() {
			continue
		}
		t.Run(string(k), func(t *testing.T) {
			spec := Spec{Slots: 1, Size: 8}
			to, _ := made(k, spec)(t, true)
			a := to.(Messages).Addr()
			if _, err := Create(a, spec, NameOptions{}); !errors.Is(err, fs.ErrExist) {
				t.Errorf("a name that is there: %v", err)
			}
			if path, err := PathOf(a); err != nil {
				t.Error(err)
			} else if k == KindMailslot && oracle.WineCannot("mailslot security") != "" {
				t.Log("who is let in is not tested here")
			} else if l, err := LookAtName(k, path); err != nil || l.Mode&0o7777 != 0o600 {
				t.Errorf("its mode is %#o, %v", l.Mode, err)
			}
			for _, bad := range []string{"/", foreignName, "a/b", "/a/b", ".", "..", "a\x00b", `\\.\pipe\a`, string(make([]byte, 300)), fmt.Sprintf("%0300d", 1)} {
				ch, err := Create(Addr{k, bad}, spec, NameOptions{})
				if err == nil {
					ch.Close()
					t.Errorf("%.20q is made", bad)
				}
			}
		})
	}
}

// TestConformanceJoin hands the descriptors over, as another process gets them.
func TestConformanceJoin(t *testing.T) {
	each(t, func(t *testing.T, i *implementation) {
		if i.name == "udp" {
			oracle.SkipUnderWine(t, "duplicated socket")
		}
		to, from := i.link(t, false)
		there, back := joined(t, from.(Messages)), joined(t, to.(Messages))
		done := sending(there, []byte("over"))
		buf := make([]byte, i.size)
		if n, err := back.Receive(buf); err != nil || string(buf[:n]) != "over" {
			t.Errorf("%q, %v", buf[:n], err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if _, err := JoinMessages(there.Addr(), nil); err == nil {
			t.Error("no descriptors are enough")
		}
	})
	if _, err := JoinMessages(Addr{Kind: KindPipe}, []*os.File{nil}); err == nil {
		t.Error("a pipe carries messages")
	}
}

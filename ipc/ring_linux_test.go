package ipc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	goruntime "runtime"
	"strconv"
	"syscall"
	"testing"
	"time"
)

func testRing(t testing.TB, slots, size int) *Ring {
	t.Helper()
	r, err := CreateRing("", slots, size, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func init() {
	// ring-half-way begins a message, or takes one, and goes no further.
	players["ring-half-way"] = func(args []string) error {
		r, err := RingFromFile(os.NewFile(3, "ring"), "")
		if err != nil {
			return err
		}
		l := r.receiveLock
		if args[0] == "send" {
			l = r.sendLock
		}
		if err := l.lock(func() (time.Duration, error) { return forever, nil }); err != nil {
			return err
		}
		if args[0] == "send" {
			tail := *r.tail
			*r.writing = tail + 1
			*r.length(tail) = 5
			copy(r.place(tail)[8:], "never")
		}
		fmt.Println("in")
		var line string
		_, err = fmt.Scanln(&line)
		*r.writing = 0
		l.unlock()
		fmt.Println("out")
		return err
	}
	// ring-large sends large messages, each full of its number.
	players["ring-large"] = func(args []string) error {
		r, err := RingFromFile(os.NewFile(3, "ring"), "")
		if err != nil {
			return err
		}
		msg := make([]byte, r.MessageSize())
		first, _ := strconv.Atoi(args[0])
		for n := first; ; n++ {
			for i := 0; i+8 <= len(msg); i += 8 {
				binary.LittleEndian.PutUint64(msg[i:], uint64(n))
			}
			if _, err := r.SendBatch([][]byte{msg, msg, msg}); err != nil {
				return err
			}
		}
	}
}

// TestRingProducerKilledHalfWay: what it began is skipped and counted, and the
// next producer goes on.
func TestRingProducerKilledHalfWay(t *testing.T) {
	for _, slots := range []int{0, 1, 4} {
		r := testRing(t, slots, 64)
		for k := range 5 {
			c := play(t, "ring-half-way", r.Files(), "send")
			if said := c.hear(t); said != "in" {
				t.Fatal(said)
			}
			c.Process.Kill()
			c.Wait()
			done := sending(r, []byte("first"), []byte("second"))
			buf := make([]byte, 64)
			for _, want := range []string{"first", "second"} {
				if n, err := r.Receive(buf); string(buf[:n]) != want || err != nil {
					t.Fatalf("%q, %v", buf[:n], err)
				}
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if st, err := r.Stat(); st.Skipped != uint64(k+1) || st.Messages != 0 || err != nil {
				t.Errorf("%+v, %v after %d kills", st, err, k+1)
			}
		}
	}
}

// TestRingConsumerKilledHalfWay: the message is still there.
func TestRingConsumerKilledHalfWay(t *testing.T) {
	r := testRing(t, 4, 64)
	if err := r.Send([]byte("kept")); err != nil {
		t.Fatal(err)
	}
	c := play(t, "ring-half-way", r.Files(), "receive")
	c.hear(t)
	c.Process.Kill()
	c.Wait()
	buf := make([]byte, 64)
	if n, err := r.Receive(buf); string(buf[:n]) != "kept" || err != nil {
		t.Errorf("%q, %v", buf[:n], err)
	}
	if st, err := r.Stat(); st.Skipped != 0 || err != nil {
		t.Errorf("%+v, %v", st, err)
	}
}

// TestRingStopped: who is stopped half-way is not dead.
func TestRingStopped(t *testing.T) {
	r := testRing(t, 4, 64)
	c := play(t, "ring-half-way", r.Files(), "send")
	c.hear(t)
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
	c.say(t, "go")
	c.hear(t)
	c.end(t)
	if err := r.Send(nil); err != nil {
		t.Error(err)
	}
	if st, err := r.Stat(); st.Skipped != 0 || st.Messages != 1 || err != nil {
		t.Errorf("%+v, %v", st, err)
	}
}

// TestRingKills kills producers while they copy large messages.
func TestRingKills(t *testing.T) {
	r := testRing(t, 4, 256<<10)
	kills := 25
	if testing.Short() {
		kills = 5
	}
	const apart = 1 << 32
	buf := make([]byte, r.MessageSize())
	last, came := uint64(0), 0
	for k := range kills {
		c := play(t, "ring-large", r.Files(), strconv.Itoa(k*apart+1))
		dead := make(chan struct{})
		for alive := true; alive; {
			n, err := r.Receive(buf)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				<-dead
				break
			}
			if err != nil || n != len(buf) {
				t.Fatal(n, err)
			}
			number := binary.LittleEndian.Uint64(buf)
			if want := bytes.Repeat(buf[:8], n/8); !bytes.Equal(buf, want) {
				t.Fatalf("message %d is torn", number)
			}
			switch {
			case number == last && came < 3:
				came++
			case number > last:
				last, came = number, 1
			default:
				t.Fatalf("message %d came %d times, after %d", number, came, last)
			}
			if number%apart == uint64(1+k%7) && came == 1 {
				go func() {
					c.Process.Kill()
					c.Wait()
					close(dead)
					r.SetReadDeadline(soon())
				}()
			}
		}
		r.SetReadDeadline(time.Time{})
	}
	st, err := r.Stat()
	if err != nil || st.Skipped > uint64(kills) {
		t.Errorf("%+v, %v after %d kills", st, err, kills)
	}
	t.Logf("%d of %d were killed half-way", st.Skipped, kills)
}

func TestRingBatch(t *testing.T) {
	for _, slots := range []int{1, 5, 32, 33, 1000} {
		r := testRing(t, slots, 100)
		const count = 5000
		done := make(chan error, 1)
		go func() {
			for i := 0; i < count; {
				var msgs [][]byte
				for k := range min(i%77+1, count-i) {
					msgs = append(msgs, numbered(make([]byte, 100), 1, i+k, 100))
				}
				n, err := r.SendBatch(msgs)
				if err == nil && n != len(msgs) {
					err = fmt.Errorf("%d of %d were sent", n, len(msgs))
				}
				if err != nil {
					done <- err
					return
				}
				i += n
			}
			done <- nil
		}()
		buf, lengths := make([]byte, 2000), make([]int, 50)
		for i := 0; i < count; {
			n, err := r.ReceiveBatch(buf, lengths[:i%50+1])
			if err != nil {
				t.Fatal(err)
			}
			rest := buf
			for _, length := range lengths[:n] {
				if _, number, err := readNumbered(rest[:length], 100); err != nil || number != i {
					t.Fatalf("message %d is %d, %v", i, number, err)
				}
				rest = rest[length:]
				i++
			}
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if n, err := r.SendBatch([][]byte{nil, make([]byte, 101)}); n != 0 || !errors.Is(err, ErrMessageSize) {
			t.Errorf("%d, %v", n, err)
		}
		if st, _ := r.Stat(); st.Messages != 0 {
			t.Errorf("%+v", st)
		}
		if err := r.Send(make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
		if n, err := r.ReceiveBatch(buf[:99], lengths); n != 0 || !errors.Is(err, io.ErrShortBuffer) {
			t.Errorf("%d, %v", n, err)
		}
	}
}

// TestRendezvous: Send returns when the message was taken, and not before.
func TestRendezvous(t *testing.T) {
	r := testRing(t, 0, 16)
	done := sending(r, []byte("a"))
	for { // until it is offered
		if st, err := r.Stat(); err != nil {
			t.Fatal(err)
		} else if st.Messages == 1 {
			break
		}
	}
	select {
	case err := <-done:
		t.Fatalf("nobody has taken it: %v", err)
	default:
	}
	buf := make([]byte, 16)
	if _, err := r.Receive(nil); !errors.Is(err, io.ErrShortBuffer) {
		t.Error(err)
	}
	if n, err := r.Receive(buf); n != 1 || err != nil {
		t.Error(n, err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	// Who would not wait meets a receiver that waits.
	received := make(chan error, 1)
	go func() {
		n, err := r.Receive(buf)
		if err == nil && string(buf[:n]) != "at once" {
			err = fmt.Errorf("received %q", buf[:n])
		}
		received <- err
	}()
	r.SetWriteDeadline(over)
	for {
		err := r.Send([]byte("at once"))
		if err == nil {
			break
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		goruntime.Gosched()
	}
	if err := <-received; err != nil {
		t.Error(err)
	}
	// What was withdrawn never comes.
	r.SetWriteDeadline(soon())
	if err := r.Send([]byte("withdrawn")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	if st, err := r.Stat(); st.Messages != 0 || st.Next != -1 || err != nil {
		t.Errorf("%+v, %v", st, err)
	}
	r.SetWriteDeadline(time.Time{})
	done = sending(r, []byte("b"))
	if n, err := r.Receive(buf); string(buf[:n]) != "b" || err != nil {
		t.Errorf("%q, %v", buf[:n], err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// damage is what a hostile peer may write into a ring's region; every word of the
// header, and lengths.
func damage(b []byte) map[string]func() {
	list := map[string]func(){}
	for offset := 0; offset < ringSlots; offset += 4 {
		if offset >= 24 && offset < 128 || offset%128 >= 24 {
			continue
		}
		for _, v := range []uint32{0, 1, 2, 7, 1 << 20, 1<<30 + 1, 1 << 31, 1<<32 - 1, 1<<32 - 8} {
			list[fmt.Sprintf("%#x at %d", v, offset)] = func() { *word32(b, offset) = v }
		}
	}
	for _, v := range []uint32{65, 1 << 20, 1 << 31, 1<<32 - 1} {
		list[fmt.Sprintf("length %#x", v)] = func() {
			for at := ringSlots; at+72 <= len(b); at += 72 {
				*word32(b, at) = v
			}
		}
	}
	return list
}

// useDamaged does with a ring whatever one does. It may fail, and must end.
func useDamaged(r *Ring) {
	buf, lengths := make([]byte, 256), make([]int, 4)
	for k := range 3 {
		deadline := over
		if k == 0 {
			deadline = time.Now().Add(200 * time.Microsecond)
		}
		r.SetReadDeadline(deadline)
		r.SetWriteDeadline(deadline)
		r.Send([]byte("one"))
		r.SendBatch([][]byte{[]byte("two"), []byte("three"), nil, nil, nil})
		r.Receive(buf)
		r.ReceiveBatch(buf, lengths)
		r.Receive(nil)
		r.Stat()
		r.Nudge()
	}
}

// TestRingHostile writes into the region before and after a ring is joined there.
func TestRingHostile(t *testing.T) {
	for _, slots := range []int{4, 0} {
		for name := range damage(make([]byte, 8<<10)) {
			for _, before := range []bool{true, false} {
				harmRing(t, slots, name, before)
			}
		}
	}
}

func harmRing(t *testing.T, slots int, name string, before bool) {
	r, err := CreateRing("", slots, 64, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.SetWriteDeadline(over)
	r.Send([]byte("x"))
	harm := damage(r.region.data)[name]
	if before {
		harm()
	}
	other, err := rejoin(r)
	if err != nil {
		if !before {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	if !before {
		harm()
	}
	useDamaged(other)
	other.Close()
}

// TestRingCut makes the file of a ring smaller, before and while it is used.
func TestRingCut(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector cannot go on after a fault")
	}
	for _, slots := range []int{0, 100} {
		for _, left := range []int64{0, 4096, 3 * 4096} {
			to, _ := made(func(name string) (Messages, error) { return asMessages(CreateRing(name, slots, 1000, NameOptions{})) })(t, true)
			r := to.(*Ring)
			waiting := make(chan error, 1)
			go func() {
				buf := make([]byte, 1000)
				for {
					if _, err := r.Receive(buf); err != nil {
						waiting <- err
						return
					}
				}
			}()
			other, err := OpenRing(r.Addr().Name)
			if err != nil {
				t.Fatal(err)
			}
			if err := r.region.file.Truncate(left); err != nil {
				t.Fatal(err)
			}
			if left == 0 {
				if err := <-waiting; !errors.Is(err, errRingCut) {
					t.Errorf("a receiver that waited: %v", err)
				}
				other.SetWriteDeadline(over)
				if err := other.Send(nil); !errors.Is(err, errRingCut) {
					t.Errorf("send: %v", err)
				}
				if _, err := other.Stat(); !errors.Is(err, errRingCut) {
					t.Errorf("stat: %v", err)
				}
				if err := other.SetReadDeadline(over); !errors.Is(err, errRingCut) {
					t.Errorf("deadline: %v", err)
				}
			}
			useDamaged(other)
			for range slots {
				other.Send(make([]byte, 1000))
			}
			if again, err := OpenRing(r.Addr().Name); err == nil {
				useDamaged(again)
				again.Close()
			}
			if err := other.Close(); err != nil {
				t.Error(err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if left > 0 {
				<-waiting
			}
		}
	}
}

// rejoin joins a ring a second time.
func rejoin(r *Ring) (*Ring, error) {
	fd, err := syscall.Dup(int(r.region.file.Fd()))
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(fd)
	return RingFromFile(os.NewFile(uintptr(fd), "again"), "")
}

// FuzzRing joins a region that holds anything.
func FuzzRing(f *testing.F) {
	for _, slots := range []int{0, 1, 4} {
		b := make([]byte, RingBytes(slots, 16))
		writeRing(b, slots, 16)
		f.Add(b)
		*word64(b, 256), *word64(b, 512) = 1<<63, 1<<63-1
		f.Add(b)
	}
	f.Add([]byte("weirring"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 || len(data) > 1<<16 {
			return
		}
		for _, mail := range []bool{false, true} {
			region, err := CreateRegion("", len(data), NameOptions{})
			if err != nil {
				t.Fatal(err)
			}
			copy(region.Bytes(), data)
			r, err := AttachRing(region)
			if err != nil {
				continue
			}
			if r.size > 1<<12 {
				r.Close()
				continue
			}
			useDamaged(r)
			if mail {
				m, _ := newMailbox(r, nil)
				m.SetReadDeadline(over)
				m.ReceiveFrom(make([]byte, 128))
			}
			r.Close()
		}
	})
}

func TestNewRing(t *testing.T) {
	for _, c := range []struct {
		bytes, slots, size int
		want               bool
	}{{RingBytes(4, 100), 4, 100, true}, {RingBytes(4, 100) - 1, 4, 100, false}, {1 << 12, 0, 0, true}, {1, 1, 1, false},
		{1 << 12, -1, 1, false}, {1 << 12, 1, -1, false}, {1 << 12, 1 << 31, 1 << 31, false}, {1 << 12, 1 << 30, 0, false}} {
		region, err := CreateRegion("", c.bytes, NameOptions{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewRing(region, c.slots, c.size)
		if (err == nil) != c.want {
			t.Errorf("%+v: %v", c, err)
		}
		if err == nil {
			r.Close()
		}
	}
}

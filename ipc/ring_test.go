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
	"testing"
	"time"
)

func testRing(t testing.TB, slots, size int) *Ring {
	t.Helper()
	needs(t, KindRing)
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
		r, err := RingFromFile(passed(0), "")
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
			copy(r.slotOf(tail)[8:], "never")
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
		r, err := RingFromFile(passed(0), "")
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
			c.Expect(t, "in")
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
	c.Hear(t)
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

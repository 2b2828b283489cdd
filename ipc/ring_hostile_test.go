package ipc

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"weir/ipc/leak"
)

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
		r.SetEnd(&End{Pipe: r.region.file})
		r.SetEnd(nil)
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
	needs(t, KindRing)
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
	other, err := RingFromFile(dup(t, r.region.file), "again")
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
	if leak.RaceDetector {
		t.Skip("the race detector cannot go on after a fault")
	}
	needsShrinking(t)
	for _, slots := range []int{0, 100} {
		for _, left := range []int64{0, 4096, 3 * 4096} {
			to, _ := made(KindRing, Spec{Slots: slots, Size: 1000})(t, true)
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
				if err := <-waiting; !errors.Is(err, errCut) {
					t.Errorf("a receiver that waited: %v", err)
				}
				other.SetWriteDeadline(over)
				if err := other.Send(nil); !errors.Is(err, errCut) {
					t.Errorf("send: %v", err)
				}
				if _, err := other.Stat(); !errors.Is(err, errCut) {
					t.Errorf("stat: %v", err)
				}
				if err := other.SetReadDeadline(over); !errors.Is(err, errCut) {
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

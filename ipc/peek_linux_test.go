package ipc

import (
	"errors"
	"os"
	"slices"
	"testing"
	"time"
)

// TestPeek looks into a channel of messages of each kind, and takes what it has seen.
func TestPeek(t *testing.T) {
	private := func(k Kind) func() (Object, error) {
		return func() (Object, error) { return Create(Addr{Kind: k}, Spec{Slots: 4, Size: 16}, NameOptions{}) }
	}
	for _, row := range []struct {
		name string
		make func() (Object, error)
		most int // that it shows; -1 is that it shows none
	}{
		{"ring", private(KindRing), 2},
		{"mailbox", private(KindMailbox), 2},
		{"mailslot", private(KindMailslot), 1},
		{"queue", private(KindQueue), -1},
	} {
		t.Run(row.name, func(t *testing.T) {
			o, err := row.make()
			if err != nil {
				t.Fatal(err)
			}
			defer o.Close()
			ch := o.(Messages)
			ch.SetReadDeadline(time.Now().Add(10 * time.Second))
			if list, err := PeekMessages(ch, 9); row.most >= 0 && (len(list) != 0 || err != nil) {
				t.Errorf("empty, it shows %q, %v", list, err)
			}
			sent := []string{"first", "second"}
			for _, msg := range sent {
				if err := ch.Send([]byte(msg)); err != nil {
					t.Fatal(err)
				}
			}
			list, err := PeekMessages(ch, 9)
			if row.most < 0 {
				if !errors.Is(err, errors.ErrUnsupported) {
					t.Errorf("it shows %q, %v", list, err)
				}
			} else if len(list) != row.most || err != nil || string(list[0]) != sent[0] ||
				string(list[len(list)-1]) != sent[len(list)-1] {
				t.Errorf("it shows %q, %v", list, err)
			}
			if list, err := PeekMessages(ch, 1); row.most > 0 && (len(list) != 1 || err != nil) {
				t.Errorf("asked for one it shows %q, %v", list, err)
			}
			var got []string
			buf := make([]byte, ch.MessageSize())
			for range sent {
				n, err := ch.Receive(buf)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, string(buf[:n]))
			}
			if !slices.Equal(got, sent) {
				t.Errorf("then it gives %q", got)
			}
		})
	}
}

// TestPeekStream looks into pipes and sockets.
func TestPeekStream(t *testing.T) {
	for name, pair := range map[string]func() (r, w *os.File, err error){
		"pipe": os.Pipe,
		"unix": func() (r, w *os.File, err error) { return socketPair(1) },
	} {
		r, w, err := pair()
		if err != nil {
			t.Fatal(err)
		}
		if b, err := PeekStream(int(r.Fd()), 100); len(b) != 0 || err != nil {
			t.Errorf("%s: empty, it shows %q, %v", name, b, err)
		}
		text := make([]byte, 20000)
		for i := range text {
			text[i] = byte(i)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
		for _, most := range []int{1, 5000, 20000, 30000} {
			b, err := PeekStream(int(r.Fd()), most)
			if !slices.Equal(b, text[:min(most, len(text))]) || err != nil {
				t.Errorf("%s: of %d it shows %d, %v", name, most, len(b), err)
			}
		}
		got := make([]byte, len(text))
		if n, err := r.Read(got); n == 0 || err != nil || !slices.Equal(got[:n], text[:n]) {
			t.Errorf("%s: then it gives %d, %v", name, n, err)
		}
		r.Close()
		w.Close()
	}
}

// TestStatWhileBusy: a ring is never said to be damaged because messages pass while it is counted.
func TestStatWhileBusy(t *testing.T) {
	r, err := CreateRing("", 1, 8, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	const messages = 20000
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range messages {
			if r.Send([]byte("x")) != nil {
				return
			}
		}
	}()
	go func() {
		for buf := make([]byte, 8); ; {
			if _, err := r.Receive(buf); err != nil {
				return
			}
		}
	}()
	for {
		if _, err := r.Stat(); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Peek(1); err != nil {
			t.Fatal(err)
		}
		select {
		case <-done:
			return
		default:
		}
	}
}

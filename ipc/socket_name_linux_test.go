package ipc

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestLongPaths has each kind of unix socket at paths that are longer than struct
// sockaddr_un has room for: in a deep folder, and with a long name of their own.
func TestLongPaths(t *testing.T) {
	deep := filepath.Join(t.TempDir(), strings.Repeat("d", 120))
	if err := os.Mkdir(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{deep + "/s", deep + "/" + strings.Repeat("n", 80), deep + "/" + strings.Repeat("n", 200)} {
		for _, kind := range []Kind{KindUnix, KindUnixgram, KindUnixpacket} {
			t.Run(fmt.Sprintf("%s %d", kind, len(path)), func(t *testing.T) {
				a := Addr{kind, path}
				switch kind {
				case KindUnix:
					longStream(t, a)
				default:
					longMessages(t, a)
				}
				if left, _ := os.ReadDir(deep); len(left) > 0 {
					t.Errorf("there is still %v", left)
				}
			})
		}
	}
	// Two servers that send to each other, each by the address that it was told.
	var ends [2]*Socket
	for i, path := range []string{deep + "/a", deep + "/" + strings.Repeat("b", 200)} {
		s, err := ListenMessages(Addr{KindUnixgram, path}, NameOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		ends[i] = s
	}
	buf := make([]byte, maxDatagram)
	to := ends[1].Addr().Name
	for i, s := range []*Socket{ends[0], ends[1], ends[0], ends[1]} {
		if err := s.SendTo([]byte("hello"), to); err != nil {
			t.Fatal(err)
		}
		other := ends[(i+1)%2]
		n, from, err := other.ReceiveFrom(buf)
		if err != nil || string(buf[:n]) != "hello" || from != s.Addr().Name {
			t.Fatalf("%q from %q, %v; it is %q", buf[:n], from, err, s.Addr().Name)
		}
		to = from
	}
}

func longStream(t *testing.T, a Addr) {
	l, err := ListenStream(a, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	wantMode(t, a.Name)
	f, err := DialStream(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	f, _, err = l.Accept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, err := ListenStream(a, NameOptions{}); !errors.Is(err, unix.EADDRINUSE) {
		t.Errorf("a second server: %v", err)
	}
}

func longMessages(t *testing.T, a Addr) {
	s, err := ListenMessages(a, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	wantMode(t, a.Name)
	c, err := DialMessages(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Send([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, maxDatagram)
	if n, err := s.Receive(buf); err != nil || string(buf[:n]) != "hello" {
		t.Errorf("%q, %v", buf[:n], err)
	}
}

// wantMode is the mode of a name that nobody is making any more.
func wantMode(t *testing.T, path string) {
	t.Helper()
	if l, err := LookAt(path); err != nil || l.Mode&0o7777 != 0o600 {
		t.Errorf("%s has mode %#o, %v", path, l.Mode&0o7777, err)
	}
}

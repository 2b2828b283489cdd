package ipc

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weir/ipc/leak"
)

const peerText = "one\n\nthree\n"

// peer runs the C program, which must end.
func peer(t *testing.T, program, direction string, a Addr) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), leak.Patience)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, program, direction, string(a.Kind), a.Name)
}

// TestQueueWithC has a C program at the other end of a queue, in both directions.
func TestQueueWithC(t *testing.T) {
	program := compiled(t, "peer.c")
	name := fmt.Sprintf("/weir-test-peer-%d", os.Getpid())
	q, err := CreateQueue(name, 4, 32, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer Unlink(q.Addr())
	defer q.Close()
	if out, err := peer(t, program, "send", q.Addr()).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	buf := make([]byte, 32)
	for _, want := range []string{"one", "", "three"} {
		n, priority, err := q.ReceivePriority(buf)
		if err != nil || string(buf[:n]) != want || priority != 7 {
			t.Errorf("%q with priority %d, %v, not %q", buf[:n], priority, err, want)
		}
	}
	for i, msg := range []string{"one", "", "three"} {
		if err := q.SendPriority([]byte(msg), uint(9-i)); err != nil {
			t.Fatal(err)
		}
	}
	out, err := peer(t, program, "receive", q.Addr()).CombinedOutput()
	if err != nil || string(out) != "one 9\n 8\nthree 7\n" {
		t.Errorf("it receives %q, %v", out, err)
	}
}

// TestStreamsWithC has a C program at the other end of a FIFO and of sockets.
func TestStreamsWithC(t *testing.T) {
	program := compiled(t, "peer.c")
	folder := t.TempDir()
	fifo := Addr{KindFIFO, filepath.Join(folder, "fifo")}
	if err := MakeFIFO(fifo.Name, 0o600, NameOptions{}); err != nil {
		t.Fatal(err)
	}
	meet := func(mode Mode) (*os.File, error) { return OpenFIFO(context.Background(), fifo.Name, mode) }
	both(t, program, fifo, meet)
	for _, a := range []Addr{{KindUnix, filepath.Join(folder, "socket")}, {KindTCP, "127.0.0.1:0"}} {
		l, err := ListenStream(a, NameOptions{})
		if err != nil {
			t.Fatal(err)
		}
		both(t, program, l.Addr(), func(Mode) (*os.File, error) {
			f, _, err := l.Accept(context.Background())
			return f, err
		})
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Lstat(l.Addr().Name); err == nil {
			t.Errorf("%s is still there", l.Addr())
		}
	}
}

// both has the program send and then receive; meet gives weir's end of each.
func both(t *testing.T, program string, a Addr, meet func(Mode) (*os.File, error)) {
	t.Helper()
	send := peer(t, program, "send", a)
	if err := send.Start(); err != nil {
		t.Fatal(err)
	}
	f, err := meet(Read)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(f)
	f.Close()
	if werr := send.Wait(); err != nil || werr != nil || string(got) != peerText {
		t.Errorf("%s: it sends %q, %v, %v", a, got, err, werr)
	}
	receive := peer(t, program, "receive", a)
	out, err := receive.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := receive.Start(); err != nil {
		t.Fatal(err)
	}
	if f, err = meet(Write); err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString(peerText)
	f.Close()
	got, rerr := io.ReadAll(out)
	if werr := receive.Wait(); err != nil || rerr != nil || werr != nil || string(got) != peerText {
		t.Errorf("%s: it receives %q, %v, %v, %v", a, got, err, rerr, werr)
	}
}

// TestDatagramsWithC has a C program send to a server of datagrams.
func TestDatagramsWithC(t *testing.T) {
	program := compiled(t, "peer.c")
	for _, a := range []Addr{{KindUnixgram, filepath.Join(t.TempDir(), "socket")}, {KindUDP, "127.0.0.1:0"}} {
		s, err := ListenMessages(a, NameOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if out, err := peer(t, program, "send", s.Addr()).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		buf := make([]byte, s.MessageSize())
		s.SetReadDeadline(time.Now().Add(leak.Patience))
		for _, want := range []string{"one", "", "three"} {
			if n, err := s.Receive(buf); err != nil || string(buf[:n]) != want {
				t.Errorf("%s: %q, %v, not %q", a, buf[:n], err, want)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestSocketNames: exclusive, 0600, never through a link, and a dead server's is
// refused with the way out.
func TestSocketNames(t *testing.T) {
	folder := t.TempDir()
	a := Addr{KindUnix, filepath.Join(folder, "socket")}
	l, err := ListenStream(a, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if info, err := os.Lstat(a.Name); err != nil || info.Mode() != os.ModeSocket|0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 1 {
		t.Errorf("there is more than the socket: %v", left)
	}
	if second, err := ListenStream(a, NameOptions{}); err == nil {
		second.Close()
		t.Error("a second server takes the name")
	}
	long := Addr{KindUnix, filepath.Join(folder, "a-long-name"+strings.Repeat("x", maxUnixPath-len(folder)-12))}
	if l, err := ListenStream(long, NameOptions{}); err != nil {
		t.Errorf("a path of %d bytes: %v", len(long.Name), err)
	} else {
		l.Close()
	}
	for _, name := range []string{"", "a\x00b", "/" + string(make([]byte, 200))} {
		if err := CheckAddr(Addr{KindUnix, name}); err == nil {
			t.Errorf("the path %q is taken", name)
		}
	}
	for _, name := range []string{"", "host", "host:", "host:99999999", "a:b:c", "[::1"} {
		if err := CheckAddr(Addr{KindTCP, name}); err == nil {
			t.Errorf("the address %q is taken", name)
		}
	}
	if err := CheckAddr(Addr{KindTCP, "[::1]:80"}); err != nil {
		t.Error(err)
	}
}

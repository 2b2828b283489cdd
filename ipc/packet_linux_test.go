package ipc

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"weir/ipc/leak"
)

// TestPacketServer: the first use accepts the one client, also where one goroutine
// sends while another receives; who comes after it is refused.
func TestPacketServer(t *testing.T) {
	a := Addr{KindUnixpacket, filepath.Join(shortDir(t), "socket")}
	s, err := ListenMessages(a, NameOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	buf := make([]byte, s.MessageSize())
	s.SetReadDeadline(over)
	if _, err := s.Receive(buf); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("before its client has come: %v", err)
	}
	s.SetReadDeadline(time.Now().Add(leak.Patience))
	s.SetWriteDeadline(time.Now().Add(leak.Patience))
	sent := make(chan error)
	go func() { sent <- s.Send([]byte("to the client")) }()
	got := make(chan string)
	go func() {
		n, err := s.Receive(buf)
		if err != nil {
			t.Error(err)
		}
		got <- string(buf[:n])
	}()
	client, err := DialMessages(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Send([]byte("to the server")); err != nil {
		t.Fatal(err)
	}
	received := make([]byte, client.MessageSize())
	if n, err := client.Receive(received); err != nil || string(received[:n]) != "to the client" {
		t.Errorf("the client: %q, %v", received[:n], err)
	}
	if err, text := <-sent, <-got; err != nil || text != "to the server" {
		t.Errorf("%v, %q", err, text)
	}
	if _, err := DialMessages(context.Background(), a); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a second client: %v", err)
	}
	for _, last := range []string{"", "last", ""} {
		if err := client.Send([]byte(last)); err != nil {
			t.Fatal(err)
		}
	}
	client.Close()
	for _, want := range []string{"", "last", ""} {
		if n, err := s.Receive(buf); err != nil || string(buf[:n]) != want {
			t.Errorf("%q, %v; %q was sent before its client left", buf[:n], err, want)
		}
	}
	if _, err := s.Receive(buf); !errors.Is(err, io.EOF) {
		t.Errorf("after its client has left: %v", err)
	}
}

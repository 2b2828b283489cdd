package ipc

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weir/ipc/oracle"
)

// eachStream runs a test over the kinds whose servers take connections.
func eachStream(t *testing.T, test func(t *testing.T, a Addr)) {
	for _, k := range []Kind{KindTCP, KindUnix, KindFIFO} {
		t.Run(string(k), func(t *testing.T) {
			if k == KindUnix {
				oracle.SkipUnderWine(t, "unix")
			}
			names := map[Kind]string{KindTCP: "0", KindUnix: filepath.Join(shortDir(t), "x"), KindFIFO: bareName(t)}
			test(t, Addr{k, names[k]})
		})
	}
}

// TestStreams: bytes go both ways, and the end of a connection is seen.
func TestStreams(t *testing.T) {
	eachStream(t, func(t *testing.T, a Addr) {
		l, err := ListenStream(a, NameOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for range 2 {
			client, err := DialStream(within(t), l.Addr())
			if err != nil {
				t.Fatal(err)
			}
			server, _, err := l.Accept(within(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, ends := range [][2]*os.File{{client, server}, {server, client}} {
				io.WriteString(ends[0], "hello")
				buf := make([]byte, 5)
				if _, err := io.ReadFull(ends[1], buf); err != nil || string(buf) != "hello" {
					t.Errorf("%q, %v", buf, err)
				}
			}
			client.Close()
			if n, err := server.Read(make([]byte, 1)); n != 0 || err != io.EOF {
				t.Errorf("after the client has left: %d, %v", n, err)
			}
			server.Close()
		}
	})
}

// TestStreamServers: one at a time has a name, Accept ends with its context and with Close, and
// whom nobody serves is told so.
func TestStreamServers(t *testing.T) {
	eachStream(t, func(t *testing.T, a Addr) {
		l, err := ListenStream(a, NameOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if a.Kind == KindFIFO && oracle.WineCannot("first instance") != "" {
			t.Log("one server is not tested here")
		} else if second, err := ListenStream(l.Addr(), NameOptions{}); err == nil {
			second.Close()
			t.Error("there are two servers")
		} else if !strings.Contains(err.Error(), "another process") {
			t.Errorf("a second server: %v", err)
		}
		if _, _, err := l.Accept(shortly(t)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("nobody comes: %v", err)
		}
		done := make(chan error)
		go func() {
			_, _, err := l.Accept(always)
			done <- err
		}()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, os.ErrClosed) {
			t.Errorf("closed: %v", err)
		}
		if _, err := DialStream(within(t), l.Addr()); err == nil || !strings.Contains(err.Error(), "nobody") &&
			!strings.Contains(err.Error(), "no process") && !strings.Contains(err.Error(), "no socket") {
			t.Errorf("nobody serves it: %v", err)
		}
	})
}

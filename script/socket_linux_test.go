package script

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"weir/runtime"
)

// TestListening: making a socket that listens does not wait for a client, the first
// use does, and an interruption of that is told in weir's own words.
func TestListening(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	// Who sends must have a client: a server of datagrams has none to wait for.
	reads, all := []string{`s:receive()`, `run(s | "cat")`}, []string{`s:receive()`, `run(s | "cat")`, `s:send("x")`, `run("echo x" | s)`}
	for address, uses := range map[string][]string{"unix:listening": all, "tcp:0": all, "unixpacket:listening": all, "unixgram:listening": reads, "udp:0": reads} {
		for _, use := range uses {
			t.Run(address+" "+use, func(t *testing.T) {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				vm := New(Options{Script: "x.lua", Context: ctx})
				defer vm.Close()
				if err := vm.Run("x.lua", fmt.Sprintf(`s = socket(%q, {listen = true})`, address)); err != nil {
					t.Fatal(err)
				}
				defer time.AfterFunc(50*time.Millisecond, cancel).Stop()
				err := vm.Run("x.lua", use)
				var failed *Failure
				if !errors.As(err, &failed) || failed.Why != runtime.WhyInterrupted || failed.Err.Message != "interrupted" {
					t.Errorf("%v", err)
				}
			})
		}
	}
}

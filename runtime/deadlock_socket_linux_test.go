package runtime

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weir/runtime/plan"
)

// TestDeadlockAtSockets has both ends of each kind of connection wait in each way.
func TestDeadlockAtSockets(t *testing.T) {
	program := waits(t)
	rows := map[string][]string{"stream": {"receive", "message", "poll", "send", "big"}, "packets": {"receive", "poll", "send", "big"},
		"datagrams": {"receive", "poll", "send", "big"}, "tcp": {"receive", "message", "poll", "send", "big"}, "named": {"send"}}
	for kind, list := range rows {
		for _, how := range list {
			t.Run(kind+" "+how, func(t *testing.T) {
				t.Parallel()
				e := mustDeadlock(t, chain([]string{program, "sockets", kind, how}))
				want := []string{"s0 waits to read from a socket from waits, which is empty", "waits in s0 waits to read from a socket from s0"}
				if how == "send" || how == "big" {
					want = []string{"s0 waits to write to a socket to waits, which is full", "waits in s0 waits to write to a socket to s0"}
				}
				for _, w := range want {
					if !strings.Contains(e.Message(), w) {
						t.Errorf("%q is not in %s", w, e.Message())
					}
				}
			})
		}
	}
	for _, how := range []string{"receive", "send"} {
		t.Run("two stages "+how, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "s")
			top := chain([]string{program, "listens", path, how}, []string{program, "connects", path, how})
			if e := mustDeadlock(t, top); !strings.Contains(e.Message(), "s0 waits to") || !strings.Contains(e.Message(), " socket") {
				t.Error(e.Message())
			}
		})
	}
}

// TestMayGoOnAtSockets has waits that a time ends, or somebody who knows a name.
func TestMayGoOnAtSockets(t *testing.T) {
	program := waits(t)
	for name, argv := range map[string][]string{
		"times out": {"sockets", "stream", "timeout"},
		"name":      {"sockets", "named", "receive"},
		"listens":   {"listens", filepath.Join(t.TempDir(), "s"), "receive"},
		"connects":  {"connects", filepath.Join(t.TempDir(), "s"), "receive"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := startTopology(t, chain(append([]string{program}, argv...)), func(p *plan.Plan, o *Options) { p.Timeout = 3 * time.Second })
			if res, err := r.Wait(); err != nil || res.Deadlock != nil {
				t.Errorf("%v %v", res.Deadlock, err)
			}
		})
	}
}

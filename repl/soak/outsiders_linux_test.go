package soak

import (
	"bufio"
	"context"
	"strings"
	"sync"
	"testing"
)

// TestOutsiders has a stage wait at each channel and lock that has a name, where nobody in
// its run can let it go on: weir says so once, and stops nothing. Then an outsider comes.
func TestOutsiders(t *testing.T) {
	const full = `for i = 1, 100 do C:send(("x"):rep(500)) end`
	rows := []struct{ name, make, wait, outsider string }{
		{"ring", `ring(N, {slots = 2})`, `C:receive()`, `ring(N):send("x")`},
		{"rendezvous", `ring(N, {slots = 0})`, `C:receive()`, `ring(N):send("x")`},
		{"queue", `queue(N, {max = 2})`, `C:receive()`, `queue(N):send("x")`},
		{"mailbox", `mailbox(N, {slots = 2})`, `C:receive()`, `mailbox(N):send("x")`},
		{"mailslot", `mailslot(N)`, `C:receive()`, `mailslot(N, {client = true}):send("x")`},
		{"full ring", `ring(N, {slots = 2})`, full, `local c = ring(N) for i = 1, 98 do c:receive() end`},
		{"full rendezvous", `ring(N, {slots = 0})`, full, `local c = ring(N) for i = 1, 100 do c:receive() end`},
		{"full queue", `queue(N, {max = 2})`, full, `local c = queue(N) for i = 1, 98 do c:receive() end`},
		{"full mailbox", `mailbox(N, {slots = 2})`, full, `local c = mailbox(N) for i = 1, 98 do c:receive() end`},
		{"semaphore", `semaphore(N, 0)`, `C:wait()`, `semaphore(N):post()`},
		{"event", `event(N)`, `C:wait()`, `event(N):set()`},
		{"condition", `condition(N) local m = mutex()`, `m:lock() C:wait(m)`, `condition(N):signal()`},
		{"barrier", `barrier(N, 2)`, `C:wait()`, `barrier(N, 2):wait()`},
	}
	var all sync.WaitGroup
	slots := make(chan bool, 8)
	for _, row := range rows {
		for _, how := range []string{`run(proc(P):named"A")`, `run(thread(P):named"A")`, `start(proc(P):named"A"):wait()`} {
			all.Go(func() {
				slots <- true
				defer func() { <-slots }()
				name := `local N = "/" .. os.getenv("WEIR_TEST_TOKEN") `
				code := name + "local C = " + row.make + "\nlocal function P() " + row.wait + " end\n" + how + `io.stderr:write("done\n")`
				if said := meet(t, code, name+row.outsider); strings.Count(said, "\n") != 2 || !strings.Contains(said, "nobody here can go on: A waits ") ||
					!strings.Contains(said, "another program may let them, by the name ") || !strings.HasSuffix(said, "\ndone\n") {
					t.Errorf("%s, %s: it said %q", row.name, how, said)
				}
			})
		}
	}
	all.Wait()
}

// meet runs a script, and once it has said something an outsider. It gives all that the
// script said.
func meet(t *testing.T, code, outsider string) (said string) {
	v := newVictim(t)
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	cmd := v.again("-e", code)
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Error(err)
		return ""
	}
	defer context.AfterFunc(ctx, func() { cmd.Process.Kill() })()
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if said == "" {
			if out, err := v.again("-e", outsider).CombinedOutput(); err != nil {
				t.Errorf("the outsider: %v %s", err, out)
			}
		}
		said += lines.Text() + "\n"
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%s: %v", code, err)
	}
	return said
}

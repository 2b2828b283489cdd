package script

import (
	"fmt"
	"strings"
	"testing"
)

// TestPeerTimeout: timeout= bounds the wait for the other side of a FIFO, and for the client of a server,
// as it bounds the wait for a message.
func TestPeerTimeout(t *testing.T) {
	for _, kind := range []string{`fifo("f", {create = true})`, `socket("tcp:0", {listen = true})`,
		`socket("unix:s", {listen = true})`, `socket("unixpacket:s", {listen = true})`} {
		for _, call := range []string{`c:receive{timeout = %s}`, `c:messages{timeout = %s}()`, `c:send("x", {timeout = %s})`} {
			for limit, want := range map[string]string{"0": "nil\twould block\n", "0.05": "nil\ttimeout\n"} {
				for _, within := range []string{"%s", "run(proc(function() %s end))", "run(thread(function() %s end))"} {
					call := fmt.Sprintf(call, limit)
					code := fmt.Sprintf(within, "local c = "+kind+" print("+call+") print("+call+")")
					if got := said(t, code); got != want+want {
						t.Errorf("%s\n got %q\nwant %q", code, got, want+want)
					}
				}
			}
		}
	}
}

// TestPeerThere: who does not wait has the other side that is there.
func TestPeerThere(t *testing.T) {
	for _, code := range []string{
		`local c = socket("unix:s", {listen = true})
			local d = socket("unix:s") d:send("x") print(c:receive{timeout = 0})`,
		`local c = socket("unix:s", {listen = true}) print(c:receive{timeout = 0})
			local d = socket("unix:s") d:send("x") print(c:receive{timeout = 0})`,
		`local c = fifo("f", {create = true}) print(c:receive{timeout = 0}) local j = start(cmd("sh", "-c", "echo x >f"))
			local x, why repeat x, why = c:receive{timeout = 0} until x or why ~= "would block" print(x) j:wait()`,
		`local c = fifo("f", {create = true}) print(c:send("x", {timeout = 0})) local j = start(cmd("sh", "-c", "cat <f"))
			local ok repeat ok = c:send("x", {timeout = 0}) until ok c:close() j:wait()`,
	} {
		got := strings.ReplaceAll(said(t, code), "nil\twould block\n", "")
		if got != "x\n" {
			t.Errorf("%s\n got %q", code, got)
		}
	}
}

// TestRunPeerTimeout: a run's timeout= bounds the wait for a server's client, too.
func TestRunPeerTimeout(t *testing.T) {
	for _, server := range []string{`socket("tcp:0", {listen = true})`, `socket("unix:s", {listen = true})`} {
		for _, run := range []string{`run(s | "cat", {timeout = 0.05})`, `run("seq 2" | s, {timeout = 0.05})`,
			`local x = (s | "cat"):text{timeout = 0.05}`, `start(s | "cat", {timeout = 0.05})`} {
			got := said(t, "local s = "+server+" "+run)
			if !strings.Contains(got, "the run took longer than 50ms and was stopped") ||
				!strings.Contains(got, "no client has come to ") {
				t.Errorf("%s, %s\n got %q", server, run, got)
			}
		}
	}
}

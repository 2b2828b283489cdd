package script

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// waits are scripts that return what a wait for a message came to; NAME is a name
// that nobody else has.
var waits = []struct{ name, code, want string }{
	{"a mailslot's timeout in a process", `
		local m = mailslot("NAME", {timeout = "50ms"})
		return run(proc(function() return select(2, m:receive()) end)).stages[1].value`, "timeout"},
	{"a mailslot's timeout on a thread", `
		local m = mailslot("NAME", {timeout = "50ms"})
		return run(thread(function() return select(2, m:receive()) end)).stages[1].value`, "timeout"},
	{"a mailslot's timeout that is not to wait", `
		local m = mailslot("NAME", {timeout = 0})
		return run(proc(function() return select(2, m:receive()) end)).stages[1].value`, "would block"},
	{"what a call says comes before the mailslot's timeout", `
		local m = mailslot("NAME", {timeout = "1h"})
		return run(proc(function() return select(2, m:receive{timeout = "50ms"}) end)).stages[1].value`, "timeout"},
	{"a mailslot's timeout is the end of the input of who reads lines", `
		local m = mailslot("NAME", {timeout = "50ms"})
		m:send("a") m:send("b")
		return (m | "cat"):text()`, "a\nb\n"},
	{"one that is not to wait, too", `
		local m = mailslot("NAME", {timeout = 0})
		m:send("a") m:send("b")
		return (m | "cat"):text()`, "a\nb\n"},
	{"a client that sends in time puts it off", `
		local m = mailslot("NAME", {timeout = "1s"})
		return (cmd("sh", "-c", "for i in 1 2 3; do sleep 0.4; echo $i; done") | m | "cat"):text()`, "1\n2\n3\n"},
	{"a unixpacket: server has no client yet", `
		local s = socket("unixpacket:NAME", {listen = true})
		return select(2, s:receive{timeout = 0}) .. ", " .. select(2, s:send("x", {timeout = 0}))`, "would block, would block"},
	{"its first use accepts the client", `
		local s = socket("unixpacket:NAME", {listen = true})
		local c = socket("unixpacket:NAME")
		c:send("to the server")
		local got = s:receive()
		s:send("to the client")
		return got .. ", " .. c:receive()`, "to the server, to the client"},
	{"it has one client", `
		local s = socket("unixpacket:NAME", {listen = true})
		local c, second = socket("unixpacket:NAME"), socket("unixpacket:NAME")
		c:send("x")
		return s:receive() .. ", " .. select(2, second:receive()) .. ", " .. tostring(pcall(socket, "unixpacket:NAME"))`, "x, closed, false"},
	{"a run accepts it", `
		local s = socket("unixpacket:NAME", {listen = true})
		local c = socket("unixpacket:NAME")
		c:send("x") c:close()
		return (s | "cat"):text()`, "x\n"},
	{"a stage that has it gets the connection", `
		local s = socket("unixpacket:NAME", {listen = true})
		local c = socket("unixpacket:NAME")
		c:send("x")
		return run(proc(function() return s:receive() end)).stages[1].value`, "x"},
}

func TestWaits(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	for i, row := range waits {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			code := strings.ReplaceAll(row.code, "NAME", fmt.Sprintf("waits-%d-%d", os.Getpid(), i))
			if got, err := eval(t, code); err != nil || got != row.want {
				t.Errorf("got %q, %v; want %q", got, err, row.want)
			}
		})
	}
}

package script

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// waitRows are scripts that return what a wait for a message came to; NAME is a name
// that nobody else has.
var waitRows = []struct{ name, code, want string }{
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
	{"who has sent to a named queue waits for others", `
		local q = queue("/NAME", {max = 4, size = 64})
		q:send("a")
		return q:receive() .. ", " .. select(2, q:receive{timeout = "50ms"}) .. ", " .. select(2, q:receive{timeout = 0})`, "a, timeout, would block"},
	{"to a named ring", `local r = ring("/NAME", {slots = 4, size = 64}) r:send("a") r:receive() return select(2, r:receive{timeout = "50ms"})`, "timeout"},
	{"to a named mailbox", `local m = mailbox("/NAME") m:send("a") m:receive() return select(2, m:receive{timeout = "50ms"})`, "timeout"},
	{"to a socket", `
		local s, c = socket("unixgram:NAME", {listen = true}), socket("unixgram:NAME")
		c:send("a")
		return select(2, c:receive{timeout = "50ms"})`, "timeout"},
	{"who joins it is heard", `
		local q, other = queue("/NAME", {max = 4, size = 64}), queue("/NAME")
		q:send("a") q:receive()
		local j = start(proc(function(name) queue(name):send("late") end, "/NAME"))
		local late = q:receive()
		j:wait()
		return late`, "late"},
	{"a consumer sees the end of a named queue's messages", `
		local q = queue("/NAME", {max = 4, size = 64})
		q:send("a")
		local function produce() q:send("b") end
		local function consume() local n = 0 for _ in q:messages() do n = n + 1 end return n end
		return run(proc(produce), proc(produce), proc(consume)).stages[3].value`, "3"},
	{"also where the script alone has sent", `
		local q = queue("/NAME", {max = 4, size = 64})
		q:send("a")
		return run(proc(function() local n = 0 for _ in q:messages() do n = n + 1 end return n end)).stages[1].value`, "1"},
	{"so does the script, of a job's", `
		local q, n = queue("/NAME", {max = 4, size = 64}), 0
		local j = start(proc(function() q:send("b") end))
		q:send("a")
		for _ in q:messages() do n = n + 1 end
		j:wait()
		return n`, "2"},
	{"stages that all wait to work on are at the end", `
		local q = queue("/NAME", {max = 4, size = 64})
		q:send("3")
		local function work() for m in q:messages() do if m ~= "0" then q:send(tostring(m - 1)) end end end
		return run(proc(work) * 2).ok`, "true"},
	{"a private channel that nobody else has", `
		local q = queue{max = 4, size = 64}
		q:send("a")
		q:receive()
		return select(2, q:receive{timeout = 0}) .. ", " .. select(2, q:receive{timeout = "50ms"}) .. ", " .. select(2, q:receive())`,
		"would block, timeout, closed"},
	{"one that nobody has sent to", `local r = ring() return select(2, r:receive{timeout = 0}) .. ", " .. select(2, r:receive{timeout = "50ms"}) .. ", " .. select(2, r:receive())`,
		"would block, timeout, closed"},
	{"one whose writers have left", `
		local q = queue{max = 4, size = 64}
		return run(proc(function() q:send("a") end), proc(function() q:receive() return select(2, q:receive{timeout = "1h"}) end)).stages[2].value`, "closed"},
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
	for i, row := range waitRows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			code := strings.ReplaceAll(row.code, "NAME", fmt.Sprintf("waits-%d-%d", os.Getpid(), i))
			if got, err := eval(t, code); err != nil || got != row.want {
				t.Errorf("got %q, %v; want %q", got, err, row.want)
			}
		})
	}
}

package script

import (
	"fmt"
	"strings"
	"testing"
)

// selectable are what select waits for: how it is made, how a stage makes it ready, and what select gives.
var selectable = []struct{ made, give, gives, first string }{
	{`ring{slots = 2}`, `c:send("x")`, "x", ""},
	{`ring{slots = 0}`, `c:send("x")`, "x", ""},
	{`ring("/select", {slots = 2})`, `c:send("x")`, "x", ""},
	{`queue()`, `c:send("x")`, "x\t0", ""},
	{`queue("/select")`, `c:send("x")`, "x\t0", ""},
	{`mailbox()`, `c:send("x")`, "x", ""},
	{`mailslot("select")`, `mailslot("select", {client = true}):send("x")`, "x", ""},
	{`socket("unixgram:select", {listen = true})`, `socket("unixgram:select"):send("x")`, "x", ""},
	{`socket("unixpacket:select", {listen = true})`, `socket("unixpacket:select"):send("x")`, "x", ""},
	{`socket("unix:select", {listen = true})`, `socket("unix:select"):send("x")`, "x", ""},
	{`fifo("select", {create = true})`, `fifo("select"):send("x")`, "x", ""},
	{`semaphore(0)`, `c:post()`, "true", ""},
	{`event()`, `c:set()`, "true", ""},
	{`event{auto = true}`, `c:set()`, "true", ""},
	{`mutex()`, `c:unlock()`, "true", `c:lock()`},
}

// TestSelect: whatever it waits for, select gives what is ready, also if that comes while it sleeps, beside
// something that sleeps in another way.
func TestSelect(t *testing.T) {
	for _, row := range selectable {
		for _, beside := range []string{"ring()", "queue()"} {
			for _, limit := range []string{"", ", timeout = 20"} {
				for _, within := range []string{"%s", "run(proc(function() %s end))", "run(thread(function() %s end))"} {
					code := fmt.Sprintf(within, fmt.Sprintf(`local c, other, up, go, done = %s, %s, event(), event(), event()
						local j = start(proc(function()
							%s up:set() go:wait() time.sleep(0.02) %s done:wait() other:close()
						end))
						up:wait() go:set()
						print(select{other, c%s})
						done:set() j:wait()`, row.made, beside, row.first, row.give, limit))
					got := said(t, code)
					if _, what, _ := strings.Cut(got, "\t"); !strings.HasPrefix(what, row.gives) {
						t.Errorf("%s\n got %q\nwant %q", code, got, row.gives)
					}
				}
			}
		}
	}
}

// TestSelectInDeadlock: a wait for the first of several is part of a deadlock where none of them can come, and of
// none where one still does.
func TestSelectInDeadlock(t *testing.T) {
	for _, row := range []struct{ code, want string }{
		{`local a, b = semaphore(0), semaphore(0)
			run(proc(function() select{a, b} b:post() end), proc(function() select{b} a:post() end))`, "waits for semaphore2"},
		{`local r, s, e = ring(), semaphore(0), event()
			run(proc(function() select{r, s} e:set() end), proc(function() e:wait() s:post() r:send(1) end))`, "receive from ring1"},
		{`local a, b = event(), event() run(thread(function() select{a, b} end), proc(function() a:wait() b:set() end))`,
			"thread@1 waits for event2"},
		{`local a, b = ring(), ring() local function f() select{a, b} end run(proc(f), proc(f))`, "deadlock"},
		{`local e = event() local j = start(proc(function() e:wait() end)) wait_any{j} e:set()`, "the end of job 1"},
		{`local e, f = event(), event() local j = start(proc(function() e:wait() f:set() end)) select{j, f} e:set()`,
			"the script waits for event2"},
		{`local p, s, e = pipe(), semaphore(0), event()
			local j = start(proc(function() e:wait() print("x") end) | p) select{p, s} e:set()`, "the script waits to read from pipe1"},
		{`local s = semaphore(0) select{s}`, "nobody is left to post"},
		{`local e, f = event(), event()
			local j = start(proc(function() time.sleep(2.5) f:set() end)) print((select{e, f}) == f) j:wait()`, "true\n"},
		{`local e, f = event(), event()
			run(proc(function() print((select{e, f}) == f) end), proc(function() time.sleep(2.5) f:set() end))`, "true\n"},
		{`local e, f = event(), event()
			run(thread(function() print((select{e, f}) == f) end), proc(function() time.sleep(2.5) f:set() end))`, "true\n"},
	} {
		if got := said(t, row.code); !strings.Contains(got, row.want) {
			t.Errorf("%s\n got %q\nwant %q", row.code, got, row.want)
		}
	}
}

// TestSelectLosesNothing: what many send to many channels at once is received once each, whoever else receives
// there by other calls.
func TestSelectLosesNothing(t *testing.T) {
	got := said(t, `
		local channels, sum, stop, got = {}, semaphore(0), event(), semaphore(0)
		for i = 1, 6 do channels[i] = i % 3 == 0 and queue{max = 4} or ring{slots = i % 2 == 0 and 2 or 0} end
		local function send()
			for k = 1, 200 do channels[k % 6 + 1]:send(k) end
		end
		local function choose()
			local all = {unpack(channels)}
			all[7] = stop
			repeat
				local c, m = select(all)
				if c ~= stop and m then sum:post() end
			until c == stop
		end
		local function receive()
			while not stop:wait{timeout = 0} do
				for _, c in ipairs(channels) do if c:receive{timeout = "1ms"} then sum:post() end end
			end
		end
		local j = start(proc(send), proc(send), proc(send), proc(choose), proc(choose), proc(receive))
		for _ = 1, 600 do sum:wait() end
		stop:set()
		print(j:wait().ok, sum:value())`)
	if got != "true\t0\n" {
		t.Errorf("%q", got)
	}
}

// TestSelectKeepsItsPlace: who waits for several may wake by one and send to another, so that none who receives
// there is told that nobody is left.
func TestSelectKeepsItsPlace(t *testing.T) {
	for _, made := range []string{"ring()", "ring{slots = 0}", "queue()", "mailbox()"} {
		for _, row := range []string{
			`run(proc(function() up:wait() a:send("go") end),
				proc(function() local c, m = select{a, b LIMIT} io.stdout:write(m, " ") io.flush() b:send("work") end),
				proc(function() up:set() print((b:receive())) end))`,
			`local j = start(proc(function() up:wait() time.sleep(0.2) a:send("go") end), proc(function() up:set() print((b:receive())) end))
				local c, m = select{a, b LIMIT} io.stdout:write(m, " ") io.flush() b:send("work") j:wait()`,
			`run(proc(function() up:wait() a:send("go") end),
				thread(function() local c, m = select{b, a LIMIT} io.stdout:write(m, " ") io.flush() b:send("work") end),
				thread(function() up:set() print((b:receive{timeout = 20})) end))`,
		} {
			for _, limit := range []string{"", ", timeout = 20"} {
				code := "local a, b, up = " + made + ", " + made + ", event() " + strings.Replace(row, "LIMIT", limit, 1)
				if got := said(t, code); got != "go work\n" {
					t.Errorf("%s\n got %q", code, got)
				}
			}
		}
	}
}

// TestSelectCut: a channel that another process makes smaller ends the wait by an error, and holds up nobody.
func TestSelectCut(t *testing.T) {
	for _, made := range []string{`ring("/cut")`, `mailbox("/cut")`} {
		for _, within := range []string{"%s", "run(proc(function() %s end))"} {
			code := fmt.Sprintf(within, `local c = `+made+` local j = start(cmd("sh", "-c", "sleep 0.2; : >$(echo /dev/shm/weir-*/*.cut)"))
				print(pcall(select, {c})) j:wait()`)
			if got := said(t, code); !strings.Contains(got, "the memory is gone") {
				t.Errorf("%s\n got %q", code, got)
			}
		}
	}
}

// TestSelectInTurn: of several that are always ready none starves.
func TestSelectInTurn(t *testing.T) {
	got := said(t, `local a, b, c = ring(), ring(), ring()
		for i = 1, 30 do a:send("a") b:send("b") c:send("c") end
		local n = {a = 0, b = 0, c = 0}
		for i = 1, 30 do local _, m = select{a, b, c} n[m] = n[m] + 1 end
		print(n.a, n.b, n.c, select("#", 1, 2))`)
	if got != "10\t10\t10\t2\n" {
		t.Errorf("%q", got)
	}
}

//go:build linux || windows

package script

import (
	"strings"
	"testing"

	"weir/ipc"
)

// hasLeft are programs in which somebody lets go of a channel C for a while, or for good. want is
// what the program returns or, of one that cannot go on, part of its error.
var hasLeft = []struct{ name, code, want string }{
	{"the script waits at a job", `local j = start(PARTY(get)) start(PARTY(touch)):wait() C:send"x" return value(j)`, "x"},
	{"at a job, and a receive has a limit", `local j = start(PARTY(function() return C:receive{timeout = "1h"} end)) start(PARTY(touch)):wait() C:send"x" return value(j)`, "x"},
	{"at a run", `local j = start(PARTY(get)) run(PARTY(touch)) C:send"x" return value(j)`, "x"},
	{"at a capture", `local j = start(PARTY(get)) assert((PARTY(function() C:stat() print"y" end)):text() == "y\n") C:send"x" return value(j)`, "x"},
	{"between the lines of a capture", `local got for l in (PARTY(function() print"y" io.stdout:flush() print((get())) end)):lines() do if l == "y" then C:send"x" else got = l end end return got`, "x"},
	{"at the lines of a capture to their end", `local n = 0 for l in (PARTY(some) + PARTY(function() for m in C:messages() do print(m) end end)):lines() do n = n + 1 end return n`, "3"},
	{"at the text of a capture", `return #(PARTY(some) + PARTY(function() for m in C:messages() do print(m) end end)):text()`, "6"},
	{"at the lines of what a relay receives", `local n = 0 for l in (PARTY(some) + (C | CAT)):lines() do n = n + 1 end return n`, "3"},
	{"at another channel", `local d = KIND local j = start(PARTY(get)) local k = start(PARTY(function() C:stat() d:send"y" end)) assert(d:receive() == "y") C:send"x" k:wait() return value(j)`, "x"},
	{"at a lock", `local j = start(PARTY(get)) m:lock() local k = start(PARTY(function() C:stat() e:set() m:lock() m:unlock() end)) e:wait() m:unlock() k:wait() m:lock() C:send"x" return value(j)`, "x"},
	{"a stage waits for a run of its own", `return value(run(PARTY(get), proc(function() run(proc(touch)) C:send"x" end)))`, "x"},
	{"two jobs are waited for in turn", `local j, k = start(PARTY(count)), start(PARTY(count)) for i = 1, 6 do C:send(i) end return value(j) + value(k)`, "6"},
	{"the last of two jobs is waited for first", `local j, k = start(PARTY(count)), start(PARTY(count)) for i = 1, 6 do C:send(i) end return value(k) + value(j)`, "6"},

	{"a poller", `local j, k = start(PARTY(get)), start(PARTY(function() poll() C:send"x" end)) k:wait() return value(j)`, "x"},
	{"a poller that waits for a while", `local j, k = start(PARTY(get)), start(PARTY(function() assert(select(2, C:receive{timeout = 0.1}) == "timeout") C:send"x" end)) k:wait() return value(j)`, "x"},
	{"the script polls", `local j = start(PARTY(get)) poll() C:send"x" return value(j)`, "x"},
	{"a poller beside a relay", `local k = start(PARTY(function() poll() C:send"x" end)) return (C | CAT):text()`, "x\n"},
	{"a sender comes late", `local j = start(PARTY(get)) j:wait(0.05) start(PARTY(function() C:send"x" end)):wait() return value(j)`, "x"},
	{"a sender ends", `local j = start(PARTY(count)) run(PARTY(some)) return value(j)`, "3"},
	{"a sender ends, and a receive has a limit", `return value(run(PARTY(count, "1h"), PARTY(some)))`, "3"},
	{"a sender has ended before a receive with a limit", `run(PARTY(some), PARTY(function() for i = 1, 3 do C:receive() end end)) return value(run(PARTY(count, "1h")))`, "0"},
	{"a sender is killed", `local j = start(PARTY(count)) local k = start(proc(function() C:send"x" e:set() time.sleep(100) end)) e:wait() k:kill"KILL" k:wait() return value(j)`, "1"},
	{"a sender is killed beside a relay", `local k = start(proc(function() C:send"x" e:set() time.sleep(100) end)) local j = start(C | PARTY(function() return io.read("*a") end)) e:wait() k:kill"KILL" k:wait() return j:wait().stages[1].value`, "x\n"},
	{"a relay, and the script waits at a job", `local j = start(C | PARTY(function() return io.read("*a") end)) start(PARTY(touch)):wait() C:send"x" return j:wait().stages[1].value`, "x\n"},
	{"a lone stage has a limit", `return value(run(PARTY(function() return select(2, C:receive{timeout = 0.05}) end)))`, "timeout"},
	{"a lone job has a limit", `return value(start(PARTY(function() return select(2, C:receive{timeout = 0.05}) end)))`, "timeout"},
	{"several receive with a limit, and the sender ends", `return value(run(PARTY(count, "1h"), PARTY(count, "1h"), PARTY(count, "1h"), PARTY(some)), 3)`, "3"},
	{"several receive with a limit again and again", `return value(run(PARTY(insist), PARTY(insist), PARTY(insist), PARTY(some)), 3)`, "3"},
	{"one has a limit, and one has none", `return value(run(PARTY(insist), PARTY(count), PARTY(some)), 2)`, "3"},
	{"several have a limit, and one sends at last", `local j = start(PARTY(insist), PARTY(insist)) run(PARTY(function() some() C:receive{timeout = 0.1} time.sleep(0.1) some() end)) return value(j, 2) >= 5`, "true"},
	{"several jobs have a limit", `local j, k = start(PARTY(insist)), start(PARTY(insist)) run(PARTY(some)) return value(j) + value(k)`, "3"},

	{"a sender, and the script waits at a job", `local j = start(PARTY(flood)) start(PARTY(touch)):wait() drain() return value(j)`, "flooded"},
	{"a sender, and a stage waits for a run of its own", `return value(run(PARTY(flood), proc(function() run(proc(touch)) drain() end)))`, "flooded"},
	{"a relay sends, and the script waits at a job", `local j = start(PARTY(function() for i = 1, 1000 do print(("x"):rep(500)) end end) | C) start(PARTY(touch)):wait() drain() j:wait() return "flooded"`, "flooded"},

	{"a job and the script wait for each other", `start(PARTY(function() C:receive() e:set() end):named"A") start(PARTY(function() C:close() e:wait() end):named"B"):wait()`,
		"A waits to receive from KIND1 (0 of"},
	{"a relay and the script wait for each other", `start(C | PARTY(function() io.read() e:set() end):named"A") start(PARTY(function() C:close() e:wait() end):named"B"):wait()`,
		"B waits for event1, and nobody goes on who could set it; the script waits for the end of job 2"},
	{"a sender and the script wait for each other", `start(PARTY(function() flood() e:set() end):named"A") start(PARTY(function() C:close() e:wait() end):named"B"):wait()`,
		"A waits to send to KIND1"},
}

// TestWhoHasLeft runs each program over each kind of channel.
func TestWhoHasLeft(t *testing.T) {
	const preamble = `
		local C, e, m = KIND, event(), mutex()
		local function get() return C:receive() end
		local function touch() C:stat() end
		local function some() for i = 1, 3 do C:send(i) end end
		local function count(limit) local n = 0 for m in C:messages{timeout = limit} do n = n + 1 end return n end
		local function poll() for i = 1, 100 do assert(select(2, C:receive{timeout = 0}) == "would block") time.sleep(0.001) end end
		local function flood() for i = 1, 1000 do C:send(("x"):rep(500)) end return "flooded" end
		local function drain() for i = 1, 1000 do C:receive() end end
		local function insist() local n = 0
			while true do
				local m, why = C:receive{timeout = 0.03}
				if m then n = n + 1 elseif why == "closed" then return n end
			end
		end
		local function value(r, stages)
			if r.wait then r = r:wait() end
			local sum = r.stages[1].value
			for i = 2, stages or 1 do sum = sum + r.stages[i].value end
			return sum
		end
		`
	kinds := map[string]string{"ring": "ring{slots = 4}", "rendezvous": "ring{slots = 0}", "queue": "queue{max = 4}",
		"mailbox": "mailbox{slots = 4}", "mailslot": "mailslot{}"}
	if !ipc.SupportHere(ipc.KindQueue).Built {
		delete(kinds, "queue")
	}
	for kind, make := range kinds {
		for _, row := range hasLeft {
			for _, party := range []string{"proc", "thread"} {
				t.Run(kind+"/"+row.name+"/"+party, func(t *testing.T) {
					t.Parallel()
					if strings.HasPrefix(row.name, "a relay and") && !seesRelays {
						t.Skip("a relay is not looked at here")
					}
					code := strings.NewReplacer("KIND", make, "PARTY", party, "CAT", copies).Replace(preamble + row.code)
					want := strings.ReplaceAll(row.want, "KIND", make[:strings.Index(make, "{")])
					if kind == "rendezvous" || kind == "mailslot" {
						want, _, _ = strings.Cut(want, " (0 of")
					}
					got, err := eval(t, code)
					if strings.Contains(want, " waits ") {
						if err == nil || !strings.Contains(err.Error(), "deadlock: no stage can go on") || !strings.Contains(err.Error(), want) {
							t.Errorf("got %q, %v; want %q", got, err, want)
						}
					} else if err != nil || got != want {
						t.Errorf("got %q, %v; want %q", got, err, want)
					}
				})
			}
		}
	}
}

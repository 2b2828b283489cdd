package script

import (
	"strings"
	"sync"
	"testing"
)

// TestDeadlockBehindReady has a stage that others wait for to be ready, and the script, wait for
// what only a stage behind it could do, or somebody who only seems to be late.
func TestDeadlockBehindReady(t *testing.T) {
	const preamble = `
		local e, f, r, m = event(), event(), ring(), mutex()
		local function ready() print"READY" io.stdout:flush() end
		local function slow() time.sleep(1.5) ready() end
		local function set() e:set() for l in io.lines() do end end
		local function A(fn) return (proc(fn):named"A"):ready"READY" end
		local function B(fn) return PARTY(fn):named"B" end
		`
	rows := []struct{ code, want string }{
		{`run(A(function() e:wait() ready() end) | B(set))`, "A waits for event1, and nobody goes on who could set it; B is not started before A is ready"},
		{`run(A(function() r:receive() ready() end) | B(function() r:send"x" end))`, "A waits to receive from ring1 (0 of 64 messages); B is not started before A is ready"},
		{`local j = start(A(function() f:wait() ready() end) | B(set)) e:wait()`, "B is not started before A is ready; the script waits for event"},
		{`m:lock() local j = start(A(function() m:lock() ready() end) | B(set)) e:wait()`, "A waits for mutex1, which the script holds; B is not started before A is ready; the script waits for event"},
		{`local p = pipe() local j = start(p | sh"cat":named"A":ready"READY" | B(set)) e:wait()`, "A waits to read from pipe1, which is empty (0 of 262144 bytes); B is not started before A is ready"},
		{`run(cmd("sh", "-c", "yes; echo >&3"):named"A":ready(3) | B(set))`, "B is not started before A is ready"},
		{`run(A(function() for i = 1, 1e5 do print(("x"):rep(100)) end ready() end) | B(set))`, "B is not started before A is ready"},
		{`run(A(function() e:wait() ready() end) | sh"cat":named"B":ready"READY" | proc(set):named"C")`, "C is not started before B is ready"},

		{`run(A(slow) | B(set)) return "ok"`, ""},
		{`local j = start(A(slow) | B(set)) e:wait() j:wait() return "ok"`, ""},
		{`run(A(slow) | B(set), PARTY(function() e:wait() end)) return "ok"`, ""},
		{`local k = start(PARTY(function() e:wait() end)) local j = start(A(slow) | B(set)) k:wait() j:wait() return "ok"`, ""},
		{`run(A(function() e:wait() ready() end) | B(function() io.read("*a") end), cmd("sleep", "1.5"), PARTY(function() time.sleep(1.5) e:set() end)) return "ok"`, ""},
		{`run(A(ready) | B(set)) return "ok"`, ""},
	}
	var all sync.WaitGroup
	for _, row := range rows {
		for _, party := range []string{"proc", "thread"} {
			code := strings.ReplaceAll(preamble+row.code, "PARTY", party)
			all.Go(func() {
				switch got, err := eval(t, code); {
				case row.want == "":
					if err != nil || got != "ok" {
						t.Errorf("%s: got %q, %v", row.code, got, err)
					}
				case err == nil || !strings.Contains(err.Error(), "deadlock: no stage can go on") || !strings.Contains(err.Error(), row.want):
					t.Errorf("%s, %s:\ngot  %v\nwant %s", party, row.code, err, row.want)
				}
			})
		}
	}
	all.Wait()
}

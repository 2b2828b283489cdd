package script

import (
	"strings"
	"sync"
	"testing"
)

// TestNestedDeadlock has Lua stages wait for runs of their own. Each is named by who knows
// most of it: the stage where it is a matter of its runs alone, else the script.
func TestNestedDeadlock(t *testing.T) {
	rows := []struct{ code, want string }{
		{`run(proc(function() run(loop(sh"cat")) end):named"A")`, "cat waits to read from pipe1, which is empty (0 of 262144 bytes) (in stage A)"},
		{`run(proc(function() local p = pipe() start(p | sh"cat"):wait() end):named"A")`, "the script waits for the end of job 1 (in stage A)"},
		{`run(proc(function() local e = event() INNER end):named"A")`, "B waits for event1, and nobody goes on who could set it"},
		{`local e = event() run(proc(function() INNER end):named"A")`, "A waits for event1, and nobody goes on who could set it"},
		{`local e = event() run(proc(function() e:wait() end):named"A")`, "A waits for event1, and nobody goes on who could set it"},
		{`run(proc(function() local e = event() e:wait() end):named"A")`, "A waits for its own event, and nobody goes on who could set it"},
		{`run(proc(function() run("true") local e = event() e:wait() end):named"A")`, "A waits for its own event, and nobody goes on who could set it"},
		{`run(proc(function() start("sleep 100") local e = event() e:wait() end):named"A")`, "A waits for its own event, and nobody goes on who could set it"},
		{`local e, d = event(), event() run(proc(function() INNER d:set() end):named"A", proc(function() d:wait() e:set() end):named"C")`,
			"A waits for event1, and nobody goes on who could set it; C waits for event2, and nobody goes on who could set it"},
		{`local m, n = mutex(), mutex() local b = barrier(2)
			run(proc(function() m:lock() b:wait() run(proc(function() n:lock() end)) end):named"A", proc(function() n:lock() b:wait() m:lock() end):named"C")`, "A waits for mutex2, which C holds; C waits for mutex1, which A holds"},
		{`local a, b = ring(), ring() run(proc(function() run(proc(function() a:receive() b:send"x" end)) end):named"A", proc(function() b:receive() a:send"x" end):named"C")`,
			"A waits to receive from ring1 (0 of 64 messages); C waits to receive from ring2 (0 of 64 messages)"},
		{`run(loop(proc(function() run(sh"cat") end):named"A"))`, "A waits to read from pipe1"},
		{`run(loop(proc(function() io.write((sh"cat"):text()) end):named"A"))`, "A waits to read from pipe1"},
		{`run(proc(function() run(cmd("bash", "-c", "coproc cat; read x <&${COPROC[0]}")) end):named"A")`, "bash in A waits to read from a pipe from cat"},
		{`run(proc(function() cmd("bash", "-c", "coproc cat; read x <&${COPROC[0]}"):text() end):named"A")`, "bash in A waits to read from a pipe from cat"},
	}
	inner := map[string]string{
		"run":   `run(proc(function() e:wait() end):named"B")`,
		"job":   `start(proc(function() e:wait() end):named"B"):wait()`,
		"text":  `local t = proc(function() e:wait() end):named"B" t:text()`,
		"lines": `for l in (proc(function() e:wait() end):named"B"):lines() do end`,
	}
	var all sync.WaitGroup
	for _, row := range rows {
		for _, how := range inner {
			code := strings.ReplaceAll(row.code, "INNER", how)
			all.Go(func() {
				_, err := eval(t, code)
				if err == nil || !strings.Contains(err.Error(), "deadlock: no stage can go on") || !strings.Contains(err.Error(), row.want) {
					t.Errorf("%s:\ngot  %v\nwant %s", code, err, row.want)
				}
			})
			if code == row.code {
				break
			}
		}
	}
	all.Wait()
}

// TestNestedSlow has stages whose runs go on, though slowly.
func TestNestedSlow(t *testing.T) {
	rows := map[string]string{
		"process":   `run(proc(function() run("sleep 1.5") e:set() end), proc(function() e:wait() end))`,
		"job":       `run(proc(function() start("sleep 1.5"):wait() e:set() end), proc(function() e:wait() end))`,
		"limit":     `run(proc(function() start("sleep 100"):wait(1.5) e:set() end), proc(function() e:wait() end))`,
		"text":      `run(proc(function() sh"sleep 1.5":text() e:set() end), proc(function() e:wait() end))`,
		"stage":     `run(proc(function() run(proc(function() time.sleep(1.5) e:set() end)) end), proc(function() e:wait() end))`,
		"thread":    `run(proc(function() run(thread(function() time.sleep(1.5) e:set() end)) end), proc(function() e:wait() end))`,
		"relay":     `run(proc(function() run("sleep 1.5" | tee("cat", "cat")) e:set() end), proc(function() e:wait() end))`,
		"timeout":   `run(proc(function() run(proc(function() e:wait{timeout = 1.5} end)) e:set() end), proc(function() e:wait() end))`,
		"run limit": `run(proc(function() run(proc(function() e:wait() end), {timeout = 1.5, check = false, deadlock = "off"}) e:set() end), proc(function() time.sleep(2.5) e:wait() end))`,
		"restart":   `local n = shm{layout = "int n;"} run(proc(function() run(proc(function() if n:add("n", 1) == 0 then os.exit(1) end e:set() end):restart{on = "failure", backoff = "1500ms"}) end), proc(function() e:wait() end))`,
		"popen":     `run(proc(function() io.popen("sleep 1.5"):read("*a") e:set() end), proc(function() e:wait() end))`,
		"execute":   `run(proc(function() os.execute("sleep 1.5") e:set() end), proc(function() e:wait() end))`,
		"beside":    `run(proc(function() local j = start(proc(function() time.sleep(1.5) e:set() end)) e:wait() j:wait() end))`,
		"by name":   `run(proc(function() local j = start(proc(function() time.sleep(1.5) event("NAME"):set() end)) event("NAME"):wait() j:wait() end), proc(function() e:set() end))`,
		"nested":    `run(proc(function() run(proc(function() run(proc(function() time.sleep(1.5) e:set() end)) end)) end), proc(function() e:wait() end))`,
	}
	for name, code := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object, _ := shmName(t)
			code = "local e = event() " + strings.ReplaceAll(code, "NAME", strings.ReplaceAll(object, "/by_", "-")) + ` return "ok"`
			if got, err := eval(t, code); err != nil || got != "ok" {
				t.Errorf("%s: got %q, %v", code, got, err)
			}
		})
	}
}

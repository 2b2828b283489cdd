package script

import (
	"strings"
	"sync"
	"testing"
)

// nobodyElse are all channels and locks without a name, each waited at in every way. C is
// what is waited at. left says what only another party could do: that nobody is left who
// could is the end of each wait; it is empty where the wait ends with "closed", as a read of
// a pipe does whose last writer has left.
var nobodyElse = func() (list []struct{ make, wait, left string }) {
	const flood = `for i = 1, 1000 do C:send(("x"):rep(500)) end`
	for _, make := range []string{"ring{slots = 2}", "ring{slots = 0}", "queue{max = 2}", "mailbox{slots = 2}", "mailslot{}"} {
		kind := make[:strings.Index(make, "{")]
		list = append(list, []struct{ make, wait, left string }{
			{make, "return select(2, C:receive())", ""},
			{make, `for m in C:messages() do end return "closed"`, ""},
			{make, flood, "receive from " + kind + "()"}}...)
	}
	return append(list, []struct{ make, wait, left string }{
		{"semaphore(0)", "C:wait()", "post semaphore"},
		{`shm{layout = "sem_t s;"} C.s:init(0)`, "C.s:wait()", "post "},
		{"event()", "C:wait()", "set event"},
		{"barrier(2)", "C:wait()", "come to barrier"},
		{"condition()", "local m = mutex() m:lock() C:wait(m)", "signal condition"}}...)
}()

// TestNobodyElse has each party wait, without a limit, at what nobody else has.
func TestNobodyElse(t *testing.T) {
	parties := map[string]string{
		"the script":               "MAKE WAIT",
		"the script beside a job":  `local j = start(sh"sleep 100") MAKE WAIT`,
		"the script behind a job":  `MAKE start(proc(function() return tostring(C) end)):wait() WAIT`,
		"the script behind a wait": `local e = event() pcall(e.wait, e) MAKE WAIT`,
		"a stage":                  `MAKE return run(proc(function() WAIT end):named"A").stages[1].value`,
		"a stage that made it":     `return run(proc(function() MAKE WAIT end):named"A").stages[1].value`,
		"a thread":                 `MAKE return run(thread(function() WAIT end):named"A").stages[1].value`,
		"a thread that made it":    `return run(thread(function() MAKE WAIT end):named"A").stages[1].value`,
	}
	var all sync.WaitGroup
	for name, party := range parties {
		for _, row := range nobodyElse {
			code := strings.NewReplacer("MAKE", "local C = "+row.make, "WAIT", row.wait).Replace(party)
			all.Go(func() {
				got, err := eval(t, code)
				want := "nobody is left to " + row.left
				if !strings.HasPrefix(name, "the script") && !strings.HasPrefix(row.left, "receive") {
					verb, _, _ := strings.Cut(strings.Replace(row.left, "come to", "come", 1), " ")
					want = "and nobody goes on who could " + verb
				}
				switch {
				case row.left == "" && (err != nil || got != "closed"):
					t.Errorf("%s: %s: got %q, %v", name, code, got, err)
				case row.left != "" && (err == nil || !strings.Contains(err.Error(), want)):
					t.Errorf("%s: %s: got %q, %v; want %q", name, code, got, err, want)
				}
			})
		}
	}
	all.Wait()
}

// TestSomebodyIsToCome: what a stage has that is still to start, or to start again, is not
// left by all.
func TestSomebodyIsToCome(t *testing.T) {
	dir := t.TempDir()
	rows := map[string]string{
		"waits for a FIFO":       `local j = start(fifo("DIR/PARTY1", {create = true}) | PARTY(function() io.read("*a") e:set() end)) start("sleep 1.5 | cat" | fifo"DIR/PARTY1")`,
		"that nobody looks at":   `local j = start(fifo("DIR/PARTY2", {create = true}) | PARTY(function() io.read("*a") e:set() end), {deadlock = "off"}) start("sleep 1.5 | cat" | fifo"DIR/PARTY2")`,
		"sends to the script":    `local r = ring() local j = start(fifo("DIR/PARTY3", {create = true}) | PARTY(function() io.read("*a") r:send"x" end)) start("sleep 1.5 | cat" | fifo"DIR/PARTY3") assert(r:receive() == "x") e:set()`,
		"starts late":            `local r = ring() local j = start(fifo("DIR/PARTY5", {create = true}) | PARTY(function() io.read("*a") r:send"x" end)) start(cmd("sh", "-c", "sleep 1.5; : > DIR/PARTY5")) assert(r:receive() == "x") e:set()`,
		"sends to another stage": `local r = ring() local j = start(fifo("DIR/PARTY4", {create = true}) | PARTY(function() io.read("*a") r:send"x" end), PARTY(function() assert(r:receive() == "x") e:set() end)) start("sleep 1.5 | cat" | fifo"DIR/PARTY4")`,
		"is to be started again": `local n = shm{layout = "int n;"} local j = start(proc(function() if n:add("n", 1) == 0 then os.exit(1) end e:set() end):restart{on = "failure", backoff = "1500ms"})`,
	}
	for name, code := range rows {
		for _, party := range []string{"proc", "thread"} {
			t.Run(name+"/"+party, func(t *testing.T) {
				t.Parallel()
				code := "local e = event() " + strings.NewReplacer("DIR", dir, "PARTY", party).Replace(code) + ` e:wait() j:wait() return "ok"`
				if got, err := eval(t, code); err != nil || got != "ok" {
					t.Errorf("%s: got %q, %v", code, got, err)
				}
			})
		}
	}
}

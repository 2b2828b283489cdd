package script

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"weir/ipc"
	"weir/ipc/leak"
	"weir/runtime"
	"weir/runtime/plan"
	"weir/script/luaio"
	"weir/script/problem"
)

// circle runs what the code returns with its output fed back to its input. The
// Lua stages are Go programs with many threads.
func circle(t *testing.T, code string, change func(*plan.Plan, *runtime.Options)) (*started, *runtime.Result) {
	t.Helper()
	vm := newVM(t)
	values, err := vm.Eval("x.lua", code)
	if err != nil {
		t.Fatal(err)
	}
	n, ok := toNode(values[0])
	if !ok {
		t.Fatalf("%s is no topology", code)
	}
	lo := newLowering(vm)
	back := lo.top.newChannel(plan.Channel{Name: "back", Kind: ipc.KindPipe, Loop: true}, problem.Origin{})
	if err := lo.lower([]node{n}, surroundings{in: &attach{channel: back}, out: &attach{channel: back, mode: ipc.Write}}); err != nil {
		t.Fatal(err)
	}
	p, err := plan.Compile(&lo.top.Topology, runtime.ThisHost())
	if err != nil {
		t.Fatal(err)
	}
	p.Timeout = leak.Patience
	r := &started{vm: vm, lo: lo}
	var o runtime.Options
	if change != nil {
		change(p, &o)
	}
	if r.run, err = runtime.Start(context.Background(), p, o); err != nil {
		t.Fatal(err)
	}
	lo.stepAside()
	lo.connections.hangUp(true)
	lo.pipes.takeEnds(vm, r.run)
	out, err := r.run.Wait()
	if err != nil {
		t.Fatal(err)
	}
	lo.collect(r.run)
	return r, out
}

func TestDeadlockOfLuaStages(t *testing.T) {
	if leak.RaceDetector {
		t.Skip("the monitor of a Go program with the race detector wakes up every 10 ms: it may always go on")
	}
	for name, code := range map[string]string{
		"lines":    `return proc(function() for l in io.lines() do print(l) end end):named"first" | proc(function() io.read("*a") end)`,
		"one":      `return proc(function() print(io.read()) end):named"first"`,
		"writers":  `return proc(function() while true do io.write(("x"):rep(1000)) end end):named"first" | proc(function() while true do print"y" end end)`,
		"mixed":    `return cmd("cat"):named"first" | function() print(io.read(1)) end`,
		"filters":  `return cmd("cat"):named"first" | "grep x" | function() for l in io.lines() do print(l) end end | "tr a b"`,
		"popen":    `return proc(function() io.popen("cat"):read("*a") end):named"first"`,
		"execute":  `return proc(function() os.execute("cat") end):named"first" | "cat"`,
		"job":      `return proc(function() start(sh"cat"):wait() end):named"first"`,
		"collects": `return proc(function() for i = 1, 200 do local t = {} for k = 1, 1000 do t[k] = {} end end collectgarbage() print(io.read()) end):named"first"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, out := circle(t, code, nil)
			if out.Why != runtime.WhyDeadlock {
				t.Fatalf("%+v", out)
			}
			p := r.failure(out)
			if p.Why != runtime.WhyDeadlock || p.At.Line != 1 || !strings.Contains(p.Message, "first waits to") || !strings.Contains(p.Message, "back") {
				t.Errorf("%+v", p)
			}
		})
	}
}

// TestLuaStageThatGoesOn is slow: it is not told of.
func TestLuaStageThatGoesOn(t *testing.T) {
	for name, code := range map[string]string{
		"execute": `return proc(function() os.execute("sleep 1.5") print"x" end) | "cat"`,
		"popen":   `return proc(function() io.popen("sleep 1.5"):read("*a") end) | "cat"`,
		"thread":  `return thread(function() event():wait{timeout = 1.5} end) | "cat"`,
		"event":   `return proc(function() event():wait{timeout = 1.5} end) | "cat"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, out := circle(t, code, nil); out.Deadlock != nil {
				t.Errorf("%v", out.Deadlock)
			}
		})
	}
}

func TestDeadlockReport(t *testing.T) {
	if leak.RaceDetector {
		t.Skip("as above")
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	vm := newVM(t)
	vm.notices.Output = luaio.NewOutput(write, luaio.StandardError)
	said := &started{vm: vm, lo: newLowering(vm)}
	_, out := circle(t, `return cmd("cat"):named"first"`, func(p *plan.Plan, o *runtime.Options) {
		o.Deadlock, o.Told = runtime.DeadlockReport, said.tellDeadlock
		p.Timeout = 1500 * time.Millisecond
	})
	write.Close()
	text := make([]byte, 1000)
	n, _ := read.Read(text)
	if out.Why != runtime.WhyTimeout || !strings.HasPrefix(string(text[:n]), "weir: deadlock: no stage can go on: first waits to read from back, which is empty") {
		t.Errorf("%+v %q", out, text[:n])
	}
}

// TestDeadlockOfMessages has two stages receive first, and send first, over each kind of
// channel, and one wait for a message while it holds a mutex that its sender wants;
// programs wait by the relays that join them to one.
func TestDeadlockOfMessages(t *testing.T) {
	kinds := map[string]string{"ring": "ring{slots = 2}", "rendezvous": "ring{slots = 0}", "queue": "queue{max = 2}",
		"mailbox": "mailbox{slots = 2}", "mailslot": "mailslot{}"}
	rows := map[string]struct{ code, want string }{
		"receive": {`run(proc(function() a:receive() b:send"x" end):named"A", proc(function() b:receive() a:send"x" end):named"B")`, "A waits to receive from"},
		"send": {`local function flood(c) for i = 1, 1e6 do c:send(("x"):rep(500)) end end
			run(proc(function() flood(a) b:receive() end):named"A", proc(function() flood(b) a:receive() end):named"B")`, "A waits to send to"},
		"mutex": {`local m, e = mutex(), event()
			run(proc(function() m:lock() e:set() a:receive() end):named"A", proc(function() e:wait() m:lock() a:send"x" end):named"B")`, "B waits for mutex1, which A holds"},
		"chain":  {`run(a | sh"cat" | b, b | sh"tr a b" | a)`, "1 waits to receive from"},
		"nobody": {`run("yes" | a)`, "into KIND1 waits to send to KIND1 (it is full)"},
		"a job":  {`local j = start("yes" | concat(a, "wc -l")) j:wait()`, "into KIND1 waits to send to KIND1 (it is full)"},
		"full chain": {`local e = event() local function fill() for i = 1, 1e5 do print(("x"):rep(500)) end e:set() end
			run(proc(fill) | a, proc(function() e:wait() a:receive() end):named"A")`, "1 waits to send to"},
	}
	for kind, make := range kinds {
		for name, row := range rows {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				_, err := eval(t, "local a, b = "+make+", "+make+"\n"+row.code)
				want := strings.ReplaceAll(row.want, "KIND", make[:strings.Index(make, "{")])
				if err == nil || !strings.Contains(err.Error(), "deadlock: no stage can go on") || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v; want %q", err, want)
				}
			})
		}
	}
}

// TestDeadlockOfMailboxes has stages, threads, jobs and the script send to full mailboxes from
// which nobody receives any more, or yet; and some from which somebody does after a while.
func TestDeadlockOfMailboxes(t *testing.T) {
	const fill = "local function fill(to) for i = 1, 65 do to:send(i) end end local me\n"
	rows := []struct{ code, want string }{
		{`local p = PARTY(function() self():receive() end):named"P" fill(p)`, "send: nobody is left to receive from P's mailbox (64 of 64 messages)"},
		{`me = self() fill(me)`, "send: nobody is left to receive from the script's mailbox (64 of 64 messages)"},
		{`me = self() run(PARTY(function() fill(me) end):named"A")`, "A waits to send to the script's mailbox (64 of 64 messages)"},
		{`me = self() start(PARTY(function() fill(me) end):named"A"):wait()`,
			"A waits to send to the script's mailbox (64 of 64 messages); the script waits for the end of job 1"},
		{`run(PARTY(function() fill(self()) end):named"A")`, "A waits to send to A's mailbox (64 of 64 messages)"},
		{`local p = PARTY(function() self():receive() end):named"P" run(PARTY(function() fill(p) end):named"A")`, "A waits to send to P's mailbox (64 of 64 messages)"},
		{`local p = PARTY(function() self():receive() end):named"P" run(p, PARTY(function() fill(p) fill(p) end):named"A")`, "A waits to send to P's mailbox (64 of 64 messages)"},
		{`local a = PARTY(function() local m, b = self():receive() fill(b) end):named"A"
			run(a, PARTY(function() self() fill(a) fill(a) end):named"B")`,
			"A waits to send to B's mailbox (64 of 64 messages); B waits to send to A's mailbox (64 of 64 messages)"},
		{`local p = PARTY(function() for i = 1, 65 do self():receive() end end)
			local j = start(PARTY(function() fill(p) end)) time.sleep(1.5) start(p):wait() j:wait() return "ok"`, ""},
		{`local p = PARTY(function() time.sleep(1.5) for i = 1, 65 do self():receive() end end) local j = start(p) fill(p) j:wait() return "ok"`, ""},
		{`me = self() local j = start(PARTY(function() fill(me) end)) time.sleep(1.5) for i = 1, 65 do me:receive() end j:wait() return "ok"`, ""},
	}
	for _, row := range rows {
		for _, party := range []string{"proc", "thread"} {
			if party == "thread" && !strings.Contains(row.code, "PARTY") {
				continue
			}
			t.Run(party, func(t *testing.T) {
				t.Parallel()
				code := fill + strings.ReplaceAll(row.code, "PARTY", party)
				switch got, err := eval(t, code); {
				case row.want == "":
					if err != nil || got != "ok" {
						t.Errorf("%s: got %q, %v", code, got, err)
					}
				case err == nil || !strings.Contains(err.Error(), row.want):
					t.Errorf("%s:\ngot  %v\nwant %s", code, err, row.want)
				}
			})
		}
	}
}

// TestSlowMessages are slow, and no deadlock.
func TestSlowMessages(t *testing.T) {
	for name, code := range map[string]string{
		"sender":   `local r = ring{slots = 2} run(proc(function() time.sleep(1.5) r:send"x" end), proc(function() return r:receive() end)) return "ok"`,
		"receiver": `local r = ring{slots = 0} run(proc(function() r:send"x" end), proc(function() time.sleep(1.5) r:receive() end)) return "ok"`,
		"timeout":  `local a, b = ring{slots = 2}, ring{slots = 2} run(proc(function() a:receive{timeout = 1.5} b:send"x" end), proc(function() b:receive() end)) return "ok"`,
		"lock":     `local m, e = mutex(), event() run(proc(function() m:lock() e:set() time.sleep(1.5) m:unlock() end), proc(function() e:wait() m:lock() m:unlock() end)) return "ok"`,
		"mutual":   `local a, b = ring{slots = 2}, ring{slots = 2} run(proc(function() a:receive() b:send"x" end), proc(function() time.sleep(1.5) a:send"x" b:receive() end)) return "ok"`,
		"mailslot": `local m, r = mailslot{timeout = 1.5}, ring() run(m | sh"cat" | r, proc(function() for x in r:messages() do m:send(x) end end)) return "ok"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := eval(t, code); err != nil || got != "ok" {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// TestDeadlockOfTheScript has the script wait for its own jobs, which wait for it, and
// threads for each other.
func TestDeadlockOfTheScript(t *testing.T) {
	rows := []struct{ code, want string }{
		{`local p, e = pipe(), pipe() start(cmd("sh", "-c", "yes >&2; :"):named"A":err(e) | p) p:read("*a")`,
			"A waits to write to pipe2, which is full (262144 of 262144 bytes); the script waits to read from pipe1, which is empty (0 of 262144 bytes)"},
		{`local p, e = pipe(), pipe() start(cmd("sh", "-c", "yes >&2; :"):err(e) | p) p:read("*a")`, "let the script read pipe1 and pipe2 at the same time"},
		{`local p, q = pipe(), pipe() start(p | cmd("sh", "-c", "yes; cat"):named"A" | q) while true do p:write(("x"):rep(1e5)) end`, "the script waits to write to pipe1, which is full"},
		{`local p, q = pipe(), pipe() start(p | sh"cat":named"A" | q) while true do p:send(("x"):rep(1e5)) end`, "A waits to write to pipe2, which is full"},
		{`local p = pipe() start(p | sh"cat":named"A"):wait()`, "A waits to read from pipe1, which is empty (0 of 262144 bytes); the script waits for the end of job 1"},
		{`local p = pipe() start(sh"yes":named"A" | p):wait()`, "A waits to write to pipe1, which is full (262144 of 262144 bytes); the script waits for the end of job 1"},
		{`local p = pipe() start(p | sh"cat":named"A"):wait()`, "let the script do first what the job waits for"},
		{`local m = mutex() m:lock() start(PARTY(function() m:lock() end):named"A"):wait()`, "A waits for mutex1, which the script holds; the script waits for the end of job 1"},
		{`local s = semaphore(0) start(PARTY(function() s:wait() end):named"A"):wait()`, "A waits for semaphore1, and nobody goes on who could post it"},
		{`local e = event() start(PARTY(function() e:wait() end):named"A"):wait()`, "A waits for event1, and nobody goes on who could set it"},
		{`local c, m = condition(), mutex() start(PARTY(function() m:lock() c:wait(m) end):named"A"):wait()`, "A waits for condition1, and nobody goes on who could signal it"},
		{`local b = barrier(2) start(PARTY(function() b:wait() end):named"A"):wait()`, "A waits for barrier1, and nobody goes on who could come to it"},
		{`local s = shm{layout = "sem_t s;"} s.s:init(0) start(PARTY(function() s.s:wait() end):named"A"):wait()`, "A waits for a semaphore in shm1, and nobody goes on who could post it"},
		{`local a, b = ring(), queue() local j = start(PARTY(function() a:receive() b:send"x" end):named"A") start(PARTY(function() b:receive() a:send"x" end):named"B") j:wait()`,
			"A waits to receive from ring1 (0 of 64 messages)"},
		{`local a, b = ring(), ring{slots = 0} start(PARTY(function() a:receive() b:send"x" end):named"A") b:receive()`, "the script waits to receive from ring2 (a rendezvous, no sender is there)"},
		{`local m = mutex() m:lock(); (PARTY(function() m:lock() end):named"A"):text()`, "A waits for mutex1, which the script holds"},
		{`local p = pipe() local j = start(p | sh"cat":named"A") for l in sh"yes":lines() do j:wait() end`, "the script waits for the end of job 1"},
		{`local e, m = event(), mutex() m:lock() start(PARTY(function() m:lock() e:set() end):named"A") e:wait()`, "A waits for mutex1, which the script holds; the script waits for event1, and nobody goes on who could set it"},
		// The job is stopped while the script waits for it: that is no death that the script sees.
		{`local b = barrier(3) start(PARTY(function() b:wait() end):named"A") b:wait()`,
			"A waits for barrier1, and nobody goes on who could come to it; the script waits for barrier1"},
		{`local m, e, n = mutex(), event(), event() start(PARTY(function() m:lock() e:set() n:wait() end):named"A") e:wait() m:lock()`,
			"A waits for event2, and nobody goes on who could set it; the script waits for mutex1, which A holds"},
		{`local r, n = ring(), event() start(PARTY(function() n:wait() r:send"x" end):named"A") r:receive()`,
			"A waits for event1, and nobody goes on who could set it; the script waits to receive from ring1"},
		{`local r, n = ring(), event() start(PARTY(function() n:wait() r:receive() end):named"A") while true do r:send"x" end`,
			"A waits for event1, and nobody goes on who could set it; the script waits to send to ring1"},
		{`local c, m, n = condition(), mutex(), event() start(PARTY(function() n:wait() c:signal() end):named"A") m:lock() c:wait(m)`,
			"A waits for event1, and nobody goes on who could set it; the script waits for condition1"},
		{`local m, e = mutex(), event() local j = start(proc(function() m:lock() e:set() time.sleep(100) end)) e:wait()
			start(cmd("sh", "-c", "sleep 0.5; kill -9 " .. j:stages()[1].pid))
			local _, why = m:lock() assert(why == "abandoned") assert(not pcall(j.wait, j)) return "ok"`, ""},
		{`local p = pipe() start(p | sh"cat") p:close() return "ok"`, ""},
		{`local p, e = pipe(), pipe() start(cmd("sh", "-c", "sleep 1.5; echo x"):err(e) | p) return p:read("*a"):sub(1, 0) .. "ok"`, ""},
		{`local p, q = pipe{capacity = 4096}, pipe() start(p | cmd("sh", "-c", "sleep 1.5; head -c 60000 >/dev/null; echo ok") | q) p:write(("x"):rep(60000)) return q:read("l")`, ""},
		{`local p, q = pipe{capacity = 4096}, pipe() local j = start(p | cmd("sh", "-c", "yes; :"):named"A" | q) p:write(("x"):rep(60000)) q:read("l") j:wait()`, "the script waits to write to pipe1, which is full"},
		{`local e = event() local j = start(PARTY(function() e:wait() end)) time.sleep(1.5) e:set() j:wait() return "ok"`, ""},
		{`local e = event() start(PARTY(function() time.sleep(1.5) e:set() end)) e:wait() return "ok"`, ""},
		{`local r = ring() local j = start(PARTY(function() r:receive() end)) for l in sh"sleep 1.5":lines() do end r:send"x" j:wait() return "ok"`, ""},
	}
	var all sync.WaitGroup
	for _, row := range rows {
		for _, party := range []string{"proc", "thread"} {
			if party == "thread" && !strings.Contains(row.code, "PARTY") {
				continue
			}
			code := strings.ReplaceAll(row.code, "PARTY", party)
			all.Go(func() {
				switch got, err := eval(t, code); {
				case row.want == "":
					if err != nil || got != "ok" {
						t.Errorf("%s: got %q, %v", code, got, err)
					}
				case err == nil || !strings.Contains(err.Error(), "deadlock: no stage can go on") || !strings.Contains(err.Error(), row.want):
					t.Errorf("%s:\ngot  %v\nwant %s", code, err, row.want)
				}
			})
		}
	}
	all.Wait()
}

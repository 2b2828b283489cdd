package script

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"weir/ipc"
	"weir/ipc/leak"
	"weir/runtime"
	"weir/script/luaio"
)

// circle runs what the code returns with its output fed back to its input. The
// Lua stages are Go programs with many threads.
func circle(t *testing.T, code string, change func(*runtime.Plan)) (*started, *runtime.Result) {
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
	back := lo.newChannel(runtime.Channel{Name: "back", Kind: ipc.KindPipe, Loop: true}, origin{})
	if err := lo.lower([]node{n}, surroundings{in: &attach{channel: back}, out: &attach{channel: back, mode: ipc.Write}}); err != nil {
		t.Fatal(err)
	}
	plan, err := runtime.Compile(&lo.top, runtime.ThisHost())
	if err != nil {
		t.Fatal(err)
	}
	plan.Timeout = leak.Patience
	r := &started{vm: vm, lo: lo}
	if change != nil {
		change(plan)
	}
	if r.run, err = runtime.Start(context.Background(), plan, nil); err != nil {
		t.Fatal(err)
	}
	lo.stepAside()
	lo.hangUp()
	lo.takeEnds(r.run)
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
		"collects": `return proc(function() for i = 1, 200 do local t = {} for k = 1, 1000 do t[k] = {} end end collectgarbage() print(io.read()) end):named"first"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, out := circle(t, code, nil)
			if out.Why != runtime.WhyDeadlock {
				t.Fatalf("%+v", out)
			}
			p := r.failure(out)
			if p.why != runtime.WhyDeadlock || p.at.line != 1 || !strings.Contains(p.message, "first waits to") || !strings.Contains(p.message, "back") {
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
		"thread":  `return thread(function() io.read() end):timeout"1s" | "cat"`,
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
	vm.notices = luaio.NewOutput(write, luaio.StandardError)
	said := &started{vm: vm, lo: newLowering(vm)}
	_, out := circle(t, `return cmd("cat"):named"first"`, func(p *runtime.Plan) {
		p.Deadlock, p.Told = runtime.DeadlockReport, said.tellDeadlock
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
// channel, and one wait for a message while it holds a mutex that its sender wants.
func TestDeadlockOfMessages(t *testing.T) {
	kinds := map[string]string{"ring": "ring{slots = 2}", "rendezvous": "ring{slots = 0}", "queue": "queue{max = 2}",
		"mailbox": "mailbox{slots = 2}", "mailslot": "mailslot{}"}
	rows := map[string]struct{ code, want string }{
		"receive": {`run(proc(function() a:receive() b:send"x" end):named"A", proc(function() b:receive() a:send"x" end):named"B")`, "A waits to receive from"},
		"send": {`local function flood(c) for i = 1, 1e6 do c:send(("x"):rep(500)) end end
			run(proc(function() flood(a) b:receive() end):named"A", proc(function() flood(b) a:receive() end):named"B")`, "A waits to send to"},
		"mutex": {`local m, e = mutex(), event()
			run(proc(function() m:lock() e:set() a:receive() end):named"A", proc(function() e:wait() m:lock() a:send"x" end):named"B")`, "B waits for mutex1, which A holds"},
	}
	for kind, make := range kinds {
		for name, row := range rows {
			t.Run(kind+"/"+name, func(t *testing.T) {
				t.Parallel()
				_, err := eval(t, "local a, b = "+make+", "+make+"\n"+row.code)
				if err == nil || !strings.Contains(err.Error(), "deadlock: no stage can go on") || !strings.Contains(err.Error(), row.want) {
					t.Errorf("got %v; want %q", err, row.want)
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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := eval(t, code); err != nil || got != "ok" {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

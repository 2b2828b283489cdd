package command

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// watched takes weir past its first millisecond, in which a signal ends it as it
// ends any program.
const watched = `run("true") `

// endless are scripts that say ready and then go on for ever.
var endless = []struct{ name, script string }{
	{"loop", watched + `io.stderr:write("ready\n") while true do end`},
	{"loop at once", `io.stderr:write("ready\n") while true do end`},
	{"pcall", watched + `io.stderr:write("ready\n") while true do pcall(function() while true do end end) end`},
	{"pcall of error", watched + `io.stderr:write("ready\n") while true do pcall(error, "x") end`},
	{"caught again", watched + `io.stderr:write("ready\n") repeat until not pcall(function() while true do error("x") end end) and false`},
	{"string.rep", watched + `io.stderr:write("ready\n") while true do string.rep("x", 1e6) end`},
	{"coroutine", watched + `io.stderr:write("ready\n") local f = coroutine.wrap(function() while true do coroutine.yield() end end) while true do f() end`},
	{"pattern", watched + `io.stderr:write("ready\n") string.find(("a"):rep(40), ("a*"):rep(30) .. "b")`},
	{"run", `run(cmd("sh", "-c", "echo ready >&2; sleep 100"))`},
	{"caught run", `pcall(run, cmd("sh", "-c", "echo ready >&2; sleep 100")) while true do end`},
	{"lua stage", `run(function() io.stderr:write("ready\n") while true do end end)`},
	{"thread", `run(thread(function() io.stderr:write("ready\n") while true do end end))`},
	{"text", `cmd("sh", "-c", "echo ready >&2; sleep 100"):text()`},
	{"lines", `for l in cmd("sh", "-c", "echo ready >&2; yes"):lines() do end`},
	{"job", `start(cmd("sh", "-c", "echo ready >&2; sleep 100")) while true do end`},
	{"waiting for a job", `start(cmd("sh", "-c", "echo ready >&2; sleep 100")):wait()`},
	{"semaphore", watched + `local s = semaphore(0) io.stderr:write("ready\n") s:wait()`},
	{"mutex", watched + `local m, e = mutex(), event() start(proc(function() m:lock() e:set() os.execute("sleep 100") end)) e:wait() io.stderr:write("ready\n") m:lock()`},
	{"barrier", watched + `io.stderr:write("ready\n") barrier(2):wait()`},
	{"receive", watched + `local q = queue(os.getenv"WEIR_TEST_TOKEN") io.stderr:write("ready\n") q:receive()`},
	{"receive of a ring", watched + `local r = ring(os.getenv"WEIR_TEST_TOKEN") io.stderr:write("ready\n") r:receive()`},
	{"send", watched + `local q = queue(os.getenv"WEIR_TEST_TOKEN", {max = 1}) q:send("x") io.stderr:write("ready\n") q:send("x")`},
	{"rendezvous", watched + `local r = ring(os.getenv"WEIR_TEST_TOKEN", {slots = 0}) io.stderr:write("ready\n") r:send("x")`},
	{"accept", watched + `local s = socket("tcp:0", {listen = true}) io.stderr:write("ready\n") s:read("l")`},
	{"accept of packets", watched + `local s = socket("unixpacket:" .. os.getenv"WEIR_TEST_TOKEN", {listen = true}) io.stderr:write("ready\n") s:receive()`},
	{"listen", watched + `local j = start(listen("tcp:0", "cat")) io.stderr:write("ready\n") j:wait()`},
	{"a stage that receives", `run(proc(function() local q = queue(os.getenv"WEIR_TEST_TOKEN") io.stderr:write("ready\n") q:receive() end))`},
	{"a relay that receives", `run(queue(os.getenv"WEIR_TEST_TOKEN") | "cat", cmd("sh", "-c", "echo ready >&2"))`},
	{"semaphore with a time", watched + `io.stderr:write("ready\n") pcall(function() semaphore(0):wait{timeout = "1h"} end) while true do end`},
	{"condition", watched + `local m = mutex() m:lock() io.stderr:write("ready\n") condition():wait(m)`},
	{"condition whose mutex is not given back", watched + `local m, c = mutex(), condition() m:lock()
		start(function() m:lock() io.stderr:write("ready\n") semaphore(0):wait() end) while true do c:wait(m, {timeout = 0.05}) end`},
	{"event", watched + `io.stderr:write("ready\n") event():wait()`},
	{"event in a stage", `run(thread(function() io.stderr:write("ready\n") event():wait() end), function() mutex():lock() semaphore(0):wait() end)`},
	{"stages that called setsid", `run(cmd("sh", "-c", "setsid sh -c 'echo ready >&2; sleep 100' & sleep 100"))`},
}

// soon is how long a script may go on after a signal. What a busy machine adds is
// seldom there three times.
const (
	soon  = time.Second
	tries = 3
)

func TestInterrupt(t *testing.T) {
	signals := map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129, syscall.SIGQUIT: 131}
	for i, row := range endless {
		for sig, status := range signals {
			// All signals for the first and for a run; the others take turns.
			if row.name != "loop" && row.name != "run" && sig != syscall.SIGINT {
				continue
			}
			t.Run(row.name+" "+sig.String(), func(t *testing.T) {
				token := fmt.Sprintf("interrupt-%d-%d-%d", os.Getpid(), i, sig)
				var took time.Duration
				for range tries {
					c := weir(t, "-e", row.script)
					c.Env = append(c.Env, "WEIR_TEST_TOKEN="+token)
					took = interrupt(t, c, sig, status)
					gone(t, token)
					if took <= soon {
						return
					}
				}
				t.Errorf("it goes on for %v, %d times; %v is what is meant", took, tries, soon)
			})
		}
	}
}

// interrupt starts a script, signals it when it is ready, and tells how long it
// went on.
func interrupt(t *testing.T, c *exec.Cmd, sig syscall.Signal, status int) time.Duration {
	t.Helper()
	said := speaking(t, c)
	if line, err := said.ReadString('\n'); line != "ready\n" {
		t.Fatalf("it said %q, %v", line, err)
	}
	begun := time.Now()
	c.Process.Signal(sig)
	var rest strings.Builder
	said.WriteTo(&rest)
	c.Wait()
	took := time.Since(begun)
	got := c.ProcessState.ExitCode()
	if w, ok := c.ProcessState.Sys().(syscall.WaitStatus); ok && w.Signaled() && w.Signal() == sig {
		got = 128 + int(sig) // before weir watched: nothing had been started
	}
	if got != status {
		t.Errorf("status %d after %v, not %d\n%s", got, took, status, &rest)
	}
	if strings.Contains(rest.String(), "goroutine") {
		t.Errorf("a trace of Go's:\n%s", &rest)
	}
	return took
}

// TestOutOfMemory lets a Lua stage allocate without bound: it dies alone, weir
// says so in its own words, and the rest of the run comes to its end.
func TestOutOfMemory(t *testing.T) {
	const script = `run(function() local t = {} while true do t[#t + 1] = ("x"):rep(1e6) .. #t end end | "cat", "seq 3")`
	token := fmt.Sprintf("memory-%d", os.Getpid())
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("bash", "-c", `ulimit -v 2000000; exec "$0" -e "$1"`, exe, script)
	c.Env = append(os.Environ(), playEnv+"=1", "WEIR_TEST_TOKEN="+token)
	got := finish(t, c)
	if got.status != 1 || got.stdout != "1\n2\n3\n" {
		t.Errorf("status %d, output %q\n%s", got.status, got.stdout, got.stderr)
	}
	if !strings.HasPrefix(got.stderr, "-e:1: not enough memory (in stage proc@1)\n") || strings.Contains(got.stderr, "goroutine") {
		t.Errorf("it says\n%s", got.stderr)
	}
	gone(t, token)
}

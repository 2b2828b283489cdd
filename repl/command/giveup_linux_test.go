package command

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// giveUps are waits that nothing ends but an interruption: what comes before one, and the
// wait. T is a name of its own.
var giveUps = []struct{ name, before, wait string }{
	{"read all of a pipe", feeds + `| p)`, `p:read("*a")`},
	{"read lines of a pipe", feeds + `| p)`, `repeat until not p:read("*l")`},
	{"read bytes of a pipe", feeds + `| p)`, `p:read(1000)`},
	{"read a number of a pipe", `local p = pipe() local j = start(cmd("sh", "-c", "printf 12; exec sleep 100") | p)`, `p:read("*n")`},
	{"lines of a pipe", feeds + `| p)`, `for l in p:lines() do end`},
	{"receive of a pipe", feeds + `| p)`, `repeat until not p:receive()`},
	{"receive of a pipe with a time", feeds + `| p)`, `repeat until not p:receive{timeout = "1h"}`},
	{"messages of a pipe", feeds + `| p)`, `for m in p:messages() do end`},
	{"write to a pipe", drains, `while p:write("xxxxxxx\n") do end`},
	{"send to a pipe", drains, `while p:send("xxxxxxx") do end`},
	{"send to a pipe with a time", drains, `while p:send("xxxxxxx", {timeout = "1h"}) do end`},
	{"open a FIFO", `run(cmd("mkfifo", T)) local f = fifo(T)`, `f:read("*a")`},
	{"read a FIFO", `local f = fifo(T) local j = start("sleep 100" | f)`, `f:read("*a")`},
	{"io.open of a FIFO", `run(cmd("mkfifo", T))`, `io.open(T)`},
	{"io.open of a FIFO to write", `run(cmd("mkfifo", T))`, `io.open(T, "w")`},
	{"io.lines of a FIFO", `run(cmd("mkfifo", T)) local j = start(cmd("sh", "-c", "exec 3>" .. T .. "; exec sleep 100"))`, `for l in io.lines(T) do end`},
	{"io.read", ``, `io.read("*a")`},
	{"io.read of a number", ``, `io.read("*n")`},
	{"io.lines", ``, `for l in io.lines() do end`},
	{"io.stdin", ``, `io.stdin:read(10)`},
	{"io.blocks", ``, `for b in io.blocks() do end`},
	{"popen read", `local f = io.popen("echo one; exec sleep 100")`, `f:read("*a")`},
	{"popen lines", `local f = io.popen("echo one; exec sleep 100")`, `for l in f:lines() do end`},
	{"popen close", `local f = io.popen("exec sleep 100")`, `f:close()`},
	{"popen write", `local f = io.popen("exec sleep 100", "w")`, `while f:write("xxxxxxx\n") do end`},
	{"os.execute", ``, `os.execute("exec sleep 100")`},
	{"accept", `local s = socket("unix:" .. T, {listen = true})`, `s:read("*a")`},
	{"read a socket", `local s, c = socket("unix:" .. T, {listen = true}), socket("unix:" .. T) c:write("one\n") c:flush()`, `for l in s:lines() do end`},
	{"receive of a socket", `local s, c = socket("unix:" .. T, {listen = true}), socket("unix:" .. T) c:send("one")`, `for m in s:messages() do end`},
	{"write to a socket", `local s, c = socket("unix:" .. T, {listen = true}), socket("unix:" .. T) c:send("one") s:receive()`, `while c:send(("x"):rep(1e5)) do end`},
	{"datagrams", `local s = socket("unixgram:" .. T, {listen = true})`, `s:receive()`},
	{"datagrams with a time", `local s = socket("udp:127.0.0.1:0", {listen = true})`, `s:receive{timeout = "1h"}`},
	{"packets", `local s = socket("unixpacket:" .. T, {listen = true})`, `s:receive()`},
	{"ring", `local r = ring(N)`, `r:receive()`},
	{"ring with a time", `local r = ring(N)`, `r:receive{timeout = "1h"}`},
	{"ring that a job fills", `local r = ring{slots = 4} local j = start(proc(function() r:send("x") time.sleep(100) end))`, `for m in r:messages() do end`},
	{"ring that a job empties", `local r = ring{slots = 1} local j = start(proc(function() r:receive() time.sleep(100) end))`, `while r:send("x") do end`},
	{"ring that a stage fills", `local r = ring{slots = 4} local j = start("sleep 100" | r)`, `for m in r:messages() do end`},
	{"ring, many", `local r = ring(N)`, `r:receive_all(10)`},
	{"rendezvous", `local r = ring(N, {slots = 0})`, `r:send("x")`},
	{"queue", `local q = queue("/" .. N)`, `for m in q:messages() do end`},
	{"queue that is full", `local q = queue("/" .. N, {max = 1}) q:send("x")`, `q:send("y")`},
	{"queue that is full, with a time", `local q = queue("/" .. N, {max = 1}) q:send("x")`, `q:send("y", {timeout = "1h"})`},
	{"mailbox", `local b = mailbox(N)`, `b:receive()`},
	{"mailslot", `local b = mailslot(N)`, `b:receive()`},
	{"self", `local me = self() local j = start(proc(function() time.sleep(100) me:send("x") end))`, `me:receive()`},
	{"semaphore", `local s = semaphore(0)`, `s:wait()`},
	{"semaphore with a time", `local s = semaphore(0)`, `s:wait{timeout = "1h"}`},
	{"semaphore in a region", `local m = shm(nil, {layout = "sem_t s;"}) m.s:init(0)`, `m.s:wait()`},
	{"mutex", held, `m:lock()`},
	{"mutex with a time", held, `m:lock{timeout = "1h"}`},
	{"condition", `local m, c = mutex(), condition() m:lock()`, `c:wait(m)`},
	{"condition with a time", `local m, c = mutex(), condition() m:lock()`, `c:wait(m, {timeout = "1h"})`},
	{"barrier", `local b = barrier(2)`, `b:wait()`},
	{"event", `local e = event()`, `e:wait()`},
	{"event with a time", `local e = event()`, `e:wait{timeout = "1h"}`},
	{"time.sleep", ``, `time.sleep(100)`},
	{"job", `local j = start("sleep 100")`, `j:wait()`},
	{"job with a time", `local j = start("sleep 100")`, `j:wait("1h")`},
	{"job that is not checked", `local j = start("sleep 100")`, `j:wait{check = false}`},
	{"run", ``, `run("sleep 100")`},
	{"run that is not checked", ``, `run("sleep 100", {check = false})`},
	{"text", ``, `sh"sleep 100":text()`},
	{"text that is not checked", ``, `cmd("sh", "-c", "echo one; exec sleep 100"):text{check = false}`},
	{"lines", ``, `for l in sh"sleep 100":lines() do end`},
	{"lines that are not checked", ``, `for l in cmd("sh", "-c", "echo one; printf two; exec sleep 100"):lines{check = false} do end`},
	{"lines outside of a loop", `local next = sh"sleep 100":lines()`, `next()`},
}

const (
	feeds  = `local p = pipe() local j = start(cmd("sh", "-c", "echo one; printf two; exec sleep 100") `
	drains = `local p = pipe() local j = start(p | "sleep 100")`
	held   = `local m, e = mutex(), event() start(proc(function() m:lock() e:set() time.sleep(100) end)) e:wait()`
)

// places are where a wait may stand: %[1]s comes before it, %[2]s is the wait.
var places = []struct{ name, script, says string }{
	{"script", `run("true") %[1]s io.stderr:write("ready\n") %[2]s print("went on")`, "^$"},
	{"pcall", `run("true") %[1]s io.stderr:write("ready\n") print(pcall(function() %[2]s end)) pcall(time.sleep, 100) print(pcall(run, "true"))`,
		`^false\t-e:1: interrupted\nfalse\t-e:1: interrupted\n$`},
	{"coroutine", `run("true") %[1]s io.stderr:write("ready\n") print(coroutine.resume(coroutine.create(function() %[2]s end)))`, `^false\t-e:1: interrupted\n$`},
	{"process", `run(proc(function() %[1]s io.stderr:write("ready\n") %[2]s io.stderr:write("went on\n") end), {deadlock = "off"}) print("went on")`, "^$"},
	{"thread", `run(thread(function() %[1]s io.stderr:write("ready\n") %[2]s io.stderr:write("went on\n") end), {deadlock = "off"}) print("went on")`, "^$"},
}

// TestGiveUp: an interruption ends every wait, wherever it stands, and none takes it for
// the end of what it waits for.
func TestGiveUp(t *testing.T) {
	signals := []struct {
		signal syscall.Signal
		status int
	}{{syscall.SIGINT, 130}, {syscall.SIGTERM, 143}}
	for i, row := range giveUps {
		for k, place := range places {
			for _, s := range signals[:1+(i+k)%2] {
				t.Run(row.name+"/"+place.name+"/"+s.signal.String(), func(t *testing.T) {
					name := fmt.Sprintf("weir-giveup-%d-%d-%d-%d", os.Getpid(), i, k, s.signal)
					path := t.TempDir() + "/t"
					before := fmt.Sprintf("local T, N = %q, %q ", path, name) + row.before
					c := weir(t, "-e", fmt.Sprintf(place.script, before, row.wait))
					in, err := c.StdinPipe()
					if err != nil {
						t.Fatal(err)
					}
					defer in.Close()
					var out strings.Builder
					c.Stdout = &out
					said := speaking(t, c)
					if line, err := said.ReadString('\n'); line != "ready\n" {
						t.Fatalf("it said %q, %v", line, err)
					}
					c.Process.Signal(s.signal)
					var rest strings.Builder
					said.WriteTo(&rest)
					c.Wait()
					if status := c.ProcessState.ExitCode(); status != s.status {
						t.Errorf("status %d, not %d", status, s.status)
					}
					if ok, _ := regexp.MatchString(place.says, out.String()); !ok || strings.Contains(rest.String(), "went on") {
						t.Errorf("it wrote %q, and %q to standard error", &out, &rest)
					}
				})
			}
		}
	}
}

// brokenOffs are ways in which a channel of the script's ends before its time: the script,
// and what the error says.
var brokenOffs = []struct {
	name, script string
	status       int
	says         string
}{
	{"read all", slow + `start(cmd("sh", "-c", "echo one; printf two; exec sleep 100") | p, once) print(p:read("*a"))`, 124, "took longer than 300ms"},
	{"lines", slow + `start(cmd("sh", "-c", "echo one; printf two; exec sleep 100") | p, once) for l in p:lines() do assert(l == "one") end`, 124, "took longer than 300ms"},
	{"receive", slow + `start(cmd("sh", "-c", "echo one; printf two; exec sleep 100") | p, once) for m in p:messages() do assert(m == "one") end`, 124, "took longer than 300ms"},
	{"receive with a time", slow + `start("sleep 100" | p, once) p:receive{timeout = "1h"}`, 124, "took longer than 300ms"},
	{"write", slow + `start(p | "sleep 100", once) while p:write("xxxxxxx\n") do end`, 124, "took longer than 300ms"},
	{"send", slow + `start(p | "sleep 100", once) while p:send("xxxxxxx") do end`, 124, "took longer than 300ms"},
	{"FIFO", slow + `run("mkfifo f") start("sleep 100" | fifo"f", once) fifo"f":read("*a")`, 124, "took longer than 300ms"},
	{"ring", slow + `local r = ring{slots = 4} start(proc(function() r:send("x") time.sleep(100) end), once) for m in r:messages() do end`, 124, "took longer than 300ms"},
	{"ring, by a relay", slow + `local r = ring{slots = 4} start("sleep 100" | r, once) for m in r:messages() do end`, 124, "took longer than 300ms"},
	{"ring with a name", slow + `local r = ring("weir-broken-" .. sys.pid()) start("sleep 100" | r, once) for m in r:messages() do end`, 124, "took longer than 300ms"},
	{"ring that is full", slow + `local r = ring{slots = 1} start(proc(function() r:receive() time.sleep(100) end), once) while r:send("x") do end`, 124, "took longer than 300ms"},
	{"queue", slow + `local q = queue() start(proc(function() q:send("x") time.sleep(100) end), once) for m in q:messages() do end`, 124, "took longer than 300ms"},
	{"mailbox", slow + `local b = mailbox() start(proc(function() b:send("x") time.sleep(100) end), once) for m in b:messages() do end`, 124, "took longer than 300ms"},
	{"the time of a stage", slow + `start(sh"sleep 100":timeout"300ms" | p) p:read("*a")`, 124, "sleep took longer than 300ms"},
	{"text", `cmd("sh", "-c", "echo one; exec sleep 100"):text{timeout = "300ms"}`, 124, "took longer than 300ms"},
	{"lines of a topology", `for l in cmd("sh", "-c", "echo one; printf two; exec sleep 100"):lines{timeout = "300ms"} do assert(l == "one") end`, 124, "took longer than 300ms"},
	{"in a coroutine", slow + `start("sleep 100" | p, once) coroutine.wrap(function() p:read("*a") end)()`, 124, "took longer than 300ms"},
	{"in a stage", `run(proc(function() ` + slow + ` start("sleep 100" | p, once) p:read("*a") end))`, 1, "took longer than 300ms and was stopped (in stage"},
	{"caught", slow + `start("sleep 100" | p, once) print(pcall(p.read, p, "*a")) print(p:read("*a") == "")`, 0, ""},
	{"a signal", slow + `start(cmd("sh", "-c", "echo one; kill -9 $$") | p) p:read("*a")`, 1, "sh was ended by SIGKILL"},
	{"a signal in the middle", slow + `start(cmd("sh", "-c", "echo one; kill -9 $$") | "cat" | p) p:read("*a")`, 1, "sh was ended by SIGKILL"},
	{"a status", slow + `start(cmd("sh", "-c", "echo one; exit 3") | "cat" | p) p:read("*a")`, 1, "sh exited with status 3"},
	{"an error", slow + `start(proc(function() print("one") error("no more") end) | p) p:read("*a")`, 1, "no more (in stage proc@1)"},
	{"a deadlock", slow + `local a, b = pipe(), pipe() start(proc(function() a:receive() b:send("x") end), proc(function() b:receive() a:send("x") end), "sleep 100" | p) p:read("*a")`, 1, "deadlock"},
	{"not checked", slow + `start(cmd("sh", "-c", "echo one; exit 3") | p, {check = false}) io.write(p:read("*a"))`, 0, ""},
	{"waited for", slow + `local j = start(cmd("sh", "-c", "echo one; exit 3") | p) j:wait{check = false} io.write(p:read("*a"))`, 0, ""},
	{"killed by the script", slow + `local j = start("sleep 100" | p) j:kill() io.write(p:read("*a"))`, 0, ""},
	{"a reader that has enough", slow + `local j = start(p | "true") while p:send("x") do end`, 1, "broken pipe"},
}

const slow = `local p, once = pipe(), {timeout = "300ms"} `

// TestBrokenOff: what a job leaves unfinished, because it was stopped or has failed, is not
// taken for the whole.
func TestBrokenOff(t *testing.T) {
	for _, row := range brokenOffs {
		t.Run(row.name, func(t *testing.T) {
			c := weir(t, "-e", row.script)
			c.Dir = t.TempDir()
			got := finish(t, c)
			if got.status != row.status || !strings.Contains(got.stderr, row.says) || row.says == "" && got.stderr != "" {
				t.Errorf("status %d, not %d; it says\n%s", got.status, row.status, got.stderr)
			}
		})
	}
}

// TestBrokenOffByName walks the channels that outsiders may use as well: when the only one
// of weir's at the other side was stopped, the script does not wait on for outsiders, and
// gets first what was sent.
func TestBrokenOffByName(t *testing.T) {
	for _, kind := range []string{"ring", "queue", "mailslot"} {
		for _, row := range []struct{ name, script string }{
			{"a writer that wrote nothing", `start(proc(function() time.sleep(100) c:send("x") end), once) for m in c:messages() do end`},
			{"a writer that wrote", `start(proc(function() c:send("x") time.sleep(100) end), once) assert(c:receive() == "x") c:receive()`},
			{"a writer that wrote, late", `local j = start(proc(function() c:send("x") time.sleep(100) end), once) j:wait{check = false} assert(c:receive() == "x") start(proc(function() time.sleep(100) c:send("y") end), once) c:receive()`},
			{"a relay that writes", `start("sleep 100" | c, once) for m in c:messages() do end`},
			{"a reader that read", `start(proc(function() c:receive() time.sleep(100) end), once) while c:send("x") do end`},
			{"a reader that read nothing", `start(proc(function() time.sleep(100) c:receive() end), once) while c:send("x") do end`},
			{"a relay that reads", `start(c | sh"sleep 100", once) while c:send(("x"):rep(400)) do end`},
		} {
			t.Run(kind+"/"+row.name, func(t *testing.T) {
				c := weir(t, "-e", fmt.Sprintf(`local c, once = %s("weir-broken-%d"), {timeout = "300ms"} `, kind, os.Getpid())+row.script)
				c.Dir = t.TempDir()
				if got := finish(t, c); got.status != 124 || !strings.Contains(got.stderr, "took longer than 300ms") {
					t.Errorf("status %d; it says\n%s", got.status, got.stderr)
				}
			})
		}
	}
}

// TestBrokenOffConnection walks the connections between the script and a job: what a job
// leaves unfinished there is not taken for the whole either.
func TestBrokenOffConnection(t *testing.T) {
	const fails, lasts = `cmd("sh", "-c", "echo part; exit 3")`, `cmd("sh", "-c", "echo part; exec sleep 100")`
	for _, address := range []string{"unix:s", "unixpacket:s", "tcp:0"} {
		for _, row := range []struct {
			name, script string
			status       int
			says         string
		}{
			{"it fails", `start(` + fails + ` | socket(A)) print(S:receive()) S:receive()`, 1, "sh exited with status 3"},
			{"it takes too long", `start(` + lasts + ` | socket(A), {timeout = "300ms"}) for m in S:messages() do print(m) end`, 124, "took longer than 300ms"},
			{"a long receive", `start(` + fails + ` | socket(A)) print(S:receive{timeout = "1h"}) S:receive{timeout = "1h"}`, 1, "sh exited with status 3"},
			{"it is not checked", `start(` + fails + ` | socket(A), {check = false}) for m in S:messages() do print(m) end`, 0, ""},
			{"another job fails", `start(cmd"false", {check = false}) start("echo part" | socket(A)) for m in S:messages() do print(m) end`, 0, ""},
		} {
			t.Run(address+" "+row.name, func(t *testing.T) {
				c := weir(t, "-e", fmt.Sprintf(`S = socket(%q, {listen = true}) local A = tostring(S):match('"(.-)"') `, address)+row.script)
				c.Dir = t.TempDir()
				got := finish(t, c)
				if got.status != row.status || got.stdout != "part\n" || !strings.Contains(got.stderr, row.says) || row.says == "" && got.stderr != "" {
					t.Errorf("status %d, not %d; it wrote %q, and says\n%s", got.status, row.status, got.stdout, got.stderr)
				}
			})
		}
	}
}

// TestGiveUpAtTerminal has the terminal's Ctrl-C end waits.
func TestGiveUpAtTerminal(t *testing.T) {
	for _, row := range giveUps {
		switch row.name {
		case "lines of a pipe", "io.read", "io.lines", "ring that a job fills", "popen read", "job that is not checked", "run that is not checked",
			"text that is not checked", "lines that are not checked", "mutex", "time.sleep", "os.execute", "io.open of a FIFO":
			t.Run(row.name, func(t *testing.T) {
				home := t.TempDir()
				s := sit(t, 200, 24, home, nil, "-e", fmt.Sprintf(`run("true") local T, N = %q, "" `, home+"/t")+row.before+` print("ready") io.stdout:flush() `+row.wait+` print("went on")`)
				s.shows("ready")
				s.keys("\x03")
				if status := s.ends(); status != 130 {
					t.Errorf("status %d", status)
				}
				if screen := s.model.Text(false); strings.Contains(screen, "went on") {
					t.Errorf("the screen is\n%s", screen)
				}
			})
		}
	}
}

// TestTellsInput: at a terminal it is said which stage of a capture reads the script's
// input.
func TestTellsInput(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil, "-e", `for l in (sh"seq 2" + sh"cat"):lines() do print("got", l) end`)
	s.shows("weir: cat reads the script's input, the terminal: Ctrl-D ends it")
	s.keys("three\r")
	s.keys("\x04")
	s.shows("got     three")
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
}

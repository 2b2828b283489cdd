package soak

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// preamble is what every topology of the kill campaign may use. A message is one
// byte, repeated: a torn one shows, and is written down where the round finds it.
const preamble = `
local folder, token = os.getenv("FOLDER"), os.getenv("WEIR_TEST_TOKEN")
local name = "weir-" .. token
local function send(c, size)
  local letters = "abcdefghijklmnopqrstuvwxyz"
  for i = 1, math.huge do
    local n = i % size + 1
    local k = i % #letters + 1
    if not c:send(letters:sub(k, k):rep(n)) then return end
  end
end
local function receive(c, folder)
  for m in c:messages() do
    if m ~= m:sub(1, 1):rep(#m) then
      local f = io.open(folder .. "/torn", "a") f:write(m, "\n") f:close()
    end
  end
end
local function traffic(c, size)
  start(proc(send, c, size)) start(proc(send, c, size)) start(proc(receive, c, folder)) start(proc(receive, c, folder))
end
`

// doomed are the topologies of the kill campaign: each starts what could outlive
// weir, by name.
var doomed = []struct{ name, code string }{
	{"pipes", `start("yes" | "cat" | "cat" | file"/dev/null")`},
	{"stubborn", `start("sh -c 'trap : TERM HUP INT; while :; do sleep 0.01; done'" | "cat")`},
	{"strays", `start(cmd("sh", "-c", "setsid sh -c 'sleep 100 & sleep 100' & (sleep 100 &) & nohup sleep 100 >/dev/null 2>&1 & sleep 100"))`},
	{"deep", `start(proc(function() start("sleep 100") run("sleep 100" | proc(function() start("sleep 99") run("sleep 98") end)) end))`},
	{"relays", `start("yes" | tee(sh"cat" * 2, sh"cat":spill()) | file"/dev/null", "yes" | deal(sh"cat", sh"cat") | file"/dev/null")`},
	{"restarts", `start(cmd("sh", "-c", "sleep 0.02; exit 1"):restart{backoff = "1ms", max = 100000}, loop(sh"cat", {seed = "x\n"}))`},
	{"fifos", `local meet = fifo(folder .. "/meet") start("yes" | meet, meet | "cat" | file"/dev/null")`},
	{"ring", `traffic(ring(name, {slots = 4, size = 512}), 512)`},
	{"queue", `traffic(queue(name, {max = 4, size = 256}), 256)`},
	{"mailbox", `traffic(mailbox(name), 4000)`},
	{"mailslot", `local m = mailslot(name) start(proc(receive, m, folder))
start(proc(function() send(mailslot(name, {open = "join"}), 400) end)) start(proc(function() send(mailslot(name, {open = "join"}), 400) end))`},
	{"sockets", `start(listen("unix:" .. folder .. "/sock", "cat"))
start(proc(function() local s = socket("unix:" .. folder .. "/sock") while true do s:write("x\n") s:read("l") end end))`},
	{"locks", `local m, s, r, b = mutex(name), semaphore(name, 1), shm(name, {layout = "int a; int b;"}), barrier(name .. "b", 2)
local function work(m, s, r, b) while true do
  m:lock() r.a = r.a + 1 r.b = r.b + 1 m:unlock() s:wait() s:post() b:wait() end end
start(proc(work, m, s, r, b)) start(proc(work, m, s, r, b)) start(thread(function() time.sleep(100) end))`},
}

// victims are who is killed.
var victims = []string{"weir", "guard", "both", "stage"}

func init() { campaigns = append(campaigns, campaign{"kill", 20, kills}) }

func kills(t *testing.T, r *rounds) {
	count, left := map[string]int{}, 0
	for r.Next() {
		topology, victim := doomed[r.IntN(len(doomed))], victims[r.IntN(len(victims))]
		delay := time.Duration(r.IntN(60)) * time.Millisecond
		count[victim]++
		left += kill(t, topology.name, topology.code, victim, delay, r.Uint32())
	}
	t.Logf("killed: %v; %d names were left where weir ls shows them", count, left)
}

// kill is one round. It reports how many names are left for weir clean.
func kill(t *testing.T, name, code, victim string, delay time.Duration, pick uint32) (left int) {
	v := newVictim(t, "-e", preamble+code+"\nprint(\"ready\") time.sleep(100)")
	defer os.RemoveAll(v.folder)
	out, err := v.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	v.Stderr = v.Stdout
	if err := v.Start(); err != nil {
		t.Fatal(err)
	}
	alarm := time.AfterFunc(patience, func() { v.Process.Kill() })
	defer alarm.Stop()
	lines := bufio.NewReader(out)
	var said []byte
	for string(said) != "ready\n" {
		if said, err = lines.ReadBytes('\n'); err != nil {
			t.Errorf("%s: weir ended before it was ready: %q", name, said)
			break
		}
	}
	go io.Copy(io.Discard, lines)
	time.Sleep(delay) // the moment is what is random here
	strike(v, victim, pick)
	if victim == "guard" { // whose script goes on, without stages
		for _, p := range v.gone(v.Process.Pid) {
			t.Errorf("%s, %s killed after %v: while weir lives there is still %s", name, victim, delay, p)
		}
	}
	v.Process.Kill()
	if victim == "both" {
		v.Wait()
		v.again("-e", `run("true")`).Run() // who finishes what the dead left
	}
	for _, p := range v.gone() {
		t.Errorf("%s, %s killed after %v: there is still %s", name, victim, delay, p)
	}
	v.Wait()
	if names := v.names(); len(names) > 0 {
		listed, _ := v.again("ls", "--json").Output()
		for _, n := range names {
			if !strings.Contains(string(listed), v.token) && !strings.Contains(string(listed), n) {
				t.Errorf("%s, %s killed after %v: there is still %s, and weir ls says %q", name, victim, delay, n, listed)
			}
			os.Remove(n)
		}
		left = len(names)
	}
	if torn, err := os.ReadFile(filepath.Join(v.folder, "torn")); err == nil {
		t.Errorf("%s, %s killed after %v: torn messages: %.200q", name, victim, delay, torn)
	}
	return left
}

// strike kills the victim; a stage's end is followed by weir's own a moment later.
func strike(v *victimWeir, victim string, pick uint32) {
	guards := childrenOf(v.Process.Pid)
	switch victim {
	case "guard", "both":
		for _, pid := range guards {
			if victim == "both" {
				syscall.Kill(v.Process.Pid, syscall.SIGSTOP) // so that neither sees the other die
				syscall.Kill(pid, syscall.SIGSTOP)
				v.Process.Kill()
			}
			end(pid)
		}
	case "stage":
		var stages []int
		for _, pid := range guards {
			stages = append(stages, childrenOf(pid)...)
		}
		if len(stages) > 0 {
			syscall.Kill(stages[int(pick)%len(stages)], syscall.SIGKILL)
			time.Sleep(time.Duration(pick>>16%30) * time.Millisecond)
		}
	}
}

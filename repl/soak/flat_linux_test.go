package soak

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// many runs what a long session runs, over and over, and prints a line each
// hundred runs.
const many = `
local kinds = {
  function() run("true") end,
  function() run("seq 3" | "cat" | file"/dev/null") end,
  function() assert((sh"seq 3"):text() == "1\n2\n3\n") end,
  function() for l in (sh"seq 3"):lines() do end end,
  function() pcall(run, "false") end,
  function() run("seq 9" | (sh"cat" * 2) | file"/dev/null") end,
  function() local r = ring{slots = 4} local j = start(proc(function(r) r:send("x") end, r)) assert(r:receive() == "x") j:wait() r:close() end,
  function() local q = queue{max = 2, size = 8} q:send("x") assert(q:receive() == "x") q:close() end,
  function() local m = shm{size = 4096} m:write(0, "x") m:close() end,
  function() local m = mutex() m:lock() m:unlock() m:close() end,
  function() run(thread(function() return 1 end)) end,
  function() run(cmd("sleep", "9"), {timeout = "1ms", check = false}) end,
}
for i = 1, math.huge do
  kinds[i % #kinds + 1]()
  if i % 60 == 0 then print(i) io.stdout:flush() end
end`

func init() { campaigns = append(campaigns, campaign{"flat", 10, flat}) }

// figures of a process, and of the guard under it.
type figures struct{ rss, descriptors, threads, guardRSS, guardDescriptors int }

// flat watches one weir over as many runs as there is time for: what it holds after
// them is what it held after the first hundred.
func flat(t *testing.T, r *rounds) {
	v := newVictim(t, "-e", many)
	out, err := v.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	v.Stderr = os.Stderr
	if err := v.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { v.Process.Kill(); v.Wait(); v.gone() }()
	lines := bufio.NewScanner(out)
	var first, last figures
	const warm = 120
	runs := 0
	for r.Next() || runs <= warm+60 {
		watchdog := time.AfterFunc(4*patience, func() { v.Process.Kill() })
		if !lines.Scan() {
			t.Fatalf("weir ended after %d runs", runs)
		}
		watchdog.Stop()
		runs, _ = strconv.Atoi(lines.Text())
		if last = measure(v.Process.Pid); runs <= warm {
			first = last
		}
	}
	t.Logf("after %d runs %+v; after %d runs %+v", warm, first, runs, last)
	// A handful of descriptors and threads come and go; the heap breathes.
	if last.descriptors > first.descriptors+8 || last.guardDescriptors > first.guardDescriptors+8 || last.threads > first.threads+8 {
		t.Errorf("descriptors or threads grow: %+v after %d runs, %+v after %d", first, warm, last, runs)
	}
	if last.rss > 2*first.rss+16<<10 || last.guardRSS > 2*first.guardRSS+8<<10 {
		t.Errorf("memory grows: %+v after %d runs, %+v after %d (kB)", first, warm, last, runs)
	}
}

func measure(pid int) figures {
	f := figures{rss: status(pid, "VmRSS"), threads: status(pid, "Threads"), descriptors: openDescriptors(pid)}
	for _, guard := range childrenOf(pid) {
		f.guardRSS += status(guard, "VmRSS")
		f.guardDescriptors += openDescriptors(guard)
	}
	return f
}

// status is a number of /proc/PID/status, in kB where it is memory.
func status(pid int, field string) int {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, after, _ := strings.Cut(string(data), "\n"+field+":")
	words := strings.Fields(after)
	if len(words) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(words[0])
	return n
}

func openDescriptors(pid int) int {
	list, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return len(list)
}

package command

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/ipc/leak"
)

// straying are the ways by which a process gets away from the stage that started it.
// SLEEP is what does.
var straying = []struct {
	name, program string
}{
	{"setsid -f", `setsid -f SLEEP`},
	{"background", `SLEEP &`},
	{"nohup", `nohup SLEEP >/dev/null 2>&1 &`},
	{"forked twice", `(setsid SLEEP &) & wait`},
	{"a stray's stray", `setsid -f sh -c "setsid -f SLEEP; exec SLEEP"`},
	{"a stray's stray without environment", `setsid -f sh -c "env -i setsid -f SLEEP; exec SLEEP"`},
	{"without environment", `env -i setsid -f SLEEP`},
	{"forked twice without environment", `(env -i setsid SLEEP &) & wait`},
	{"nohup without environment", `env -i nohup setsid SLEEP >/dev/null 2>&1 &`},
	{"a child without environment", `env -i setsid -f sh -c "SLEEP & exec SLEEP"`},
	{"stopped without environment", `env -i setsid -f sh -c "kill -STOP \$\$; exec SLEEP"`},
	{"stopped", `setsid -f sh -c "kill -STOP \$\$; exec SLEEP"`},
}

// A stray ends with its run, whatever else runs.
func TestStraysEndWithTheirRun(t *testing.T) {
	for _, place := range []struct{ name, code string }{
		{"run", `run(cmd("sh", "-c", program))`},
		{"job", `start(cmd("sh", "-c", program)):wait()`},
		{"stage", `run(proc(function() run(cmd("sh", "-c", program)) end))`},
		{"thread", `run(thread(function() run(cmd("sh", "-c", program)) end))`},
		{"failed", `pcall(run, cmd("sh", "-c", program .. "\nexit 3"))`},
	} {
		for _, other := range []string{"", "before", "after"} {
			t.Run(place.name+" "+other, func(t *testing.T) {
				t.Parallel()
				strays(t, place.code, other)
			})
		}
	}
}

// strays runs each way of straying in one weir. Another job is there, started before
// the run or after it, or none.
func strays(t *testing.T, code, other string) {
	var b strings.Builder
	sleep := fmt.Sprintf("sleep 1000.%d%d", os.Getpid(), time.Now().UnixNano())
	for _, way := range straying {
		fmt.Fprintf(&b, "program = %q\n", strings.ReplaceAll(way.program, "SLEEP", sleep))
		if other == "before" {
			b.WriteString("other = start(cmd('sleep', '100'))\n")
		}
		b.WriteString(code + "\n")
		if other == "after" {
			b.WriteString("other = start(cmd('sleep', '100'))\n")
		}
		b.WriteString("print('ran') io.stdout:flush() io.read()\nif other then other:kill('KILL') other:wait{check = false} end\nprint('over') io.stdout:flush() io.read()\n")
	}
	c := leak.Begin(t, weir(t, "-e", b.String()))
	for _, way := range straying {
		for _, word := range []string{"ran", "over"} {
			c.Expect(t, word)
			if left := commandLines(sleep); len(left) > 0 {
				t.Errorf("%s: after the word %q there is still %q", way.name, word, left)
			}
			c.Say(t, "")
		}
	}
	c.End(t)
}

// commandLines lists the processes, zombies aside, that were started with this command
// line.
func commandLines(line string) (list []string) {
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		text, _ := os.ReadFile(path)
		if s := strings.ReplaceAll(string(text), "\x00", " "); strings.HasPrefix(s, line) {
			list = append(list, path+" "+s)
		}
	}
	return list
}

// What weir and its guard leave that are killed together, the next weir ends.
func TestBothKilled(t *testing.T) {
	for _, next := range [][]string{{"-e", `run("true")`}, {"clean"}} {
		sleep := fmt.Sprintf("sleep 1000.%d%d", os.Getpid(), time.Now().UnixNano())
		c := leak.Begin(t, weir(t, "-e", fmt.Sprintf(`start(cmd("sh", "-c", "%s & (setsid %s &) & setsid sh -c '%s & wait' & env -i setsid %s & wait"))
while true do local n = 0 for l in cmd("sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | tr -s ' ' '\\n' | grep -c '%s'"):lines() do n = tonumber(l) end if n >= 5 then break end end
print("ready") io.stdout:flush() time.sleep(100)`, sleep, sleep, sleep, sleep, strings.TrimPrefix(sleep, "sleep "))))
		c.Expect(t, "ready")
		var guards []byte
		paths, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", c.Process.Pid))
		for _, path := range paths {
			more, _ := os.ReadFile(path)
			guards = append(guards, more...)
		}
		c.Process.Signal(syscall.SIGSTOP) // neither sees the other die
		for _, word := range strings.Fields(string(guards)) {
			var pid int
			fmt.Sscan(word, &pid)
			syscall.Kill(pid, syscall.SIGKILL)
		}
		c.Process.Kill()
		c.Wait()
		if len(commandLines(sleep)) == 0 {
			t.Error("nothing was left: this tests nothing")
		}
		if out, err := weir(t, next...).CombinedOutput(); err != nil {
			t.Errorf("%q: %v\n%s", next, err, out)
		}
		for end := time.Now().Add(leak.Patience); len(commandLines(sleep)) > 0; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("after %q there is still %q", next, commandLines(sleep))
			}
		}
	}
}

package soak

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// ending is how a weir ended and what it said.
type ending struct {
	stdout, stderr string
	status         int
	signal         syscall.Signal // that ended it
	hangs          bool
}

// finish runs a command to its end, and kills what takes too long.
func finish(t *testing.T, c *exec.Cmd) (o ending) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr, c.WaitDelay = &stdout, &stderr, time.Second
	ctx, cancel := context.WithTimeout(t.Context(), 6*patience)
	defer cancel()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stop := context.AfterFunc(ctx, func() { c.Process.Kill() })
	_ = c.Wait()
	stop()
	how := c.ProcessState.Sys().(syscall.WaitStatus)
	o = ending{stdout: stdout.String(), stderr: stderr.String(), status: how.ExitStatus(), hangs: ctx.Err() != nil}
	if how.Signaled() {
		o.signal = how.Signal()
	}
	return o
}

// silent is the fault of one that fails without a word.
const silent = "it does not say what failed"

// trace is what Go's runtime prints of its goroutines and its own faults.
var trace = regexp.MustCompile(`(?m)^(goroutine \d+|fatal error:|panic:|runtime: |runtime stack:|SIG[A-Z]+: )`)

// fault reports what is wrong with the end of a weir that lacked something: it
// did all that it was to do, or it says in one message what it lacks, with a status
// that is not 0.
func (o ending) fault(want string) string {
	switch {
	case o.hangs:
		return "it hangs"
	case trace.MatchString(o.stderr):
		return "a trace of Go's"
	case o.status == 0 && o.stdout != want:
		return "it ends with 0 and has not done all"
	case o.signal == syscall.SIGPIPE: // as any program whose reader has left
	case o.status != 0 && strings.TrimSpace(o.stderr) == "":
		return silent
	}
	return ""
}

// programs are what runs under a limit, and what they print.
var programs = []struct{ code, want string }{
	{`print(1)`, "1\n"},
	{`run("seq 3" | "cat")`, "1\n2\n3\n"},
	{`run("seq 3" | function() for l in io.lines() do print(l) end end)`, "1\n2\n3\n"},
	{`run("seq 3" | tee("cat", file"/dev/null"))`, "1\n2\n3\n"},
	{`run("seq 3" | (sh"cat" * 2) | "sort")`, "1\n2\n3\n"},
	{`print((sh"seq 3"):text())`, "1\n2\n3\n\n"},
	{`local r = ring{slots = 4} start(proc(function(r) r:send("x") end, r)) print(r:receive())`, "x\n"},
}

// TestLimits: under any limit weir works, or says which limit is reached and where it
// is raised.
func TestLimits(t *testing.T) {
	for _, limit := range []struct {
		resource int
		values   []uint64
		says     string
	}{
		{unix.RLIMIT_NOFILE, []uint64{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22, 25, 30}, "`ulimit -n`"},
		{unix.RLIMIT_AS, []uint64{100_000 << 10, 200_000 << 10, 700_000 << 10, 900_000 << 10, 1_500_000 << 10}, "`ulimit -v`"},
	} {
		for i, value := range limit.values {
			for k, p := range programs {
				if limit.resource == unix.RLIMIT_AS && k > 1 && i != 3 {
					continue
				}
				v := newVictim(t)
				o := finish(t, limited(v, limit.resource, value, "-e", p.code))
				fault := o.fault(p.want)
				if fault == "" && o.status > 0 && !strings.Contains(o.stderr, limit.says) {
					fault = "it does not say " + limit.says
				}
				if fault != "" {
					t.Errorf("limit %d of resource %d, %s: %s: status %d, %q, %q", value, limit.resource, p.code, fault, o.status, o.stdout, o.stderr)
				}
				if left := v.gone(); len(left) > 0 {
					t.Errorf("limit %d of resource %d, %s: left behind: %q", value, limit.resource, p.code, left)
				}
			}
		}
	}
}

// limited is a command of weir's under a limit, which prlimit(1) sets.
func limited(v *victimWeir, resource int, value uint64, args ...string) *exec.Cmd {
	name := map[int]string{unix.RLIMIT_NOFILE: "nofile", unix.RLIMIT_AS: "as", unix.RLIMIT_NPROC: "nproc"}[resource]
	v.through = []string{"prlimit", fmt.Sprintf("--%s=%d", name, value), "--"}
	return v.again(args...)
}

// TestThreadsRefused: where a user has as many processes as may be, weir says so. The
// limit does not bind root.
func TestThreadsRefused(t *testing.T) {
	refused := 0
	for value := uint64(1); value <= 24; value += 1 + value/8 {
		p := programs[int(value)%len(programs)]
		v := newVictim(t)
		if v.SysProcAttr == nil {
			t.Skip("the limit counts all that this user runs; run by root the test takes another user")
		}
		o := finish(t, limited(v, unix.RLIMIT_NPROC, value, "-e", p.code))
		fault := o.fault(p.want)
		if o.status > 0 {
			refused++
			if fault == "" && !strings.Contains(o.stderr, "`ulimit -u`") {
				fault = "it does not say `ulimit -u`"
			}
		}
		if fault != "" {
			t.Errorf("%d processes, %s: %s: status %d, %q, %q", value, p.code, fault, o.status, o.stdout, o.stderr)
		}
		v.gone()
	}
	if refused == 0 {
		t.Error("no limit was ever reached")
	}
}

// TestMemoryIsCaught: under a limit of memory Lua's error can be caught, whatever takes
// the memory, and the script goes on.
func TestMemoryIsCaught(t *testing.T) {
	for _, code := range []string{
		`for i = 1, 1e9 do t[i] = ("x"):rep(1e8) .. i end`,
		`for i = 1, 1e9 do t[i] = ("x"):rep(50000) .. i end`,
		`for i = 1, 1e9 do t[i] = ("x"):rep(3000) .. i end`,
		`for i = 1, 1e9 do t[i] = {i} end`,
		`for i = 1, 1e9 do t[i] = i end`,
		`for i = 1, 1e9 do t["k" .. i] = i end`,
		`local s = "x" while true do s = s .. s end`,
		`local s = ("x"):rep(1e7) while true do s = s:gsub("x+", "%0%0") end`,
		`local s = ("x"):rep(1e7) while true do t[#t + 1] = s:upper() end`,
		`local s = ("x"):rep(1e7) while true do t[#t + 1] = ("%s%s"):format(s, s) end`,
		`local s = ("x"):rep(1e7) while true do t[#t + 1] = s s = table.concat(t) end`,
		`return io.open("/dev/zero"):read("*a")`,
		`return io.open("/dev/zero"):read("*l")`,
		`return (sh"cat /dev/zero"):text()`,
	} {
		// The loop goes on while the heap is full still: of that the script was told already.
		o := finish(t, limited(newVictim(t), unix.RLIMIT_AS, 1_500_000<<10, "-e",
			`local t = {} print(pcall(function() `+code+` end)) for i = 1, 1e5 do end t = nil print(#("x"):rep(3e7) / 30)`))
		if o.stdout != "false\tnot enough memory\n1000000\n" || o.status != 0 {
			t.Errorf("%s: status %d, %q, %q", code, o.status, o.stdout, o.stderr)
		}
	}
	v := newVictim(t)
	o := finish(t, limited(v, unix.RLIMIT_AS, 1_500_000<<10, "-e", "local t = {}\nfor i = 1, 1e9 do t[i] = (\"x\"):rep(1e6) .. i end"))
	if o.status != 1 || !strings.HasPrefix(o.stderr, "-e:2: not enough memory\n") || !strings.Contains(o.stderr, "`ulimit -v`") {
		t.Errorf("not caught: status %d, %q", o.status, o.stderr)
	}
}

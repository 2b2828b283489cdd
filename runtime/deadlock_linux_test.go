package runtime

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/leak"
	"weir/runtime/plan"
	"weir/runtime/relay"
)

func init() {
	plays["read"] = func([]string) int {
		_, _ = io.Copy(os.Stdout, os.Stdin)
		return 0
	}
	plays["notified"] = func([]string) int {
		signal.Notify(make(chan os.Signal, 1), unix.SIGUSR1)
		_, _ = io.Copy(os.Stdout, os.Stdin)
		return 0
	}
	plays["busy"] = func([]string) int {
		for time.Now().Unix() > 0 {
		}
		return 0
	}
}

// ring joins commands in a circle: each one's stdout is the next one's stdin.
func ring(argvs ...[]string) *plan.Topology {
	t := &plan.Topology{}
	for i, argv := range argvs {
		name, to := fmt.Sprintf("s%d", i), fmt.Sprintf("s%d", (i+1)%len(argvs))
		c := fmt.Sprintf("p%d", i)
		t.Stages = append(t.Stages, plan.Stage{Name: name, Argv: argv})
		t.Channels = append(t.Channels, plan.Channel{Name: c, Kind: ipc.KindPipe, Loop: i == len(argvs)-1})
		t.Ends = append(t.Ends, plan.End{Stage: name, Channel: c, Mode: ipc.Write, FD: 1}, plan.End{Stage: to, Channel: c, Mode: ipc.Read, FD: 0})
	}
	return t
}

// pipeBetween adds a pipe from a stage's descriptor to another's.
func pipeBetween(t *plan.Topology, name, from string, fromFD int, to string, toFD int) {
	t.Channels = append(t.Channels, plan.Channel{Name: name, Kind: ipc.KindPipe})
	t.Ends = append(t.Ends, plan.End{Stage: from, Channel: name, Mode: ipc.Write, FD: fromFD}, plan.End{Stage: to, Channel: name, Mode: ipc.Read, FD: toFD})
}

// mustDeadlock runs a topology until its deadlock is found, and for at most limit.
func mustDeadlock(t *testing.T, topology *plan.Topology) *DeadlockError {
	t.Helper()
	begun := time.Now()
	r := startTopology(t, topology, func(p *plan.Plan, o *Options) { p.Timeout = leak.Patience })
	if f := r.File("out", ipc.Read); f != nil {
		defer f.Close()
	}
	res, err := r.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if res.Why != WhyDeadlock || res.Deadlock == nil || res.OK {
		t.Fatalf("not found: %+v", res)
	}
	t.Logf("after %v: %v", time.Since(begun), res.Deadlock)
	return res.Deadlock
}

func (e *DeadlockError) has(stage, channel string, writes bool) bool {
	for _, w := range e.Waits {
		if w, ok := w.(*pipeWait); ok && w.stage == stage && w.channel == channel && w.writes == writes {
			return true
		}
	}
	return false
}

func TestDeadlockReadersFirst(t *testing.T) {
	e := mustDeadlock(t, ring([]string{"cat"}, []string{"cat"}))
	if w, ok := e.Waits[0].(*pipeWait); len(e.Waits) != 2 || !e.has("s0", "p1", false) || !e.has("s1", "p0", false) || !ok || w.fill != 0 || w.capacity == 0 {
		t.Error(e)
	}
}

func TestDeadlockWritersFirst(t *testing.T) {
	e := mustDeadlock(t, ring([]string{"yes"}, []string{"yes"}))
	if w, ok := e.Waits[0].(*pipeWait); !e.has("s0", "p0", true) || !e.has("s1", "p1", true) || !ok || w.fill != w.capacity {
		t.Error(e)
	}
	if !strings.Contains(e.Hint, ":spill()") || !strings.Contains(e.Hint, "capacity") {
		t.Error(e.Hint)
	}
}

func TestDeadlockDiamond(t *testing.T) {
	top := &plan.Topology{Stages: []plan.Stage{
		{Name: "source", Argv: []string{"head", "-c", "1000000", "/dev/zero"}},
		{Name: "copy", Argv: []string{"tee", "/dev/fd/5"}},
		{Name: "reader", Argv: []string{"bash", "-c", "cat <&3; cat <&4"}}}}
	pipeBetween(top, "in", "source", 1, "copy", 0)
	pipeBetween(top, "left", "copy", 1, "reader", 4)
	pipeBetween(top, "right", "copy", 5, "reader", 3)
	top.Channels = append(top.Channels, plan.Channel{Name: "null", Kind: ipc.KindFile, Path: os.DevNull})
	top.Ends = append(top.Ends, plan.End{Stage: "reader", Channel: "null", Mode: ipc.Write, FD: 1})
	e := mustDeadlock(t, top)
	if !e.has("reader", "right", false) || !e.has("copy", "left", true) {
		t.Error(e)
	}
	if !strings.Contains(e.Hint, "let reader read right and left at the same time") {
		t.Error(e.Hint)
	}
}

// TestDeadlockRelay has a relay in the circle, which tells for what it waits.
func TestDeadlockRelay(t *testing.T) {
	var mu sync.Mutex
	var waiting []int
	say := func(fds ...int) {
		mu.Lock()
		waiting = fds
		mu.Unlock()
	}
	stop, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(stop)
	top := ring([]string{"cat"}, []string{"relay"})
	top.Stages[1] = plan.Stage{Name: "tee", Relay: func() plan.Relay {
		return plan.Relay{Waits: func() []int {
			mu.Lock()
			defer mu.Unlock()
			return append([]int(nil), waiting...)
		}, Move: func(ctx context.Context, files map[int]*os.File, _ func(*relay.Fault)) error {
			defer context.AfterFunc(ctx, func() { unix.Write(stop, []byte{1, 0, 0, 0, 0, 0, 0, 0}) })()
			defer files[0].Close()
			defer files[1].Close()
			conn, err := files[0].SyscallConn()
			if err != nil {
				return err
			}
			return conn.Control(func(fd uintptr) {
				say(0)
				for n := -1; n < 0; {
					n, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}, {Fd: int32(stop), Events: unix.POLLIN}}, -1)
				}
				say()
			})
		}}
	}}
	top.Ends[2].Stage, top.Ends[1].Stage = "tee", "tee"
	e := mustDeadlock(t, top)
	if !e.has("tee", "p0", false) || !e.has("s0", "p1", false) {
		t.Error(e)
	}
}

// TestDeadlockInAnyCall has C programs wait in each of the calls that are known,
// and with threads.
func TestDeadlockInAnyCall(t *testing.T) {
	program := waits(t)
	for _, how := range []string{"read", "readv", "poll", "ppoll", "select", "pselect", "epoll", "splice", "join", "condition", "wait", "write", "blocked"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			e := mustDeadlock(t, ring([]string{program, how}, []string{"cat"}))
			if how == "write" && !e.has("s0", "p0", true) || how != "write" && !e.has("s0", "p1", false) {
				t.Error(e)
			}
		})
	}
}

// waits compiles testdata/waits.c.
func waits(t *testing.T) string {
	program := filepath.Join(t.TempDir(), "waits")
	if out, err := exec.Command("gcc", "-O1", "-pthread", "-o", program, "testdata/waits.c").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// TestMayGoOn has C programs that wait for a time, or that somebody outside may
// wake: none is taken for stuck.
func TestMayGoOn(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	another := filepath.Join(t.TempDir(), "another") // than a stage of weir's own
	if out, err := exec.Command("cp", exe, another).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	program := waits(t)
	rows := map[string][]string{
		"trap":   {"bash", "-c", "trap 'echo woken' USR1; read x"},
		"traps":  {"sh", "-c", "trap 'echo woken' TERM; read x"},
		"exit":   {"bash", "-c", "trap 'echo woken' USR2; trap 'echo left' EXIT; read x"},
		"behind": {"bash", "-c", "trap 'echo woken' USR1; cat | cat"},
		"notify": {"env", "WEIR_TEST_PLAY=notified", another},
	}
	for _, how := range []string{"alarm", "timer", "timerfd", "late", "slept", "nap", "timed", "child", "stopped", "usr1", "realtime", "sigchld"} {
		rows[how] = []string{program, how}
	}
	for how, argv := range rows {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			r := startTopology(t, ring(argv, []string{"cat"}), func(p *plan.Plan, o *Options) { p.Timeout = 3 * time.Second })
			if res, err := r.Wait(); err != nil || res.Deadlock != nil {
				t.Errorf("%v %v", res.Deadlock, err)
			}
		})
	}
}

func TestDeadlockOfShellsAndGo(t *testing.T) {
	rows := map[string][]string{
		"subshell":  {"bash", "-c", "cat; true"},
		"readline":  {"bash", "-c", "read x; echo $x"},
		"pipeline":  {"bash", "-c", "cat | cat | cat"},
		"dash":      {"sh", "-c", "cat | cat; true"},
		"dd":        {"dd", "status=none"},
		"xargs":     {"xargs"},
		"coprocess": {"bash", "-c", "coproc cat; read x <&${COPROC[0]}"},
	}
	if !leak.RaceDetector { // whose Go monitor wakes up every 10 ms
		exe, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		rows["go"] = []string{"env", "WEIR_TEST_PLAY=read", exe}
		rows["own"] = []string{"env", "WEIR_TEST_PLAY=notified", exe}
	}
	for name, argv := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustDeadlock(t, ring(argv, []string{"cat"}))
		})
	}
}

func TestDeadlockReportedOnce(t *testing.T) {
	p, err := plan.Compile(ring([]string{"cat"}), ThisHost())
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan *DeadlockError, 9)
	j := NewJournal(100)
	r, err := Start(context.Background(), p, Options{Journal: j, Deadlock: DeadlockReport, Told: func(e *DeadlockError) { told <- e }})
	if err != nil {
		t.Fatal(err)
	}
	if e := <-told; !e.has("s0", "p0", false) {
		t.Error(e)
	}
	_ = r.Kill(unix.SIGTERM)
	res, err := r.Wait()
	if err != nil || res.Why != WhySignal || res.Deadlock == nil || len(told) != 0 {
		t.Errorf("%+v %v", res, err)
	}
	n := 0
	for c := j.Cursor(); ; {
		e, ok := c.TryNext()
		if !ok {
			break
		}
		if e.Kind == EventDeadlock {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d events", n)
	}
}

// TestNoDeadlockPossible lets only what has a cycle be watched.
func TestNoDeadlockPossible(t *testing.T) {
	both := chain([]string{"a"}, []string{"b"})
	both.Ends = append(both.Ends, plan.End{Stage: "s0", Channel: "p1", Mode: ipc.Write, FD: 2})
	twice := chain([]string{"a"}, []string{"b"})
	pipeBetween(twice, "errors", "s0", 2, "s1", 3)
	rows := []struct {
		name string
		top  *plan.Topology
		want bool
	}{{"chain", chain([]string{"a"}, []string{"b"}, []string{"c"}), false}, {"2>&1", both, false}, {"two pipes", twice, true},
		{"itself", ring([]string{"a"}), true}, {"ring", ring([]string{"a"}, []string{"b"}), true}}
	for _, row := range rows {
		for i := range row.top.Stages {
			row.top.Stages[i].Argv = []string{"true"}
		}
		p, err := plan.Compile(row.top, ThisHost())
		if err != nil {
			t.Fatal(err)
		}
		if p.CanDeadlock != row.want {
			t.Errorf("%s: %v", row.name, p.CanDeadlock)
		}
	}
}

// TestOpensFIFOs has programs wait in open(2) of FIFOs that weir knows nothing of, or at one that
// they keep open themselves: it is told of, and an outsider lets them go on.
func TestOpensFIFOs(t *testing.T) {
	dir := t.TempDir()
	a, b := dir+"/a", dir+"/b"
	for _, path := range []string{a, b} {
		if err := unix.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const hold = "exec 3<>a 4<>b; read x" // until its input ends
	sh := func(script string) []string { return []string{"sh", "-c", "cd " + dir + "; " + script} }
	for _, row := range []struct {
		name           string
		stages         [][]string
		want, outsider string
	}{
		{"crossed", [][]string{sh("exec 3<a 4>b"), sh("exec 3<b 4>a")}, "s0 waits to open a for reading, which nobody has open for writing; s1 waits to open b for reading", hold},
		{"crossed, writing", [][]string{sh("exec 3>a 4<b"), sh("exec 3>b 4<a")}, "s0 waits to open a for writing, which nobody has open for reading; s1 waits to open b for writing", hold},
		{"child", [][]string{sh("cat " + a + "; true")}, "cat in s0 waits to open " + a + " for reading", ": >a"},
		{"alone", [][]string{{"cat", a}, {"cat"}}, "s0 waits to open " + a + " for reading", ": >a"},
		{"kept", [][]string{sh("exec 3<>a; read x <&3")}, "s0 waits to read from " + a + ", which is empty", "echo >a"},
		{"kept by another descriptor", [][]string{sh("exec 3<>a; read x <a")}, "s0 waits to read from " + a + ", which is empty", "echo >a"},
		{"kept, writing", [][]string{sh("exec 3<>a; exec head -c 100000 /dev/zero >&3")}, "s0 waits to write to " + a + ", which is full", "head -c 65536 <a >/dev/null"},
		{"kept by a child", [][]string{sh("exec 3<>a; head -n 1 <&3; true")}, "head in s0 waits to read from " + a, "echo >a"},
	} {
		t.Run(row.name, func(t *testing.T) {
			top := &plan.Topology{}
			for i, argv := range row.stages {
				top.Stages = append(top.Stages, plan.Stage{Name: "s" + strconv.Itoa(i), Argv: argv})
			}
			told := make(chan *DeadlockError, 9)
			r := startTopology(t, top, func(p *plan.Plan, o *Options) { o.Told = func(e *DeadlockError) { told <- e } })
			e := <-told
			if !strings.HasPrefix(e.Message(), "nobody here can go on: "+row.want) || !strings.Contains(e.Hint, "another program may let them, by the name ") {
				t.Errorf("%s; %s", e.Message(), e.Hint)
			}
			outsider := exec.Command("sh", "-c", "cd "+dir+"; "+row.outsider)
			in, err := outsider.StdinPipe()
			if err == nil {
				err = outsider.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			if res, err := r.Wait(); err != nil || !res.OK {
				t.Errorf("%+v %v", res, err)
			}
			in.Close()
			_ = outsider.Wait()
		})
	}
}

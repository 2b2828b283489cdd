package runtime

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"weir/ipc"
	"weir/runtime/guard"
	"weir/runtime/plan"
)

// chain is a topology of commands joined by pipes, its output captured in
// channel "out".
func chain(argvs ...[]string) *plan.Topology {
	t := &plan.Topology{Channels: []plan.Channel{{Name: "out", Kind: ipc.KindPipe}}}
	for i, argv := range argvs {
		name := fmt.Sprintf("s%d", i)
		t.Stages = append(t.Stages, plan.Stage{Name: name, Argv: argv})
		if i > 0 {
			c := fmt.Sprintf("p%d", i)
			t.Channels = append(t.Channels, plan.Channel{Name: c, Kind: ipc.KindPipe})
			t.Ends = append(t.Ends, plan.End{Stage: fmt.Sprintf("s%d", i-1), Channel: c, Mode: ipc.Write, FD: 1}, plan.End{Stage: name, Channel: c, Mode: ipc.Read, FD: 0})
		}
	}
	t.Ends = append(t.Ends, plan.End{Stage: fmt.Sprintf("s%d", len(argvs)-1), Channel: "out", Mode: ipc.Write, FD: 1}, plan.End{Stage: "", Channel: "out", Mode: ipc.Read, FD: -1})
	return t
}

func startTopology(tb testing.TB, topology *plan.Topology, change func(*plan.Plan, *Options)) *Run {
	tb.Helper()
	p, err := plan.Compile(topology, ThisHost())
	if err != nil {
		tb.Fatal(err)
	}
	var o Options
	if change != nil {
		change(p, &o)
	}
	r, err := Start(context.Background(), p, o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func output(tb testing.TB, r *Run) (string, *Result) {
	tb.Helper()
	f := r.File("out", ipc.Read)
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		tb.Fatal(err)
	}
	res, err := r.Wait()
	if err != nil {
		tb.Fatal(err)
	}
	return string(data), res
}

func TestPipeline(t *testing.T) {
	out, res := output(t, startTopology(t, chain([]string{"seq", "1", "1000"}, []string{"grep", "7"}, []string{"wc", "-l"}), nil))
	if out != "271\n" || !res.OK || res.Why != WhyExit {
		t.Errorf("got %q, %+v", out, res)
	}
	for _, s := range res.Stages {
		if s.PID == 0 || s.MaxRSS == 0 && s.MostRSS == 0 {
			t.Errorf("stage without what wait4 tells: %+v", s)
		}
	}
}

// TestStatuses compares with what a shell sees.
func TestStatuses(t *testing.T) {
	rows := []struct {
		argv   []string
		code   int
		signal string
		failed bool
	}{
		{[]string{"true"}, 0, "", false},
		{[]string{"false"}, 1, "", true},
		{[]string{"sh", "-c", "exit 42"}, 42, "", true},
		{[]string{"sh", "-c", "kill -TERM $$"}, 0, "SIGTERM", true},
		{[]string{"sh", "-c", "kill -KILL $$"}, 0, "SIGKILL", true},
	}
	for _, row := range rows {
		_, res := output(t, startTopology(t, chain(row.argv), nil))
		s := res.Stages[0]
		if s.Code != row.code || s.Signal != row.signal || s.Failed != row.failed || res.OK == row.failed {
			t.Errorf("%q: %+v", row.argv, s)
		}
	}
}

func TestEarlyReader(t *testing.T) {
	out, res := output(t, startTopology(t, chain([]string{"yes"}, []string{"head", "-n", "1"}), nil))
	if out != "y\n" || !res.OK || res.Stages[0].Signal != "SIGPIPE" {
		t.Errorf("got %q %+v", out, res)
	}
}

// TestDescriptors has a stage list what it inherited.
func TestDescriptors(t *testing.T) {
	leak, err := os.Open("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	defer leak.Close()
	out, _ := output(t, startTopology(t, chain([]string{"true"}, []string{"ls", "/proc/self/fd"}), nil))
	// ls opens the folder as 3.
	if out != "0\n1\n2\n3\n" {
		t.Errorf("a stage has the descriptors %q", out)
	}
}

func TestTwoThousandStages(t *testing.T) {
	argvs := [][]string{{"echo", "through"}}
	for len(argvs) < 2000 {
		argvs = append(argvs, []string{"cat"})
	}
	out, res := output(t, startTopology(t, chain(argvs...), nil))
	if out != "through\n" || !res.OK || len(res.Stages) != 2000 {
		t.Errorf("got %q, OK %v", out, res.OK)
	}
}

func TestTimeoutStopsAll(t *testing.T) {
	begun := time.Now()
	_, res := output(t, startTopology(t, chain([]string{"sleep", "100"}, []string{"cat"}), func(p *plan.Plan, o *Options) { p.Timeout = 50 * time.Millisecond }))
	if res.OK || res.Why != WhyTimeout || time.Since(begun) > 10*time.Second {
		t.Errorf("%+v", res)
	}
}

func TestGraceThenKill(t *testing.T) {
	r := startTopology(t, chain([]string{"sh", "-c", "trap '' TERM; echo ready; while :; do sleep 100; done"}), func(p *plan.Plan, o *Options) { o.Grace = 50 * time.Millisecond })
	f := r.File("out", ipc.Read)
	defer f.Close()
	line := make([]byte, 6)
	if _, err := io.ReadFull(f, line); err != nil {
		t.Fatal(err)
	}
	r.Stop(WhyInterrupted)
	res, err := r.Wait()
	if err != nil || res.Stages[0].Signal != "SIGKILL" || res.Why != WhyInterrupted {
		t.Errorf("%+v %v", res, err)
	}
}

// TestStrays leaves nothing of a run whose stage forked twice and called
// setsid.
func TestStrays(t *testing.T) {
	dir := t.TempDir()
	script := fmt.Sprintf(`(setsid sh -c 'echo $$ > %s/pid; exec sleep 1000' >/dev/null 2>&1 &) ; while ! test -s %s/pid; do :; done`, dir, dir)
	_, res := output(t, startTopology(t, chain([]string{"sh", "-c", script}), nil))
	if !res.OK {
		t.Fatalf("%+v", res)
	}
	data, err := os.ReadFile(filepath.Join(dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	if alive(strings.TrimSpace(string(data))) {
		t.Errorf("process %s outlived its run", data)
	}
}

func alive(pid string) bool {
	data, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return false
	}
	end := bytes.LastIndexByte(data, ')')
	return data[end+2] != 'Z'
}

func TestMemoryAndFiles(t *testing.T) {
	dir := t.TempDir()
	topology := &plan.Topology{
		Stages:   []plan.Stage{{Name: "cat", Argv: []string{"cat"}}},
		Channels: []plan.Channel{{Name: "text", Kind: ipc.KindMemory, Data: []byte("a\x00b")}, {Name: "f", Kind: ipc.KindFile, Path: filepath.Join(dir, "f")}},
		Ends:     []plan.End{{Stage: "cat", Channel: "text", Mode: ipc.Read, FD: 0}, {Stage: "cat", Channel: "f", Mode: ipc.Write, FD: 1}},
	}
	res, err := startTopology(t, topology, nil).Wait()
	if err != nil || !res.OK {
		t.Fatal(res, err)
	}
	if data, _ := os.ReadFile(filepath.Join(dir, "f")); string(data) != "a\x00b" {
		t.Errorf("file has %q", data)
	}
}

func TestFIFOBothSidesInside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	topology := chain([]string{"seq", "3"}, []string{"cat"})
	for i := range topology.Channels {
		if topology.Channels[i].Name == "p1" {
			topology.Channels[i] = plan.Channel{Name: "p1", Kind: ipc.KindFIFO, Path: path, Create: true, Perm: 0o600}
		}
	}
	out, res := output(t, startTopology(t, topology, nil))
	if out != "1\n2\n3\n" || !res.OK {
		t.Errorf("%q %+v", out, res)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Error("the FIFO is left")
	}
}

func TestFIFOFromOutside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	topology := chain([]string{"cat"})
	topology.Channels = append(topology.Channels, plan.Channel{Name: "in", Kind: ipc.KindFIFO, Path: path, Create: true, Perm: 0o600})
	topology.Ends = append(topology.Ends, plan.End{Stage: "s0", Channel: "in", Mode: ipc.Read, FD: 0})
	r := startTopology(t, topology, nil)
	if err := exec.Command("sh", "-c", "echo from outside > "+path).Run(); err != nil {
		t.Fatal(err)
	}
	if out, res := output(t, r); out != "from outside\n" || !res.OK {
		t.Errorf("%q %+v", out, res)
	}
}

// TestFIFOGivenUp stops a run that waits for somebody to open its FIFO.
func TestFIFOGivenUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	topology := chain([]string{"cat"})
	topology.Channels = append(topology.Channels, plan.Channel{Name: "in", Kind: ipc.KindFIFO, Path: path, Create: true, Perm: 0o600})
	topology.Ends = append(topology.Ends, plan.End{Stage: "s0", Channel: "in", Mode: ipc.Read, FD: 0})
	r := startTopology(t, topology, nil)
	r.Stop(WhyInterrupted)
	if _, res := output(t, r); res.Why != WhyInterrupted {
		t.Errorf("%+v", res)
	}
}

func TestThread(t *testing.T) {
	topology := chain([]string{"seq", "3"}, []string{"thread"}, []string{"cat"})
	topology.Stages[1].Argv = nil
	topology.Stages[1].Thread = func(_ context.Context, files map[int]*os.File) int {
		defer files[0].Close()
		defer files[1].Close()
		data, _ := io.ReadAll(files[0])
		files[1].Write(bytes.ReplaceAll(data, []byte("2"), []byte("two")))
		return 3
	}
	out, res := output(t, startTopology(t, topology, nil))
	if out != "1\ntwo\n3\n" || res.Stages[1].Code != 3 || res.OK {
		t.Errorf("%q %+v", out, res)
	}
}

// TestExecFails undoes the stages before the one whose program the kernel
// refuses.
func TestExecFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "noformat")
	if err := os.WriteFile(path, []byte{0, 1, 2, 3}, 0o755); err != nil {
		t.Fatal(err)
	}
	p, err := plan.Compile(chain([]string{"sleep", "1000"}, []string{path}), ThisHost())
	if err != nil {
		t.Fatal(err)
	}
	if _, err = Start(context.Background(), p, Options{}); err == nil || !strings.Contains(err.Error(), "exec format error") {
		t.Errorf("got %v", err)
	}
}

// TestGuardKilled notices that the guard was killed, ends the run and starts
// the next one with another guard.
func TestGuardKilled(t *testing.T) {
	r := startTopology(t, chain([]string{"sleep", "1000"}), nil)
	defer r.File("out", ipc.Read).Close()
	if err := syscall.Kill(r.guard.Guard(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Wait(); err != guard.ErrLost {
		t.Errorf("got %v", err)
	}
	if out, _ := output(t, startTopology(t, chain([]string{"echo", "again"}), nil)); out != "again\n" {
		t.Errorf("got %q", out)
	}
}

// TestEventModes has a stage read one file and add to another: the events say
// how each was opened, and as which descriptor.
func TestEventModes(t *testing.T) {
	in, out := filepath.Join(t.TempDir(), "in"), filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(in, []byte("x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	topology := &plan.Topology{
		Stages: []plan.Stage{{Name: "s", Argv: []string{"sh", "-c", "cat <&3 >&4"}}},
		Channels: []plan.Channel{{Name: "from", Kind: ipc.KindFile, Path: in}, {Name: "to", Kind: ipc.KindFile, Path: out},
			{Name: "made", Kind: ipc.KindFile, Path: out + ".new"}},
		Ends: []plan.End{{Stage: "s", Channel: "from", Mode: ipc.Read, FD: 3}, {Stage: "s", Channel: "to", Mode: ipc.Append, FD: 4}, {Stage: "s", Channel: "made", Mode: ipc.Write, FD: 5}},
	}
	p, err := plan.Compile(topology, ThisHost())
	if err != nil {
		t.Fatal(err)
	}
	j := NewJournal(64)
	r, err := Start(context.Background(), p, Options{Journal: j})
	if err != nil {
		t.Fatal(err)
	}
	if res, err := r.Wait(); err != nil || !res.OK {
		t.Fatalf("%+v, %v", res, err)
	}
	got := map[string]bool{}
	for c := j.Cursor(); ; {
		e, ok := c.TryNext()
		if !ok {
			break
		}
		if e.Kind == EventOpen || e.Kind == EventClose {
			got[fmt.Sprintf("%s %s %s %d", e.Kind, e.Channel, e.Mode, e.FD)] = true
		}
	}
	for _, want := range []string{"open from r 3", "open to a 4", "open made w 5", "close from r 0", "close to a 0", "close made w 0"} {
		if !got[want] {
			t.Errorf("no event %q in %v", want, got)
		}
	}
}

package command

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
	"weir/ipc/leak"
	"weir/repl/view"
)

// untilStop is a script whose run goes on until a file is there.
const untilStop = `print("begun")
run("yes" | "tr a-z A-Z" | cmd("sh", "-c", "until test -e stop; do sleep 0.05; done"))
print("over")`

// atTop sits at weir top with a script.
func atTop(t *testing.T, cols, rows int, script string, args ...string) (s *seat, home string) {
	t.Helper()
	home = t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "a.lua"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	args = append([]string{"top"}, args...)
	t.Setenv("XDG_RUNTIME_DIR", runtimeFolder(t))
	return sit(t, cols, rows, home, nil, append(args, "a.lua")...), home
}

// runtimeFolder is one that no other test has.
func runtimeFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "weir")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// showsAll waits until the screen has all of these.
func (s *seat) showsAll(words ...string) {
	s.t.Helper()
	s.await(strings.Join(words, " and "), func(text string) bool {
		for _, w := range words {
			if !strings.Contains(text, w) {
				return false
			}
		}
		return true
	})
}

// modes are those of the seat's terminal.
func (s *seat) modes() unix.Termios {
	s.t.Helper()
	m, err := unix.IoctlGetTermios(int(s.master.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	return *m
}

// touch makes the file for which untilStop waits.
func touch(t *testing.T, home string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(home, "stop"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// childOf waits for the process that weir top has started.
func childOf(t *testing.T, pid int) int {
	t.Helper()
	for end := time.Now().Add(leak.Patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		tasks, _ := kernel.Tasks(pid)
		for _, task := range tasks {
			if list, err := kernel.ChildrenOf(fmt.Sprintf("/proc/%d/task/%d", pid, task)); err == nil && len(list) > 0 {
				return list[0]
			}
		}
	}
	t.Fatal("it starts nothing")
	return 0
}

// awaitGone waits until a process has gone.
func awaitGone(t *testing.T, pid int) {
	t.Helper()
	for end := time.Now().Add(leak.Patience); kernelAlive(pid); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("process %d is still there", pid)
		}
	}
}

func kernelAlive(pid int) bool {
	stat, err := kernel.StatOf(pid)
	return err == nil && !stat.Dead()
}

// TestTopKeys is a session: keys in, screens out.
func TestTopKeys(t *testing.T) {
	s, home := atTop(t, 80, 24, untilStop)
	s.showsAll("weir top · a.lua", "write pipe1", "pipe2", "begun")
	s.keys(" ")
	s.showsAll("view paused")
	s.keys(" ")
	s.showsAll("Hz")
	s.keys("\x1b[H\r")
	s.showsAll("pipe1: yes → tr", "790a 790a")
	s.keys("\r")
	s.showsAll("Enter shows")
	s.keys("P")
	s.showsAll("run stopped", "‖ stopped")
	s.keys("P")
	s.showsAll("Hz", "write pipe1")
	s.keys("/tr")
	s.showsAll("pipe1: yes → tr", "/tr")
	s.keys("\x1bg")
	s.showsAll("the run", "├━━pipe1 full━▶│")
	s.keys("q")
	s.showsAll("OWN/WAIT")
	s.keys("?")
	s.showsAll("SIGSTOP")
	s.keys("q")
	s.showsAll("OWN/WAIT")
	s.keys("o")
	s.showsAll("what the run has printed", "begun")
	s.keys("qk")
	s.showsAll("end tr?")
	s.keys("n")
	s.showsAll("OWN/WAIT")
	s.size(120, 40)
	s.showsAll("┌──────────────┐", "PID", "├━━pipe1 full━▶│", "B/s │")
	s.size(40, 10)
	s.showsAll("▌", "FILL")
	s.size(80, 24)
	s.showsAll("OWN/WAIT")
	s.keys("q")
	s.shows("begun")
	touch(t, home)
	s.shows("begun\n*over")
	if status := s.ends(); status != 1 && status != 0 {
		t.Errorf("status %d", status)
	}
}

// TestTopPredicts: the view asks at the first full channel, and the run goes on meanwhile.
func TestTopPredicts(t *testing.T) {
	// What a run that has just begun does is not judged.
	judged := strings.NewReplacer("run(", "local j = start(", `print("over")`,
		`repeat time.sleep(0.05) local f = j:frame() until f.window > 1 and f.verdict.stage == "sh" print("judged") j:wait() print("over")`).Replace(untilStop)
	s, home := atTop(t, 80, 24, judged, "--predict")
	s.showsAll("Which stage holds it up?", "The view holds still")
	if text := s.model.Text(false); strings.Contains(text, "bottleneck") {
		t.Errorf("the verdict is seen:\n%s", text)
	}
	s.keys("\x1b[F\r") // the last stage
	s.showsAll("Which pipe fills next?", "judged")
	touch(t, home)
	s.showsAll("over")
	s.keys("n")
	s.showsAll("you said sh: right", "you said none", "right so far")
	s.keys("x")
	s.showsAll("the run has ended", "predicted ")
	s.keys("q")
	if status := s.ends(); status != 0 && status != 1 {
		t.Errorf("status %d", status)
	}
}

// TestTopKills: a stage that the user ends ends.
func TestTopKills(t *testing.T) {
	s, _ := atTop(t, 80, 24, untilStop)
	s.showsAll("begun", "write pipe1")
	s.keys("/yes\r")
	s.showsAll("◂")
	s.keys("k")
	s.showsAll("end yes?")
	s.keys("K")
	s.showsAll("SIGKILL")
	s.keys("ka")
	s.showsAll("ended")
	s.keys("q")
	if status := s.ends(); status != 1 {
		t.Errorf("status %d", status)
	}
}

// TestTopEnds: however a view ends, the terminal is as before, and what was printed is printed.
func TestTopEnds(t *testing.T) {
	for _, row := range []struct {
		name   string
		end    func(s *seat, home string)
		status int
	}{
		{"q", func(s *seat, home string) { s.keys("q"); touch(s.t, home) }, 0},
		{"Ctrl-C", func(s *seat, _ string) { s.keys("\x03") }, 130},
		{"SIGTERM of the view", func(s *seat, _ string) { _ = s.c.Process.Signal(syscall.SIGTERM) }, 143},
		{"SIGHUP of the view", func(s *seat, _ string) { _ = s.c.Process.Signal(syscall.SIGHUP) }, 129},
		{"SIGKILL of the run", func(s *seat, _ string) {
			_ = syscall.Kill(childOf(s.t, s.c.Process.Pid), syscall.SIGKILL)
			s.showsAll("ended")
			s.keys("q")
		}, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, home := atTop(t, 80, 24, untilStop)
			before := s.modes()
			s.showsAll("begun", "write pipe1")
			if s.modes() == before {
				t.Error("the terminal is not raw")
			}
			run := childOf(t, s.c.Process.Pid)
			row.end(s, home)
			if status := s.ends(); status != row.status {
				t.Errorf("status %d, want %d", status, row.status)
			}
			if after := s.modes(); after != before {
				t.Errorf("the modes are %+v, were %+v", after, before)
			}
			if text := s.model.Text(false); !strings.HasPrefix(text, "begun") || s.model.Hidden {
				t.Errorf("the screen is\n%s", text)
			}
			awaitGone(t, run)
		})
	}
}

// TestTopDies: a view that is killed leaves no run behind.
func TestTopDies(t *testing.T) {
	s, _ := atTop(t, 80, 24, untilStop)
	s.showsAll("begun", "write pipe1")
	run := childOf(t, s.c.Process.Pid)
	_ = s.c.Process.Kill()
	awaitGone(t, run)
	s.ends()
}

// TestTopStopped: a view that is stopped keeps the run waiting for nothing, and then says how many frames it has
// not seen.
func TestTopStopped(t *testing.T) {
	s, home := atTop(t, 80, 24, `run("seq 300000" | "tac" | "tail -1" | cmd("sh", "-c", "cat > last; touch done; until test -e stop; do sleep 0.05; done"))`)
	s.showsAll("weir top")
	_ = s.c.Process.Signal(syscall.SIGSTOP)
	for end := time.Now().Add(leak.Patience); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(filepath.Join(home, "done")); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the run waits for the view")
		}
	}
	other, err := view.Dial(childOf(t, s.c.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.Ask(view.Request{Do: view.Watch}); err != nil {
		t.Fatal(err)
	}
	for seen := 0; seen < 30; seen++ { // about as many are skipped meanwhile
		if _, err := other.Next(); err != nil {
			t.Fatal(err)
		}
	}
	_ = s.c.Process.Signal(syscall.SIGCONT)
	s.showsAll("sleep", "skipped ")
	s.keys("q")
	touch(t, home)
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
}

// TestTopSilent: a weir that does not answer, and one that was killed, are said to be so, also to programs.
func TestTopSilent(t *testing.T) {
	s, _ := atTop(t, 80, 24, `run("yes" | "sleep 1000")`)
	s.showsAll("weir top", "write pipe1", "Hz")
	run := childOf(t, s.c.Process.Pid)
	_ = syscall.Kill(run, syscall.SIGSTOP)
	s.showsAll("no answer", "does not answer: is it stopped?")
	_ = syscall.Kill(run, syscall.SIGCONT)
	s.showsAll("write pipe1", "Hz")
	c := weir(t, "top", "--json", fmt.Sprint(run))
	var told strings.Builder
	c.Stderr = &told
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if _, err := lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	_ = syscall.Kill(run, syscall.SIGKILL)
	_, _ = io.Copy(io.Discard, lines)
	_ = c.Wait()
	if status := c.ProcessState.ExitCode(); status != 1 || !strings.Contains(told.String(), "has ended") {
		t.Errorf("status %d: %q", status, told.String())
	}
	s.showsAll("ended", "this is what was seen last")
	s.keys("q")
	s.ends()
}

// TestTopSuspends: a view that SIGTSTP stops leaves the terminal as it was, and has it again when it goes on.
func TestTopSuspends(t *testing.T) {
	s, home := atTop(t, 80, 24, untilStop)
	before := s.modes()
	s.showsAll("begun", "write pipe1")
	_ = s.c.Process.Signal(syscall.SIGTSTP)
	s.await("the usual screen", func(text string) bool { return !strings.Contains(text, "write pipe1") })
	for end := time.Now().Add(leak.Patience); s.modes() != before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the modes are %+v, were %+v", s.modes(), before)
		}
	}
	_ = s.c.Process.Signal(syscall.SIGCONT)
	s.showsAll("begun", "write pipe1")
	s.keys("q")
	touch(t, home)
	if status := s.ends(); status != 0 || s.modes() != before {
		t.Errorf("status %d", status)
	}
	if text := strings.TrimSpace(s.model.Text(false)); text != "begun\nover" {
		t.Errorf("the usual screen is\n%s", text)
	}
}

// TestTopCtrlZ: without a shell that could let the view go on, Ctrl-Z says so; at a shell it suspends the view.
func TestTopCtrlZ(t *testing.T) {
	s, home := atTop(t, 80, 24, untilStop)
	s.showsAll("begun", "write pipe1")
	s.keys("\x1a")
	s.showsAll("Ctrl-Z cannot suspend this view")
	s.keys("q")
	touch(t, home)
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
}

// TestTopStops: P stops all stages of a run that has the terminal, and lets them go on.
func TestTopStops(t *testing.T) {
	s, home := atTop(t, 80, 24, untilStop)
	s.showsAll("begun", "write pipe1")
	s.keys("P")
	s.await("no stage that goes on", func(text string) bool {
		return strings.Contains(text, "run stopped") && strings.Count(text, "stopped") > 4
	})
	s.keys("P")
	s.showsAll("Hz", "write pipe1")
	s.keys("q")
	touch(t, home)
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
}

// TestTopRefuses: a stage that reads the terminal cannot have the view's.
func TestTopRefuses(t *testing.T) {
	for script, want := range map[string]string{
		`run("cat" | "wc -l")`:                        "cat reads the terminal, whose keys the view has",
		`run(cmd("sh", "-c", "stty raw; sleep 100"))`: "a stage wants all of the terminal",
	} {
		s, _ := atTop(t, 80, 24, script)
		s.showsAll("weir top PID")
		if status := s.ends(); status != 1 {
			t.Errorf("%s: status %d", script, status)
		}
		if text := squeeze(s.model.Text(false)); !strings.Contains(text, squeeze(want)) {
			t.Errorf("%s: the screen is %s", script, text)
		}
	}
}

// TestTopShort: a run that is over before it could be looked at is shown, with how it ended.
func TestTopShort(t *testing.T) {
	s, _ := atTop(t, 80, 24, `run("true") print("hello")`)
	s.showsAll("true", "exit 0", "the run has ended", "hello")
	s.keys("q")
	s.shows("hello")
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
	s, _ = atTop(t, 80, 24, `print("no run here")`)
	s.showsAll("started no run", "no run here")
	s.keys("q")
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
	s, _ = atTop(t, 80, 24, `x = = 1`)
	s.showsAll("unexpected")
	s.keys("q")
	if status := s.ends(); status != 1 {
		t.Errorf("status %d", status)
	}
}

// TestTopScript: the view says where the script itself waits, be there a run or not.
func TestTopScript(t *testing.T) {
	for _, row := range []struct{ script, want string }{
		{`io.read()`, "the script waits to read the terminal, whose keys the view has"},
		{`start("sleep 100") io.read()`, "the script waits to read the terminal"},
		{`local p = pipe() start(cmd("sh", "-c", "sleep 100; echo") | p) p:read()`, "the script waits to read pipe1"},
		{`local p = pipe() start(p | "sleep 100") while true do p:write(("x"):rep(1000)) end`, "the script waits to write pipe1"},
		{`local q = queue() start(proc(function() time.sleep(100) q:send("x") end)) q:receive()`, "the script waits at queue"},
		{`for l in (cmd("sh", "-c", "sleep 100; echo") | "cat"):lines() do end`, "the script waits to read capture"},
	} {
		s, _ := atTop(t, 80, 24, row.script)
		s.showsAll(row.want)
		s.keys("\x03")
		s.ends()
	}
}

// TestTopLines: what weir top prints where nothing is drawn, and what the script prints beside it.
func TestTopLines(t *testing.T) {
	home := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("long.lua", `run("seq 3" | cmd("sh", "-c", "read a; read b; read c; exit 3; # `+strings.Repeat("x", 200)+`"))`)
	write("a.lua", `print("hello") run("seq 3" | "wc -l") os.exit(7)`)
	for _, row := range []struct {
		args   []string
		status int
		out    []string
		err    string
	}{
		{[]string{"top", "--plain", "a.lua"}, 7, []string{"hello", "a.lua at ", "the run has ended after 0.", "s: every stage with exit 0", "  wc -l: has ended: exit 0"}, ""},
		{[]string{"top", "--plain", "long.lua"}, 1, []string{"the run has ended after 0.", "s: sh with exit 3, the rest with exit 0", ": cmd(\"sh\", \"-c\", \"read a; read b; re…: has ended: exit 3"}, "exited with status 3"},
		{[]string{"top", "--once", "a.lua"}, 0, []string{"weir top · a.lua", "wc -l", "exit 0"}, "hello\n"},
		{[]string{"top", "--once", "--json", "a.lua"}, 0, []string{`"ended":"exit"`}, "hello\n"},
		{[]string{"top", "--predict", "--plain", "a.lua"}, 2, nil, "--predict asks at the terminal"},
		{[]string{"top", "--predict", "--once", "--json", "a.lua"}, 2, nil, "--predict asks at the terminal"},
		{[]string{"top", "a.lua"}, 1, nil, "there is no terminal to draw on; --plain prints lines"},
		{[]string{"top", "none.lua", "--plain"}, 1, nil, "cannot read none.lua"},
		{[]string{"top", "1"}, 1, nil, "top: process 1 is"},
		{[]string{"top", "999999999"}, 1, nil, "there is no process 999999999"},
		{[]string{"top", fmt.Sprint(os.Getpid())}, 1, nil, "is no weir with a run; weir ps lists those"},
		{[]string{"top"}, 1, nil, "no weir has a run; weir top FILE runs a script"},
		{[]string{"ps"}, 0, nil, "no weir has a run"},
		{[]string{"ps", "x"}, 2, nil, "takes no arguments"},
	} {
		c := weir(t, row.args...)
		c.Dir = home
		c.Env = append(c.Env, "XDG_RUNTIME_DIR="+runtimeFolder(t), "LC_ALL=C.UTF-8", "TERM=xterm")
		c.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no terminal
		var out, errs bytes.Buffer
		c.Stdout, c.Stderr = &out, &errs
		_ = c.Run()
		if status := c.ProcessState.ExitCode(); status != row.status {
			t.Errorf("%v: status %d, want %d", row.args, status, row.status)
		}
		for _, want := range row.out {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%v prints\n%s\nwant %q", row.args, &out, want)
			}
		}
		if !strings.Contains(errs.String(), row.err) || strings.Contains(errs.String(), "panic") {
			t.Errorf("%v says\n%s\nwant %q", row.args, &errs, row.err)
		}
	}
}

// TestTopFull: where its frames cannot be written, it ends, and so does what it has started.
func TestTopFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	for _, flag := range []string{"--json", "--plain"} {
		file := filepath.Join(t.TempDir(), "a.lua")
		if err := os.WriteFile(file, []byte(`run("yes" | "sleep 1000")`), 0o600); err != nil {
			t.Fatal(err)
		}
		c := weir(t, "top", flag, file)
		var errs bytes.Buffer
		c.Stdout, c.Stderr = full, &errs
		_ = c.Run()
		if status := c.ProcessState.ExitCode(); status != 1 || !strings.Contains(errs.String(), "no space left on device") {
			t.Errorf("%s: status %d, %s", flag, status, &errs)
		}
	}
}

// TestTopChooses: of several weirs one is chosen, and weir ps lists all.
func TestTopChooses(t *testing.T) {
	home, folder := t.TempDir(), runtimeFolder(t)
	var pids []int
	for _, name := range []string{"one.lua", "two.lua"} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(untilStop), 0o600); err != nil {
			t.Fatal(err)
		}
		c := weir(t, "run", name)
		c.Dir, c.Env = home, append(c.Env, "XDG_RUNTIME_DIR="+folder)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		pids = append(pids, c.Process.Pid)
		defer func() {
			touch(t, home)
			_ = c.Wait()
		}()
	}
	for _, pid := range pids {
		for end := time.Now().Add(leak.Patience); len(runningIn(t, folder)[pid]) != 1; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("weir ps does not have its run")
			}
		}
		if run := runningIn(t, folder)[pid][0]; len(run.Stages) != 3 {
			t.Errorf("%d is %+v", pid, run)
		}
	}
	s := sit(t, 80, 24, home, []string{"XDG_RUNTIME_DIR=" + folder}, "top")
	s.showsAll("which weir?", "one.lua", "two.lua")
	s.keys("\x1b[B\r")
	s.showsAll("weir top · ", "write pipe1")
	s.keys("q")
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
	if !kernelAlive(pids[0]) || !kernelAlive(pids[1]) {
		t.Error("a weir has ended with its view")
	}
}

// runningIn are the runs that weir ps finds by that folder, by the processes that have them.
func runningIn(t *testing.T, folder string) map[int][]view.Run {
	t.Helper()
	ps := weir(t, "ps", "--json")
	ps.Env = append(ps.Env, "XDG_RUNTIME_DIR="+folder)
	out, err := ps.Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[int][]view.Run{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var w view.Snapshot
		if err := d.Decode(&w); err != nil {
			t.Fatal(err)
		}
		found[w.PID] = w.Runs
	}
	return found
}

// TestTopHere: the prompt shows a job, and goes on when the view leaves.
func TestTopHere(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), []string{"XDG_RUNTIME_DIR=" + runtimeFolder(t)})
	s.shows("weir>")
	s.enter(":top")
	s.shows("there was no run yet; start(t) makes a job\nweir>")
	s.enter(`j = start("yes" | "tr a-z A-Z" | "sleep 1000")`)
	s.shows("weir>")
	s.enter(":top 1")
	s.showsAll("weir top", "write pipe1")
	s.keys("q")
	s.shows("weir> :top 1\nweir>")
	s.enter(":top 7")
	s.shows("there is no job 7; jobs() lists them\nweir>")
	s.enter(":top")
	s.showsAll("write pipe1")
	s.keys("\x03")
	s.shows("weir> :top\nweir>")
	s.enter("j:kill() j:wait()")
	s.shows("*\nweir>")
	s.enter("os.exit(0)")
	s.ends()
}

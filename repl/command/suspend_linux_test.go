package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"weir/ipc/oracle"
)

// TestPromptNotSuspended: where Lua waits for what a run gives, Ctrl-Z says that it cannot stop it, and
// the run goes on.
func TestPromptNotSuspended(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "x.lua"), []byte("run(sh'sleep 1000')"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := sit(t, 80, 24, home, nil)
	s.shows("weir>")
	for _, input := range []string{
		`("sleep 1000" | "cat"):text()`,
		`for l in sh"sleep 1000":lines() do end`,
		`sh"sleep 1000":lines()()`,
		`:run x.lua`,
	} {
		s.enter(input)
		s.lent()
		s.keys("\x1a")
		s.shows("*\nCtrl-Z cannot stop this run, since Lua waits for it; Ctrl-C ends it")
		s.lent()
		s.keys("\x03")
		s.shows("*interrupted\nweir>")
	}
	s.enter("jobs()")
	s.shows("there is no job\nweir>")
	s.keys("\x04")
	s.ends()
}

// TestForegroundSuspended: Ctrl-Z stops what fg has brought to the foreground, again and again, and the
// prompt goes on.
func TestForegroundSuspended(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil)
	s.shows("weir>")
	for _, job := range []string{`"sleep 1000"`, `"sleep 1000" | "cat"`, `sh"sleep 1000 | cat"`} {
		s.enter("j = start(" + job + ")")
		s.shows("*running*\nweir>")
		for _, way := range []string{"fg()", "fg(j)", "fg(1)", "bg() fg()"} {
			s.enter(way)
			s.lent()
			s.stops("*[1]  stopped  *\nweir>")
			s.enter("7+7")
			s.shows("14\nweir>")
		}
		s.enter("j:kill() print(j:wait{check = false}.ok)")
		s.shows("false\nweir>")
	}
	s.keys("\x04")
	s.ends()
}

// stops types Ctrl-Z until the screen ends with these lines: one that comes between the loan of
// the terminal and SIGCONT is discarded, signal(7).
func (s *seat) stops(want string) {
	s.t.Helper()
	s.keys("\x1a")
	again := time.NewTicker(5 * time.Second)
	shown := make(chan struct{})
	var typing sync.WaitGroup
	typing.Go(func() {
		for {
			select {
			case <-shown:
				return
			case <-again.C:
				_, _ = s.master.WriteString("\x1a")
			}
		}
	})
	defer typing.Wait()
	defer close(shown)
	defer again.Stop()
	s.shows(want)
}

// TestScriptSuspended: Ctrl-Z stops a script as it stops a shell's, with its run, and fg goes on with both.
func TestScriptSuspended(t *testing.T) {
	oracle.Need(t, "bash")
	home, exe := t.TempDir(), binFolder(t)
	linkProgram(t, home, "front")
	c := exec.Command("bash", "--norc", "--noprofile", "-i")
	c.Dir = home
	c.Env = append(os.Environ(), playEnv+"=1", "PATH="+exe+":/usr/bin:/bin", "HOME="+home, "TERM=xterm", "PS1=$ ", "LC_ALL=C.UTF-8")
	s := seatOf(t, 80, 24, c)
	s.shows("$")
	for _, code := range []string{
		`run("./front")`,
		`run("./front" | "cat")`,
		`for l in sh"./front":lines() do print(l) io.flush() end`,
	} {
		s.enter("weir -e '" + code + "'")
		s.shows("*\nin front")
		s.keys("\x1a")
		s.shows("*Stopped*\n$")
		s.enter("echo between")
		s.shows("between\n$")
		s.enter("fg")
		s.shows("*\nin front")
		s.keys("\x03")
		s.shows("*\n$")
	}
	s.keys("\x04")
	s.ends()
}

// TestInterruptBehindEnter: a Ctrl-C that is typed before an input has begun ends it.
func TestInterruptBehindEnter(t *testing.T) {
	if text, err := os.ReadFile("/proc/sys/dev/tty/legacy_tiocsti"); err == nil && text[0] == '0' {
		t.Skip("the keys of a terminal cannot be looked at here")
	}
	s := sit(t, 80, 24, t.TempDir(), nil)
	s.shows("weir>")
	for _, input := range []string{"$ sleep 1000", `run("sleep 1000")`, "while true do end", `sh"sleep 1000":text()`, "1 + 1"} {
		s.keys(input + "\r\x03")
		s.shows("*interrupted\nweir>")
	}
	s.keys("$ cat\rtyped ahead\r\x04")
	s.shows("typed ahead\nweir>")
	s.keys("\x04")
	s.ends()
}

// TestForegroundInterrupted: Ctrl-C says the same whether run or fg has a run in the foreground.
func TestForegroundInterrupted(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil)
	s.shows("weir>")
	for _, way := range []string{"run(%s)", "j = start(%s) fg(j)", "j = start(%s) fg()", "j = start(%s) fg(1)"} {
		for _, what := range []string{`"sleep 1000"`, `"sleep 1000" | "cat"`, `sh"sleep 1000 | cat"`} {
			s.enter(fmt.Sprintf(way, what))
			s.lent()
			s.keys("\x03")
			s.shows("*^C\ninterrupted\nweir>")
		}
	}
	s.keys("\x04")
	s.ends()
}

package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"weir/ipc/leak"
)

// watching is a script that is over when a file is there.
const watching = `print("begun")
local r = watch("yes" | "tr a-z A-Z" | cmd("sh", "-c", "echo hello; until test -e stop; do sleep 0.05; done; echo bye"))
print("over", r.ok, #r.stages)`

// TestWatch: the view has the terminal, and what the run prints is printed when it has left.
func TestWatch(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "a.lua"), []byte(watching), 0o600); err != nil {
		t.Fatal(err)
	}
	s := sit(t, 80, 24, home, nil, "a.lua")
	before := s.modes()
	s.showsAll("weir top · a.lua", "write pipe1", "hello")
	s.keys("q")
	s.shows("begun\nhello")
	touch(t, home)
	s.shows("*hello\nbye\nover    true    3")
	if s.ends() != 0 || s.modes() != before {
		t.Errorf("it does not end well:\n%s", s.model.Text(false))
	}
}

// TestWatchInterrupted: Ctrl-C ends the run, and the script.
func TestWatchInterrupted(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil, "-e", `watch("yes" | "sleep 1000") os.exit(7)`)
	s.showsAll("weir top", "write pipe1")
	s.keys("\x03")
	if status := s.ends(); status != 130 {
		t.Errorf("status %d:\n%s", status, s.model.Text(false))
	}
}

// TestWatchAtPrompt: the prompt comes back, and the run's end is seen.
func TestWatchAtPrompt(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil)
	s.shows("weir>")
	s.enter(`watch("echo hello").ok`)
	s.showsAll("weir top", "hello")
	s.keys("q")
	s.shows("weir> watch(\"echo hello\").ok\nhello\ntrue\nweir>")
	s.enter("os.exit(0)")
	s.ends()
}

// TestWatchNowhere: without a terminal it is run, and said to be once.
func TestWatchNowhere(t *testing.T) {
	c := weir(t, "-e", `for i = 1, 2 do print(watch("echo hello").ok) end`)
	var told strings.Builder
	c.Stderr = &told
	out, err := c.Output()
	if err != nil || string(out) != "hello\ntrue\nhello\ntrue\n" {
		t.Errorf("%v: %q", err, out)
	}
	if want := "weir: watch: there is no terminal to show it at; it runs as run does\n"; told.String() != want {
		t.Errorf("it says %q", told.String())
	}
}

// TestWatchTerminal: a stage that reads the terminal is refused, with a word about the other way, and the script
// goes on. One that reads when the view has left finds the end of the input.
func TestWatchTerminal(t *testing.T) {
	home := t.TempDir()
	s := sit(t, 200, 24, home, nil, "-e", `print(pcall(watch, sh"cat" | "wc -c")) print(watch("echo hello").ok)`)
	before := s.modes()
	s.showsAll("weir top", "hello") // the second run
	s.keys("q")
	if s.ends() != 0 || s.modes() != before {
		t.Errorf("it does not end well:\n%s", s.model.Text(false))
	}
	for _, want := range []string{"watch: cat reads the terminal, whose keys the view has", "run(t)", "weir top PID"} {
		if !strings.Contains(s.model.Text(false), want) {
			t.Errorf("it does not say %q:\n%s", want, s.model.Text(false))
		}
	}
	s = sit(t, 80, 24, home, nil, "-e",
		`watch(cmd("sh", "-c", "echo hello; until test -e stop; do sleep 0.05; done; cat; cat; echo bye"))`)
	s.showsAll("weir top", "hello")
	s.keys("q")
	s.shows("hello")
	touch(t, home)
	s.shows("hello\nbye")
	if s.ends() != 0 {
		t.Errorf("it does not end well:\n%s", s.model.Text(false))
	}
}

// TestTopHoldsOthers: what other jobs print does not stand in the view, and is printed when it has left.
func TestTopHoldsOthers(t *testing.T) {
	home := t.TempDir()
	s := sit(t, 80, 24, home, nil)
	s.shows("weir>")
	s.enter(`j = start(cmd("sh", "-c", "until test -e stop; do sleep 0.05; done; echo spoken; touch said; sleep 1000"))`)
	s.showsAll("[1]", "weir>")
	s.enter(`k = start("yes" | "sleep 1000")`)
	s.showsAll("[2]", "weir>")
	s.enter(":top 2")
	s.showsAll("weir top", "write pipe1")
	touch(t, home)
	for end := time.Now().Add(leak.Patience); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(filepath.Join(home, "said")); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the job says nothing")
		}
	}
	s.keys("?") // its answer comes behind what has come before
	s.showsAll("the keys of weir top")
	if strings.Contains(s.model.Text(false), "spoken") {
		t.Errorf("it stands in the view:\n%s", s.model.Text(false))
	}
	s.keys("q")
	s.showsAll("write pipe1")
	s.keys("q")
	s.showsAll("spoken")
	s.enter("os.exit(0)")
	s.ends()
}

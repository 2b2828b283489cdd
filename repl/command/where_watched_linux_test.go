package command

import (
	"bufio"
	"strings"
	"testing"
	"time"

	"weir/ipc/leak"
)

// TestWhereUnwatched: where nobody watches, Ctrl-C and Ctrl-\\ say what the look for deadlocks has seen
// last. That comes when it comes, so that each is tried again, later, until it had.
func TestWhereUnwatched(t *testing.T) {
	// A shell that starts a program by vfork(2) cannot be stopped meanwhile: both say that they are up.
	const run = `run(sh"yes" | cmd("sh", "-c", "(echo m''id >&2; exec cat); true") | ` +
		`cmd("sh", "-c", "echo u''p; exec sleep 100"):named"sleep")`
	for _, row := range []struct {
		name, key  string
		prompt, fg bool
	}{{"Ctrl-C", "\x03", false, false}, {"Ctrl-\\", "\x1c", false, false}, {"Ctrl-C at the prompt", "\x03", true, false},
		{"Ctrl-\\ at the prompt", "\x1c", true, false}, {"Ctrl-C after fg()", "\x03", true, true},
		{"Ctrl-\\ after fg()", "\x1c", true, true}} {
		t.Run(row.name, func(t *testing.T) {
			const want = "yes writes pipe1, which is full; sh writes pipe2, which is full; sleep sleeps, or waits outside"
			text := ""
			for pause := 400 * time.Millisecond; pause < leak.Patience; pause *= 2 {
				var s *seat
				if row.prompt {
					s = sit(t, 120, 24, t.TempDir(), nil)
					s.shows("weir>")
					s.keys(run + "\r")
				} else {
					s = sit(t, 120, 24, t.TempDir(), nil, "-e", run)
				}
				s.lent()
				s.showsAll("mid", "up")
				if row.fg {
					s.keys("\x1a")
					s.showsAll("stopped")
					s.keys("fg()\r")
					s.lent()
				}
				time.Sleep(pause)
				s.keys(row.key)
				if row.prompt {
					s.await("the prompt", func(text string) bool { return strings.HasSuffix(strings.TrimSpace(text), "weir>") })
					s.keys("\x04")
				}
				s.ends()
				if text = strings.ReplaceAll(s.model.Text(false), "\n", " "); strings.Contains(text, want) {
					return
				}
			}
			t.Errorf("it says\n%s", text)
		})
	}
}

// TestWhereWatched: where a view watches a run, it is known what its stages did before the terminal's
// Ctrl-C has ended them.
func TestWhereWatched(t *testing.T) {
	env := "XDG_RUNTIME_DIR=" + runtimeFolder(t)
	s := sit(t, 80, 24, t.TempDir(), []string{env}, "-e", `print("begun") run(sh"yes" | sh"sleep 100")`)
	s.shows("begun")
	s.lent()
	c := weir(t, "top", "--json")
	c.Env = append(c.Env, env)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan() && !strings.Contains(lines.Text(), `"full":1`); {
	}
	s.keys("\x03")
	if status := s.ends(); status != 130 {
		t.Errorf("status %d", status)
	}
	if text := strings.ReplaceAll(s.model.Text(false), "\n", " "); !strings.Contains(text, "yes writes pipe1, which is full") {
		t.Errorf("it says\n%s", s.model.Text(false))
	}
	_ = c.Wait()
}

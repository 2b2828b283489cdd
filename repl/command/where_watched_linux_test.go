package command

import (
	"bufio"
	"strings"
	"testing"
)

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

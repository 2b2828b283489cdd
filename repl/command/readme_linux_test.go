package command

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"weir/repl/help"
	"weir/repl/reference"
)

const (
	readme     = "../../README.md"
	shellSign  = "$ "
	promptSign = "weir> "
)

// sessions are README's blocks that begin with a command line of weir.
func sessions(tb testing.TB) []string {
	tb.Helper()
	data, err := os.ReadFile(readme)
	if err != nil {
		tb.Fatal(err)
	}
	var list []string
	for i, part := range strings.Split(string(data), "\n```") {
		_, body, _ := strings.Cut(part, "\n")
		if i%2 == 1 && strings.HasPrefix(body, shellSign+"weir") {
			list = append(list, body+"\n")
		}
	}
	return list
}

// TestReadmeLua runs the scripts that README shows.
func TestReadmeLua(t *testing.T) {
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(data), "\n```lua\n")[1:]
	if len(blocks) < 2 {
		t.Fatalf("README shows %d scripts", len(blocks))
	}
	for _, block := range blocks {
		text, _, _ := strings.Cut(block, "\n```")
		if strings.HasPrefix(text, "config.") { // init.lua
			text = "local config = {}\n" + text
		}
		c := weir(t, "run", "-")
		c.Dir = t.TempDir()
		c.Stdin = strings.NewReader(text)
		if got := finish(t, c); got.status != 0 {
			t.Errorf("%s\n%s", text, got.stderr)
		}
	}
}

// chapterSessions are those of the reference's chapters.
func chapterSessions() (list []string) {
	for _, s := range help.Manual() {
		for _, block := range s.Blocks {
			if code, ok := block.(reference.Code); ok && strings.HasPrefix(string(code), shellSign+"weir") {
				list = append(list, string(code)+"\n")
			}
		}
	}
	return list
}

// TestReadme types the sessions that README and the reference show, and compares what comes.
func TestReadme(t *testing.T) {
	list, chapters := sessions(t), chapterSessions()
	if len(list) < 2 || len(chapters) < 2 {
		t.Fatalf("README shows %d sessions, and the reference %d", len(list), len(chapters))
	}
	list = append(list, chapters...)
	bin := binFolder(t)
	for _, session := range list {
		line, rest, _ := strings.Cut(strings.TrimPrefix(session, shellSign), "\n")
		t.Run(line, func(t *testing.T) {
			input, want := "", ""
			for _, l := range strings.SplitAfter(rest, "\n") {
				if typed, ok := strings.CutPrefix(l, promptSign); ok {
					input += typed
				} else {
					want += l
				}
			}
			c := exec.Command("bash", "-c", "{ "+line+"\n} 2>&1")
			c.Dir = t.TempDir()
			c.Env = append(os.Environ(), playEnv+"=1", "PATH="+bin+":/usr/bin:/bin")
			c.Stdin = strings.NewReader(input)
			plain := func(text string) string { return whereabouts.ReplaceAllString(text, "") }
			if got := finish(t, c); plain(got.stdout) != plain(want) {
				t.Errorf("shown is\n%s\nbut it is\n%s", want, got.stdout)
			}
		})
	}
}

package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weir/ipc/oracle"
)

// completions are the beginnings of lines, and the lines that a shell makes of them.
var completions = [][2]string{
	{"weir anno", "weir annotations"},
	{"weir run scr", "weir run script.lua"},
	{"weir run example:hel", "weir run example:hello"},
	{"weir graph --format mer", "weir graph --format mermaid"},
	{"weir doc mutex:loc", "weir doc mutex:lock"},
	{"weir doc queue:na", "weir doc queue:named"},
	{"weir doc t:er", "weir doc t:err"},
	{"weir annotations s", "weir annotations sub/"},
	{"weir completion fi", "weir completion fish"},
	{"weir annotations ", "weir annotations sub/"},
}

// shellWords are the words in front of the one that is completed, that one, and what
// shells are told of it.
var shellWords = []struct{ before, word, want string }{
	{"graph", "--fo", "--format\tdraw in this FORMAT: text, dot, mermaid, svg, json\n:4\n"},
	{"", "--ev", "--events\twrite the journal as JSON lines to FILE (- is standard output)\n:4\n"},
	{"explain", "--ex", "--execute\texplain what this Lua CODE runs\n:4\n"},
	{"ls", "", ":4\n"},
	{"clean", "", ":4\n"},
	{"doctor", "", ":4\n"},
	{"bench", "", ":4\n"},
	{"-e 1", "", ":0\n"},
	{"graph -e 1", "example:hel", ":0\n"},
	{"run example:pi", "", ":0\n"},
	{"tour 1", "", ":4\n"},
	{"completion fish", "", ":4\n"},
	{"doc queue", "", ":4\n"},
	{"doc", "b:w", "b:wait\twaits for the other parties: true, with \"last\" for one of them; \"abandoned\" where one died waiting\n:4\n"},
	{"doc", "job:w", "job:wait\twaits for the end and returns the result, or nil and \"timeout\"; an error where a stage failed\n:4\n"},
	{"doc", "x:", ":4\n"},
}

// TestShellWords: shells are told of what fits, and where nothing does of no files.
func TestShellWords(t *testing.T) {
	for _, row := range shellWords {
		args := append(append([]string{"__complete"}, strings.Fields(row.before)...), row.word)
		if got := finish(t, weir(t, args...)); got.stdout != row.want || got.status != 0 {
			t.Errorf("weir %s %q: %q, want %q", row.before, row.word, got.stdout, row.want)
		}
	}
}

// completing is a shell, in a folder with two files and a folder, which has weir in its PATH.
func completing(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	oracle.Need(t, name)
	home := t.TempDir()
	for _, name := range []string{"script.lua", "sibling.txt"} {
		if err := os.WriteFile(filepath.Join(home, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(home, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(name, args...)
	c.Dir = home
	c.Env = append(os.Environ(), playEnv+"=1", "PATH="+binFolder(t)+":/usr/bin:/bin", "HOME="+home, "XDG_CONFIG_HOME=", "XDG_DATA_HOME=",
		"TERM=xterm", "LC_ALL=C.UTF-8", "PS1=$ ")
	return c
}

// TestShellsComplete: at their own prompts, the shells complete what weir has told
// them of.
func TestShellsComplete(t *testing.T) {
	for _, shell := range []struct {
		name  string
		args  []string
		learn string
	}{
		{"bash", []string{"--norc", "--noprofile", "-i"}, "source <(weir completion bash)"},
		{"zsh", []string{"-f", "-i"}, "autoload -U compinit; compinit -D; source <(weir completion zsh)"},
	} {
		t.Run(shell.name, func(t *testing.T) {
			s := seatOf(t, 200, 24, completing(t, shell.name, shell.args...))
			s.has("$")
			s.enter(shell.learn + "; echo lear''ned")
			s.has("learned")
			for _, row := range completions {
				s.keys(row[0] + "\t")
				want := row[1]
				if !strings.HasSuffix(want, "/") {
					want += " "
				}
				s.has(want)
				s.keys("\x15\x0c") // an empty line on an empty screen
			}
			s.keys("\x04")
			s.ends()
		})
	}
}

// TestFishCompletes asks fish itself, whose prompt draws more than the screen's
// model knows.
func TestFishCompletes(t *testing.T) {
	for _, row := range completions {
		_, last, _ := cutLast(row[0], " ")
		_, want, _ := cutLast(row[1], " ")
		out, err := completing(t, "fish", "--no-config", "-c", "weir completion fish | source; complete -C '"+row[0]+"'").CombinedOutput()
		got, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\t")
		if err != nil || got != want {
			t.Errorf("%s: %q is completed to %q, want %q; %v", row[0], last, out, want, err)
		}
	}
}

func cutLast(text, sep string) (before, after string, found bool) {
	i := strings.LastIndex(text, sep)
	return text[:max(i, 0)], text[i+len(sep):], i >= 0
}

// has waits until the screen has one of these texts.
func (s *seat) has(texts ...string) {
	s.t.Helper()
	s.await(strings.Join(texts, " or "), func(string) bool {
		return slices.ContainsFunc(texts, func(want string) bool { return strings.Contains(s.model.Text(true), want) })
	})
}

package command

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"weir/ipc/leak"
	"weir/repl/help"
	"weir/repl/pty"
	"weir/repl/reference"
	"weir/runtime/cells"
	"weir/script"
	"weir/script/luaio"
)

// printed runs weir at a terminal and gives what it writes there.
func printed(t *testing.T, cols int, dir string, args ...string) string {
	t.Helper()
	master, slave, err := pty.Open(cols, 24)
	if err != nil {
		t.Skip(err)
	}
	defer master.Close()
	c := weir(t, args...)
	c.Dir, c.Stdin, c.Stdout, c.Stderr = dir, slave, slave, slave
	c.Env = append(c.Env, "TERM=xterm", "NO_COLOR=1", "LC_ALL=C.UTF-8")
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	stuck := time.AfterFunc(leak.Patience, func() { c.Process.Kill() })
	text, _ := io.ReadAll(master) // EIO is the end of a terminal
	_ = c.Wait()
	if !stuck.Stop() {
		t.Errorf("weir %s: hangs", strings.Join(args, " "))
	}
	return strings.ReplaceAll(string(text), "\r", "")
}

// wide finds a line that is wider than the terminal. A word without a blank, alone or behind a title,
// cannot be folded; code is not, which help and the reference indent, and which explain has as bash.
func wide(text string, cols int, hasCode bool) (line string, found bool) {
	for _, line := range strings.Split(text, "\n") {
		switch {
		case line == "as bash:":
			return "", false
		case hasCode && strings.HasPrefix(line, "    "):
		case cells.Text(line) > cols && len(strings.Fields(line)) > 2:
			return line, true
		}
	}
	return "", false
}

// TestFitting: whatever weir prints of its own ends where the terminal does.
func TestFitting(t *testing.T) {
	dir := t.TempDir()
	long := strings.Repeat("a long line ", 20)
	if err := os.WriteFile(filepath.Join(dir, "bad.lua"), []byte("local x = '"+long+"' x.y.z = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rows := [][]string{{"--help"}, {"examples"}, {"doctor"}, {"tour", "--list"}, {"ls"}, {"clean"}, {"nonsense"}, {"doc"},
		{"doc", "no such name at all"}, {"help", "nonsense"}, {"run", "there is no such file as this one.lua"}, {"--nonsense"},
		{"bad.lua"}, {"-e", `run("gerp")`}, {"-e", `error("` + long + `")`}, {"-e", `run(sh"exit 3" | "cat")`},
		{"-e", `print(run)("` + long + `")`}, {"-e", "x ="}, {"-e", `run(loop(sh"cat"))`},
		{"explain", "-e", `io.open("a file with a long name that is not there yet", "w") os.exit(3)`},
		{"explain", "example:butterfly"}, {"explain", "example:pi"}, {"graph", "example:pi"}, {"graph", "example:butterfly"},
		{"graph", "-e", `os.setenv("A_VARIABLE_WITH_A_LONG_NAME", "and a value")`}}
	f := &face{Streams: Streams{os.Stdin, os.Stdout, os.Stderr}, examples: embedded,
		out: luaio.NewOutput(os.Stdout, luaio.StandardOutput), errs: luaio.NewOutput(os.Stderr, luaio.StandardError)}
	for _, c := range f.root().Commands() {
		rows = append(rows, []string{"help", c.Name()}, []string{c.Name(), "--help"}, []string{"doc", c.Name()})
	}
	for _, cols := range shownWidths {
		for _, args := range rows {
			hasCode := args[0] == "doc" || args[0] == "help" || args[len(args)-1] == "--help" || strings.Contains(strings.Join(args, " "), "bad.lua")
			if line, found := wide(printed(t, cols, dir, args...), cols, hasCode); found {
				t.Errorf("weir %s at %d columns: %d are in\n%s", strings.Join(args, " "), cols, cells.Text(line), line)
			}
		}
	}
}

// TestDocFindsNames: weir doc and help find a page for every command, chapter, function, method, field,
// option, setting and word.
func TestDocFindsNames(t *testing.T) {
	f := &face{Streams: Streams{os.Stdin, os.Stdout, os.Stderr}, examples: embedded,
		out: luaio.NewOutput(os.Stdout, luaio.StandardOutput), errs: luaio.NewOutput(os.Stderr, luaio.StandardError)}
	root := f.root()
	help.Commands = func() []reference.Item { return commandItems(root) }
	defer func() { help.Commands = func() []reference.Item { return nil } }()
	vm := script.New(script.Options{Script: "weir"})
	defer vm.Close()
	says := map[string]string{} // a part of the page, by name
	for _, c := range root.Commands() {
		if !c.Hidden {
			says[c.Name()] = "weir " + c.Use
		}
	}
	for _, e := range help.Entries() {
		says[help.Title(e)], says[e.Name] = e.Signature, ""
	}
	for _, pair := range help.NamesLike("") {
		says[pair[0]] += ""
	}
	for _, width := range shownWidths {
		for name, part := range says {
			text, known := help.On(vm, name, width)
			flat := strings.Join(strings.Fields(text), " ")
			if !known || strings.HasPrefix(text, "no help") || !strings.Contains(flat, strings.Join(strings.Fields(part), " ")) {
				t.Errorf("%q at %d columns: %v, %s\nwant %q", name, width, known, text, part)
			}
			if line, found := wide(text, width, true); found {
				t.Errorf("%q at %d columns: %s", name, width, line)
			}
		}
	}
	if len(says) < 300 {
		t.Errorf("there are %d names", len(says))
	}
}

// TestPerSecond: no figure is infinite, however short it took.
func TestPerSecond(t *testing.T) {
	for _, row := range []struct {
		n    int
		took time.Duration
		want float64
	}{{0, 0, 1e9}, {5, 0, 5e9}, {0, time.Second, 1}, {10, -time.Second, 1e10}, {10, 2 * time.Second, 5}, {1, time.Nanosecond, 1e9}} {
		if got := fmt.Sprintf("%.0f", perSecond(row.n, row.took)); got != fmt.Sprintf("%.0f", row.want) {
			t.Errorf("%d in %v: %s, not %.0f", row.n, row.took, got, row.want)
		}
	}
}

// TestBytesSpelt: bytes that are no text are spelt in messages as Lua spells them, however the script has
// them, and the caret stands where they do.
func TestBytesSpelt(t *testing.T) {
	for _, code := range []string{"run(`a\xffb`)", "run(`ls`, {[`a\xffb`] = 1})", "run(cmd(`a\xffb`))", "socket(`a\xffb`)", "run(`ls`, {timeout = `a\xffb`})",
		"graph(`ls`, `a\xffb`)", "start(`true`):kill(`a\xffb`)", "int64(`a\xffb`)", "run(`a\x01b`)", "run(`a\x1bb`)"} {
		for _, spelt := range []bool{false, true} {
			code := strings.ReplaceAll(code, "`", `"`)
			bytes := strings.NewReplacer("\xff", `\255`, "\x01", `\001`, "\x1b", `\027`)
			if spelt {
				code = bytes.Replace(code)
			}
			got := finish(t, weir(t, "-e", code))
			first, _, _ := strings.Cut(got.stderr, "\n")
			want := bytes.Replace(code[strings.Index(code, "a"):])
			want = want[:strings.Index(want+`"`, `"`)]
			if i := strings.LastIndex(bytes.Replace(code), `"a`); i >= 0 {
				want = bytes.Replace(code)[i+1:]
				want = want[:strings.Index(want, `"`)]
			}
			at := strings.Count(first, ":")
			if !strings.Contains(first, want) || !utf8.ValidString(first) || strings.ContainsAny(first, "\x01\x1b") || at < 3 {
				t.Errorf("%q: %q\nwant %s and a column", code, got.stderr, want)
			}
		}
	}
}

package command

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSpeltOut: what a message quotes from outside is no order to the terminal.
func TestSpeltOut(t *testing.T) {
	const odd = "no\x1b[31m\r\u009b\u202e" // colours, what ISO 6429 takes for ESC [, and right to left
	for _, row := range []struct {
		args  []string
		input string
	}{
		{[]string{"run", odd}, ""}, {[]string{odd + ".lua"}, ""}, {[]string{odd}, ""}, {[]string{"--" + odd}, ""},
		{[]string{"graph", odd}, ""}, {[]string{"graph", "--format", odd, "-e", "x = 1"}, ""},
		{[]string{"explain", odd}, ""}, {[]string{"run", examplePrefix + odd}, ""},
		{[]string{"examples", odd}, ""}, {[]string{"doc", odd}, ""}, {[]string{"doc", "--format", odd}, ""},
		{[]string{"help", odd}, ""}, {[]string{"completion", odd}, ""}, {[]string{"tour", odd}, ""},
		{[]string{"--events", odd + "/x", "-e", "x = 1"}, ""},
		{[]string{"-e", `error("` + odd + `")`}, ""}, {[]string{"-e", odd}, ""}, {[]string{"-e", `error({["` + odd + `"] = 1})`}, ""},
		{[]string{"-e", `run(cmd"` + odd + `")`}, ""}, {[]string{"-e", `run(sh"false":named"` + odd + `")`}, ""},
		{[]string{"-e", `run(file"` + odd + `" | "cat")`}, ""}, {[]string{"-e", `fifo{["` + odd + `"] = 1}`}, ""},
		{[]string{"-e", `run(proc(function() error(arg[1]) end))`, odd}, ""},
		{[]string{"-e", `dofile(arg[1])`, odd}, ""}, {[]string{"-e", `require(arg[1])`, odd}, ""},
		{[]string{"-e", `run(sh"true", {timeout = os.getenv"ODD"})`}, ""}, {[]string{"-e", `socket(os.getenv"ODD")`}, ""},
		{[]string{"-e", `run(sh"true" | os.getenv"ODD")`}, ""},
		{nil, odd}, {nil, ":" + odd}, {nil, ":run " + odd}, {nil, ":load " + odd}, {nil, ":examples " + odd}, {nil, ":save /" + odd + "/x"},
		{nil, "$ cd " + odd}, {nil, "$ " + odd}, {nil, odd + "?"}, {nil, "error'" + odd + "'\n:trace"}, {nil, "'" + odd + "'"},
		{nil, "start(sh'false':named'" + odd + "'):wait()"}, {nil, "run(sh'false':named'" + odd + "')"},
	} {
		t.Run(strings.Join(row.args, " ")+row.input, func(t *testing.T) {
			t.Parallel()
			c := weir(t, row.args...)
			c.Dir, c.Stdin = t.TempDir(), strings.NewReader(row.input+"\n")
			c.Env = append(c.Env, "ODD="+odd)
			got := finish(t, c)
			text := got.stdout + got.stderr
			if i := strings.IndexFunc(text, func(r rune) bool {
				return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 || r == 0x202e
			}); i >= 0 || text == "" {
				t.Errorf("%q has one at %d", text, i)
			}
		})
	}
}

// TestSpeltLists: the names that ls lists, and those of a drawing and a plan.
func TestSpeltLists(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "s.lua")
	if err := os.WriteFile(script, []byte("run(cmd('echo', 'a\\27[31m'):named'x\\27[31m' | file('y\\27[31m', 'w'))"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"graph", script}, {"graph", "--format", "dot", script}, {"graph", "--format", "mermaid", script},
		{"graph", "--format", "svg", script}, {"graph", "--format", "json", script}, {"explain", script}, {"explain", "--json", script}} {
		if got := finish(t, weir(t, args...)); got.status != 0 || strings.ContainsAny(got.stdout, "\x1b\r") {
			t.Errorf("%q: %q, %s", args, got.stdout, got.stderr)
		}
	}
}

// goSpelling is what writes text as Go quotes it: \xff, \u00e4.
var goSpelling = regexp.MustCompile(`%[+#]?q|%[+#]+v|strconv\.(Append)?Quote|0x%0?[0-9]*[xX]`)

// unread are rooms whose texts users do not read as messages, and what stands for Lua or C.
var unread = regexp.MustCompile(`^(ipc/leak|repl/vt|repl/annotations|script/interp/luagen)/|%q quotes for Lua|"%05\.1f %s %q"|:hex\(\)|"hex"\)\.bits`)

// TestOneSpelling: no message quotes as Go does, for bytes are spelt as in Lua: \255.
func TestOneSpelling(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || unread.MatchString(name) {
			return err
		}
		text, err := os.ReadFile(path)
		for i, line := range strings.Split(string(text), "\n") {
			if goSpelling.MatchString(line) && !unread.MatchString(line) {
				t.Errorf("%s:%d: %s", name, i+1, strings.TrimSpace(line))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSpeltInLua: bytes that are no text, and letters that are, stand in a message as Lua has them.
func TestSpeltInLua(t *testing.T) {
	const odd = "n\xffo\u00e4" // by the system's calls no name has it
	for _, row := range []struct {
		args  []string
		input string
	}{
		{[]string{"run", odd}, ""}, {[]string{odd}, ""}, {[]string{"--" + odd}, ""}, {[]string{"graph", "--format", odd, "-e", "x = 1"}, ""},
		{[]string{"bench", "--messages", odd}, ""}, {[]string{"top", odd}, ""}, {[]string{"help", odd}, ""},
		{[]string{"examples", odd}, ""}, {[]string{"doc", odd}, ""}, {[]string{"doc", "--format", odd}, ""}, {[]string{"completion", odd}, ""},
		{[]string{"-e", `run(cmd(arg[1]))`, odd}, ""}, {[]string{"-e", `dofile(arg[1])`, odd}, ""}, {[]string{"-e", `json.decode(arg[1])`, odd}, ""},
		{[]string{"-e", `json.decode('"' .. arg[1])`, odd}, ""}, {[]string{"-e", `json.decode("[" .. arg[1]:sub(3))`, "xy\u00e4"}, ""},
		{[]string{"-e", `run(sh"true", {timeout = arg[1]})`, odd}, ""}, {[]string{"-e", `socket(arg[1])`, odd}, ""},
		{[]string{"-e", `socket("tcp:localhost:" .. arg[1])`, odd}, ""},
		{[]string{"-e", `run(sh"false":named(arg[1]))`, odd}, ""}, {[]string{"-e", `shm{layout = arg[1]}`, odd}, ""},
		{[]string{"-e", `shm{layout = "int " .. arg[1]}`, odd}, ""}, {[]string{"-e", `run(file(arg[1]) | "cat")`, odd}, ""},
		{[]string{"-e", `start("true"):kill(arg[1])`, odd}, ""}, {[]string{"-e", `queue(arg[1], {[arg[1]] = 1})`, odd}, ""},
		{[]string{"-e", `ring{slots = arg[1]}`, odd}, ""}, {[]string{"-e", `pipe{capacity = arg[1]}`, odd}, ""},
		{[]string{"-e", `time.sleep(arg[1])`, odd}, ""}, {[]string{"-e", `graph("true", {format = arg[1]})`, odd}, ""},
		{[]string{"-e", "x = " + odd}, ""}, {nil, ":" + odd}, {nil, ":run " + odd}, {nil, ":examples " + odd}, {nil, "$ " + odd}, {nil, odd + "?"},
	} {
		t.Run(strings.Join(row.args, " ")+row.input, func(t *testing.T) {
			t.Parallel()
			c := weir(t, row.args...)
			c.Dir, c.Stdin = t.TempDir(), strings.NewReader(row.input+"\n")
			got := finish(t, c)
			if text := got.stdout + got.stderr; text == "" || regexp.MustCompile(`\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|0x[fF]{2}|\xff`).MatchString(text) {
				t.Errorf("%q", text)
			}
		})
	}
}

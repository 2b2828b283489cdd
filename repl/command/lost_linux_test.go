package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// writers are command lines that write to standard output, at least one of each command.
// input is what they read.
var writers = []struct{ line, input string }{
	{line: `run s.lua`},
	{line: `s.lua`},
	{line: `run -`, input: "print(1)"},
	{line: `-`, input: "io.write(1)"},
	{line: `run example:hello`},
	{line: `-e print(1)`},
	{line: `-e io.write("x")`},
	{line: `-e io.write("x")os.exit(0)`},
	{line: `-e io.write("x")os.exit(true)`},
	{line: `-e io.stdout:setvbuf("no")io.write("x")`},
	{line: `-e io.stdout:setvbuf("line")print(1)`},
	{line: `-e print(1)io.stdout:flush()`},
	{line: `-e pcall(function()print(1)io.flush()end)`},
	{line: `-e help"run"`},
	{line: `-e graph(sh"seq\t3")`},
	{line: `-e run("echo"|grep"")`},
	{line: `-e run(function()print(1)end)`},
	{line: `-e run(function()print(1)os.exit(0)end)`},
	{line: `-e run(thread(function()print(1)end))`},
	{line: `-e run(thread(function()print(1)os.exit(0)end))`},
	{line: `-e start(proc(function()print(1)end)):wait()`},
	{line: `-e start(sh"echo\t1"):wait()`},
	{line: `-e run(sh"echo\t1"+sh"echo\t2")`},
	{line: `-e run("echo"|ordered(sh"cat"*2))`},
	{line: `-e run(concat("echo","echo"))`},
	{line: `-e run(text"x"|meter()|"cat")`},
	{line: `-e run("echo"|file"/dev/full")`},
	{line: `-e run(function()print(1)end|file"/dev/full")`},
	{line: `-e run(thread(function()print(1)end)|file"/dev/full")`},
	{line: `-e run("echo"|each(function(l)return(l)end)|file"/dev/full")`},
	{line: `-e run(sh"echo\t1"+sh"echo\t2"|file"/dev/full")`},
	{line: `-e io.output("/dev/full")io.write("x")`},
	{line: `-e run(function()io.output("/dev/full")io.write("x")end)`},
	{line: `-e run(thread(function()io.output("/dev/full")io.write("x")end))`},
	{line: `--events - -e run("true")`},
	{line: `run --events - s.lua`},
	{line: `run --events /dev/full s.lua`},
	{line: `graph --format text s.lua`},
	{line: `graph --format dot s.lua`},
	{line: `graph --format mermaid s.lua`},
	{line: `graph --format svg s.lua`},
	{line: `graph --format json s.lua`},
	{line: `graph -e run("true")`},
	{line: `explain s.lua`},
	{line: `explain --json s.lua`},
	{line: `examples`}, {line: `examples hello`}, {line: `examples --json`},
	{line: `ls`}, {line: `ls --json`},
	{line: `clean --kept`}, {line: `clean --kept --json`},
	{line: `doctor`}, {line: `doctor --json`},
	{line: `bench`}, {line: `bench --json`},
	{line: `help`}, {line: `help run`}, {line: `--help`}, {line: `run --help`}, {line: `--version`},
	{line: `doc`}, {line: `doc --format html`}, {line: `doc --format man`}, {line: `doc run`},
	{line: `completion bash`}, {line: `completion zsh`}, {line: `completion fish`},
	{line: `__complete run s`},
	{line: `annotations .`},
	{line: `ps --help`}, {line: `top --once --json s.lua`}, {line: `top --once s.lua`}, {line: `top --plain s.lua`},
	{line: `tour`}, {line: `tour --list`}, {line: `tour --list --json`},
	{line: `tour 4`, input: "\n1+1\nq\n"},
	{input: "print(1)\n1+1\nx = 1\n"},
	{line: `--json`, input: "print(1)\n1+1\nx = 1\n"},
	{line: `--plain`, input: "1+1\nx = 1\n"},
	{line: `--events -`, input: "\"true\" | \"true\"\nx = 1\n"},
	{input: "\"echo\" | \"cat\"\n"},
	{input: "1\nos.exit(0)\n"},
	{input: ":help\nx = 1\n"},
	{input: "run?\nx = 1\n"},
	{input: "help()\nx = 1\n"},
	{input: ":examples\nx = 1\n"},
	{input: ":examples hello\nx = 1\n"},
	{input: ":type 1\nx = 1\n"},
	{input: ":time 1\nx = 1\n"},
	{input: ":graph \"seq 3\" | \"cat\"\nx = 1\n"},
	{input: ":explain \"seq 3\" | \"cat\"\nx = 1\n"},
	{input: ":run s.lua\nx = 1\n"},
	{input: ":load s.lua\nx = 1\n"},
	{input: "error'x'\n:trace\nx = 1\n"},
	{input: "x = 1\n:save saved.lua\nx = 1\n"},
}

// command gives weir with such a command line, in a folder with a script s.lua and a name
// that ls shows and clean removes. Tabs stand for blanks in an argument.
func writer(t *testing.T, line, input string) *exec.Cmd {
	t.Helper()
	args := strings.Fields(line)
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, `\t`, " ")
	}
	c := weir(t, args...)
	c.Dir = t.TempDir()
	c.Stdin = strings.NewReader(input)
	if err := os.WriteFile(filepath.Join(c.Dir, "s.lua"), []byte("print(1) run('echo 2')\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLostOutput: whatever weir writes, output that cannot be written is told of on
// standard error, in a line that says why, and the exit status says so too.
func TestLostOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { full.Close() })
	tried := map[string]bool{}
	for _, w := range writers {
		name, _, _ := strings.Cut(w.line, " ")
		tried[name] = true
		t.Run(w.line+" "+w.input, func(t *testing.T) {
			t.Parallel()
			c := writer(t, w.line, w.input)
			if name == "ls" || name == "clean" {
				leaveName(t, c)
			}
			c.Stdout = full
			var errs strings.Builder
			c.Stderr = &errs
			err := c.Run()
			if status := c.ProcessState.ExitCode(); status != 1 {
				t.Errorf("exit status %d, %v", status, err)
			}
			text := errs.String()
			if n := strings.Count(strings.ToLower(text), "no space left on device"); n != 1 && !strings.Contains(text, "exited with status 1") {
				t.Errorf("told %d times:\n%s", n, text)
			}
			if strings.Contains(text, "write error") || strings.Contains(text, "exited with") || strings.Contains(w.line, "/dev/full") || name == "__complete" {
				return // an OS command has told of it, or it is another file's
			}
			lines := strings.Split(strings.TrimSpace(text), "\n")
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "write standard output: no space left on device") }) {
				t.Errorf("says\n%s", text)
			}
		})
	}
	f := &face{}
	for _, c := range f.root().Commands() {
		if !c.Hidden && !tried[c.Name()] {
			t.Errorf("weir %s is not tried", c.Name())
		}
	}
}

// leaveName gives a command a register of its own with one name in it.
func leaveName(t *testing.T, c *exec.Cmd) {
	t.Helper()
	c.Env = append(c.Env, "XDG_RUNTIME_DIR="+c.Dir)
	do := func(args ...string) {
		w := weir(t, args...)
		w.Env = append(w.Env, "XDG_RUNTIME_DIR="+c.Dir)
		if text, err := w.CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, text)
		}
	}
	do("-e", `shm("/weir-lost-`+filepath.Base(c.Dir)+strconv.Itoa(os.Getpid())+`-`+filepath.Base(filepath.Dir(c.Dir))+`", {size = 1, keep = true})`)
	t.Cleanup(func() { do("clean", "--kept") })
}

// TestLostErrors: a message that standard error does not take is a failure as well.
func TestLostErrors(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { full.Close() })
	for _, w := range []struct {
		line, input string
		status      int
	}{
		{line: `-e error("x")`, status: 1},
		{line: `-e io.stderr:write("x")`, status: 1},
		{line: `-e io.stderr:write("x")os.exit(0)`, status: 1},
		{line: `-e io.stderr:write("x")os.exit(3)`, status: 3},
		{line: `-e pcall(io.stderr.write,io.stderr,"x")`, status: 1},
		{line: `-e run(function()io.stderr:write("x")end)`, status: 1},
		{line: `-e run(thread(function()io.stderr:write("x")end))`, status: 1},
		{line: `-e run(text"x"|sh"cat"+sh"wc"|"sort"|"cat",{timeout=0.0001,check=false})`, status: 0},
		{line: `graph -e x=1`, status: 1},
		{line: `explain -e x=1`, status: 1},
		{line: `doc nosuchname`, status: 1},
		{line: `nosuchcommand`, status: 2},
		{line: `run nosuch.lua`, status: 1},
		{input: "error'x'\nx = 1\n", status: 1},
		{input: "start(sh'false')\ntime.sleep(0.3)\nx = 1\n", status: 1},
	} {
		t.Run(w.line+w.input, func(t *testing.T) {
			t.Parallel()
			c := writer(t, w.line, w.input)
			c.Stderr = full
			var out strings.Builder
			c.Stdout = &out
			_ = c.Run()
			if status := c.ProcessState.ExitCode(); status != w.status {
				t.Errorf("exit status %d; %s", status, &out)
			}
		})
	}
}

// TestClosedOutput: a standard stream that is closed is as /dev/null, which Go opens in its
// place before weir begins; no other file of weir's takes what is written to it.
func TestClosedOutput(t *testing.T) {
	for _, w := range writers {
		if strings.Contains(w.line, "/dev/full") {
			continue
		}
		t.Run(w.line+" "+w.input, func(t *testing.T) {
			t.Parallel()
			c := writer(t, w.line, w.input)
			var errs strings.Builder
			c.Stderr = &errs
			c.Args = append([]string{"sh", "-c", `exec "$0" "$@" >&-`, c.Path}, c.Args[1:]...)
			c.Path = "/bin/sh"
			_ = c.Run()
			if status := c.ProcessState.ExitCode(); status > 1 || strings.Contains(errs.String(), "goroutine ") {
				t.Errorf("exit status %d: %s", status, &errs)
			}
			entries, _ := os.ReadDir(c.Dir)
			for _, e := range entries {
				if name := e.Name(); name != "s.lua" && name != "saved.lua" && name != "weir.lua" && name != "weir" {
					t.Errorf("%s is there", name)
				}
			}
		})
	}
}

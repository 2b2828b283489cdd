package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// statements are inputs that come from standard input, as Lua and as a shell reads
// them.
var statements = []struct{ name, lua, bash string }{
	{"a program reads on", "print(1)\n$ cat\nhello\nthere", "echo 1\ncat\nhello\nthere"},
	{"a program takes a line", "$ sh -c 'read x; echo $x'\n= = =\nprint(2)\n", "sh -c 'read x; echo $x'\n= = =\necho 2\n"},
	{"io.read takes a line", "print(io.read())\n= = =\nprint(3)\n", "read -r x; echo \"$x\"\n= = =\necho 3\n"},
	{"io.read takes a line behind a program", "$ sh -c 'read x; echo $x'\n1\nprint(io.read())\n2\nprint(3)\n", "sh -c 'read x; echo $x'\n1\nread x; echo $x\n2\necho 3\n"},
	{"a program reads on behind io.read", "print(io.read())\n= = =\n$ cat\n= 1\n= 2", "read -r x; echo \"$x\"\n= = =\ncat\n= 1\n= 2"},
	{"a chain reads on behind io.read", "print(io.read())\n= = =\n_ = run('cat' | 'cat')\n= 1\n= 2\n", "read -r x; echo \"$x\"\n= = =\ncat | cat\n= 1\n= 2\n"},
	{"io.read in a process", "print(io.read())\n= 0\n_ = run(function() print(io.read()) end)\n= 1\n$ cat\n= 2\n", "read -r x; echo \"$x\"\n= 0\n(read -r x; echo \"$x\")\n= 1\ncat\n= 2\n"},
	{"io.read in a thread", "_ = run(thread(function() print(io.read()) end))\n= 1\n$ cat\n= 2\n", "(read -r x; echo \"$x\")\n= 1\ncat\n= 2\n"},
	{"io.read takes some bytes", "print(io.read(3), io.read(0))\n= = =\n$ cat\n= 2\n", "read -rN 3 x; printf '%s\\t\\n' \"$x\"\n= = =\ncat\n= 2\n"},
	{"io.read takes a number", "print(io.read('*n'), io.read())\n 12 x\nprint(io.read('*n'))\n7\n$ cat\n= 2\n", "read -r n x; printf '%s\\t %s\\n' $n $x\n 12 x\nread -rd '' -n 1 n; echo $n\n7\ncat\n= 2\n"},
	{"io.lines takes lines", "for l in io.lines() do print(l) if l == '3' then break end end\n1\n2\n3\n$ cat\n= 2\n", "while read -r l; do echo $l; [ $l = 3 ] && break; done\n1\n2\n3\ncat\n= 2\n"},
	{"io.read takes the rest", "_ = io.write(io.read('*a'))\na\nb", "cat\na\nb"},
	{"the rest is left", "print(1)\nos.exit(0)\n= =\n", "echo 1\nexec cat\n= =\n"},
	{"a chain that breaks", "$ sh -c 'read x; echo $x'\nx\n_ = run(\"seq 3\"\n\n | \"tail -n 1\")\n_ = run(\"seq 2\" |\n\"tail -n 1\")\nprint(4)", "sh -c 'read x; echo $x'\nx\necho 3\necho 2\necho 4"},
	{"a block of several lines", "for i = 1, 2 do\n\nprint(i)\nend\n", "for i in 1 2; do\n\necho $i\ndone\n"},
	{"no newline at the end", "print(1)\nprint(2)", "echo 1\necho 2"},
	{"nothing", "", ""},
	{"a first line for the kernel", "#!/usr/bin/weir\nprint(1)\n", "#!/bin/bash\necho 1\n"},
	{"a first line and no more", "#!/usr/bin/weir", "#!/bin/bash"},
	{"a job outlives its statement", "j = start(\"sleep 0.1\" | \"echo end\")\n_ = j:wait()\nprint(1)\n", "{ sleep 0.1; echo end; } &\nwait\necho 1\n"},
	{"a job in the foreground", "j = start(sh\"sleep 0.1\")\n_ = fg()\nprint(1)\n", "sleep 0.1 &\nwait\necho 1\n"},
	{"the status of the last", "$ false\nprint(1)\n$ false\n", "false\necho 1\nfalse\n"},
}

// TestStatements: whichever way a text comes, its statements and what they run find
// what stands behind them, as with a shell.
func TestStatements(t *testing.T) {
	weirDir := t.TempDir()
	link := filepath.Join(weirDir, weirName)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(exe, link); err != nil {
		t.Fatal(err)
	}
	for _, row := range statements {
		for _, way := range []string{
			"{ $IT; s=$?; cat; exit $s; } <text",
			"cat text | { $IT; s=$?; cat; exit $s; }",
			"{ head -c 5 text; tail -c +6 text; } | { $IT; s=$?; cat; exit $s; }",
			"mkfifo f; cat text >f & { $IT; s=$?; cat; exit $s; } <f",
		} {
			t.Run(row.name+" "+way, func(t *testing.T) {
				want, got := fed(t, way, "bash", row.bash), fed(t, way, link, row.lua)
				if got.stdout != want.stdout || got.status != want.status {
					t.Errorf("got %q, status %d\nbash %q, status %d\n%s", got.stdout, got.status, want.stdout, want.status, got.stderr)
				}
			})
		}
	}
}

// readers are scripts that read some of what comes in and leave the rest to others, as
// Lua and as a shell writes them.
var readers = []struct{ lua, bash string }{
	{"print(io.read()) run('cat')", "read x; echo $x; cat"},
	{"print(io.read()) os.execute('read x; echo $x') print(io.read())", "read x; echo $x; sh -c 'read x; echo $x'; read x; echo $x"},
	{"print(io.read()) io.write(io.popen('cat'):read('*a'))", "read x; echo $x; cat"},
	{"for i = 1, 1000 do io.read() end io.write(('cat' | 'head -n 1'):text())", "for i in {1..1000}; do read x; done; head -n 1"},
	{"run(function() print(io.read()) end) run(function() print(io.read()) end)", "(read x; echo $x); (read x; echo $x)"},
	{"run(function() print(io.read()) run('head -n 1') end)", "read x; echo $x; head -n 1"},
}

// TestReaders: a script reads no more of a pipe than it gives, where it starts others
// that read on, as a shell does.
func TestReaders(t *testing.T) {
	for _, row := range readers {
		var text strings.Builder
		for i := range 3000 {
			fmt.Fprintln(&text, i)
		}
		c := weir(t, "-e", row.lua)
		shell := exec.Command("bash", "-c", row.bash)
		c.Stdin, shell.Stdin = strings.NewReader(text.String()), strings.NewReader(text.String())
		if got, want := finish(t, c), finish(t, shell); got != want {
			t.Errorf("%s: %+v\nbash %+v", row.lua, got, want)
		}
	}
}

// TestReadersAtOnce: of readers at the same time each line goes to one.
func TestReadersAtOnce(t *testing.T) {
	for _, code := range []string{
		"local function w() for l in io.lines() do print(l) end end run(w, w, w)",
		"local function w() for l in io.lines() do print(l) end end local a, b = start(w), start(thread(w)) a:wait() b:wait()",
	} {
		c := exec.Command("bash", "-c", "for i in {1..600}; do echo $i; [ $((i % 10)) = 0 ] && sleep 0.001; done | $IT -e \"$CODE\" | sort -n")
		c.Env = append(weir(t).Env, "IT="+weir(t).Path, "CODE="+code)
		var want strings.Builder
		for i := range 600 {
			fmt.Fprintln(&want, i+1)
		}
		if got := finish(t, c); got != (outcome{want.String(), "", 0}) {
			t.Errorf("%s: %d bytes, not %d: %.300s", code, len(got.stdout), want.Len(), got.stderr)
		}
	}
}

// fed runs a shell's line that has $IT read a text.
func fed(t *testing.T, line, it, text string) outcome {
	t.Helper()
	c := exec.Command("bash", "-c", line)
	c.Dir = t.TempDir()
	c.Env = append(os.Environ(), playEnv+"=1", "IT="+it)
	if err := os.WriteFile(filepath.Join(c.Dir, "text"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return finish(t, c)
}

// TestStatementsUnread: a standard input that cannot be read is no end of input.
func TestStatementsUnread(t *testing.T) {
	for _, args := range [][]string{{}, {"--json"}, {"run", "-"}} {
		c := weir(t, args...)
		folder, err := os.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		c.Stdin = folder
		got, want := finish(t, c), outcome{"", "weir: cannot read standard input: is a directory\n", 1}
		folder.Close()
		if got != want {
			t.Errorf("weir %q < FOLDER: %+v, want %+v", args, got, want)
		}
	}
}

// TestStatementsEvents: the journal of a session is that of all its runs, to the end of
// the last, also where a signal ends it.
func TestStatementsEvents(t *testing.T) {
	for text, want := range map[string]string{
		"run('true')\n$ true\n'true' | 'cat'\n":          "run end run end run end",
		"run('true')\nrun('kill -INT ' .. sys.pid())\n":  "run end run end",
		"run('true')\nrun('kill -TERM ' .. sys.pid())\n": "run end run end",
		"print(1)\n": "",
	} {
		c := weir(t, "--events", "journal")
		c.Dir, c.Stdin = t.TempDir(), strings.NewReader(text)
		got := finish(t, c)
		data, err := os.ReadFile(filepath.Join(c.Dir, "journal"))
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for d := json.NewDecoder(bytes.NewReader(data)); d.More(); {
			var e struct{ Kind string }
			if err := d.Decode(&e); err != nil {
				t.Fatal(err)
			}
			if e.Kind == "run" || e.Kind == "end" {
				kinds = append(kinds, e.Kind)
			}
		}
		if strings.Join(kinds, " ") != want {
			t.Errorf("%s: %q, want %q; %+v", text, kinds, want, got)
		}
	}
}

// TestEventsOfStubborn: the journal of a script that does not end by itself when it is
// told to ends with its runs, too.
func TestEventsOfStubborn(t *testing.T) {
	c := weir(t, "--events", "journal", "-e", `local job = start "sleep 100"; run("kill -TERM " .. sys.pid()); while true do end`)
	c.Dir = t.TempDir()
	if got := finish(t, c); got.status != 143 {
		t.Errorf("%+v", got)
	}
	data, err := os.ReadFile(filepath.Join(c.Dir, "journal"))
	if err != nil {
		t.Fatal(err)
	}
	if begun, ended := bytes.Count(data, []byte(`"kind":"run"`)), bytes.Count(data, []byte(`"kind":"end"`)); begun != 2 || ended != 2 {
		t.Errorf("%d runs, %d ends: %s", begun, ended, data)
	}
}

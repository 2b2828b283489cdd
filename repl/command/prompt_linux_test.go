package command

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const greeting = `weir * A topology runs when it is entered: "ls" | "sort -r". Ctrl-D ends.`

// front is a program that says when it has the terminal: only then do the terminal's
// keys reach it.
const front = `#!/bin/bash
trap had= CONT
while :; do
	read -r _ _ _ _ group _ _ foreground _ </proc/self/stat
	if [ $group != $foreground ]; then
		had=
	elif [ ! $had ]; then
		had=1
		echo in front
	fi
	sleep 0.01
done
`

// promptSessions are what is typed, line by line, and the lines that the screen then
// ends with.
var promptSessions = []struct {
	name  string
	steps [][2]string
}{
	{"values", [][2]string{
		{"1 + 1\r", "weir> 1 + 1\n2\nweir>"},
		{"_ * 21\r", "42\nweir>"},
		{"= 1, nil, 'a'\r", "1       nil     \"a\"\nweir>"},
		{"{1, {2, {}}, a = 'b'}\r", "{1, {2, {}}, a = \"b\"}\nweir>"},
		{"t = {} t.t = t\r", "weir> t = {} t.t = t\nweir>"},
		{"t\r", "{t = <cycle>}\nweir>"},
	}},
	{"several lines", [][2]string{
		{"for i = 1, 2 do\r", "weir> for i = 1, 2 do\n   .."},
		{"print(i)\r", "   .. print(i)\n   .."},
		{"end\r", "   .. end\n1\n2\nweir>"},
		{"{1,\r2}\r", "weir> {1,\n   .. 2}\n{1, 2}\nweir>"},
		{"x = 'a\\\rb'\r", "weir> x = 'a\\\n   .. b'\nweir>"},
		{"f(\r\x03", "weir> f(\n   ..\nweir>"},
	}},
	{"a chain breaks before and after |", [][2]string{
		{"\"seq 3\" |\r", "weir> \"seq 3\" |\n   .."},
		{"\"tac\"\r", "   .. \"tac\"\n3\n2\n1\nweir>"},
		{"(\"seq 3\"\r", "weir> (\"seq 3\"\n   .."},
		{"| \"tac\")\r", "   .. | \"tac\")\n3\n2\n1\nweir>"},
		{"\"seq 3\"\r", "weir> \"seq 3\"\n\"seq 3\"\nweir>"},
		{"| \"tac\" |\r", "weir> | \"tac\" |\n   .."},
		{"\"cat\"\r", "   .. \"cat\"\n3\n2\n1\nweir>"},
		{"| \"head -1\"\r", "weir> | \"head -1\"\n3\nweir>"},
		{"\x1b[A", "weir> \"seq 3\"\n   .. | \"tac\" |\n   .. \"cat\"\n   .. | \"head -1\""},
		{"\x03", "\nweir>"},
		{"| 5 )\r", "weir> | 5 )\ninput *:1:1: unexpected |*\nweir>"},
	}},
	{"a pasted block runs once", [][2]string{
		{"\x1b[200~\"seq 3\"\n  | \"tac\"\n  | \"head -1\"\x1b[201~", "weir> \"seq 3\"\n   ..   | \"tac\"\n   ..   | \"head -1\""},
		{"\r", "   ..   | \"head -1\"\n3\nweir>"},
	}},
	{"a line of shell", [][2]string{
		{"$ seq 3 | tac\r", "weir> $ seq 3 | tac\n3\n2\n1\nweir>"},
		{"$ cd /\r", "weir> $ cd /\nweir>"},
		{"$ pwd\r", "weir> $ pwd\n/\nweir>"},
		{"$ cd /nowhere\r", "cd /nowhere: no such file or directory\nweir>"},
		{"$ cd /dev/../usr/lib\r", "weir> $ cd /dev/../usr/lib\nweir>"},
		{"$ cd ../bin\r", "weir> $ cd ../bin\nweir>"},
		{"$ echo $PWD $OLDPWD\r", "*\n/usr/bin /usr/lib\nweir>"},
		{"$ cd -\r", "weir> $ cd -\n/usr/lib\nweir>"},
		{"$ cd\r", "weir> $ cd\nweir>"},
		{"$ mkdir 'my folder'\r", "weir> $ mkdir 'my folder'\nweir>"},
		{"$ cd 'my folder'\r", "weir> $ cd 'my folder'\nweir>"},
		{"$ cd ~/my folder\r", "cd: to one folder, but here are 2; quote what has blanks: $ cd 'my folder'\nweir>"},
		{"$ cd / | ls\r", "cd: it is the prompt's own, and stands alone in its line\nweir>"},
		{"$ gerp x\r", "input 14:1:3: unknown program \"gerp\"\n    $ gerp x\n      ^~~~\ndid you mean \"grep\"?\nweir>"},
	}},
	{"locals are gone", [][2]string{
		{"local x = 5\r", "weir> local x = 5\nweir>"},
		{"x\r", "weir> x\nx was local to input 1, and is gone with it; without the word local it stays\nnil\nweir>"},
		{"x\r", "weir> x\nnil\nweir>"},
	}},
	{"errors have a caret", [][2]string{
		{"run(\"seq 3\" | \"gerp 1\")\r", "input 1:1:16: unknown program \"gerp\"\n    run(\"seq 3\" | \"gerp 1\")\n                   ^~~~\ndid you mean \"grep\"?\nweir>"},
		{"x = = 1\r", "*\n    x = = 1\n        ^\nweir>"},
	}},
	{"Ctrl-C stops a run, and a loop", [][2]string{
		{"$ ./front | cat\r", "\nin front"},
		{"\x03", "*interrupted\nweir>"},
	}},
	{"Ctrl-C stops Lua", [][2]string{
		{"print('in', 'it') while true do end\r", "in      it"},
		{"\x03", "*interrupted\nweir>"},
		{"1\r", "weir> 1\n1\nweir>"},
		{"print('in') l = io.read()\r", "\nin"},
		{"\x03", "*interrupted\nweir>"},
		{":run loop.lua\r", "\nin"},
		{"\x03", "*interrupted\nweir>"},
		{":load loop.lua\r", "\nin"},
		{"\x1c", "*interrupted\nweir>"},
	}},
	{"Ctrl-C leaves jobs alone", [][2]string{
		{"j = start('sleep 1000') print('in') j:wait()\r", "\nin"},
		{"\x03", "*interrupted\nweir>"},
		{"jobs()\r", "weir> jobs()\n[1]  running  sh\"sleep 1000\"\nweir>"},
		{"j:kill()\r", "*\nweir>"},
	}},
	{"Ctrl-Z, jobs, bg, fg", [][2]string{
		{"$ ./front\r", "\nin front"},
		{"\x1a", "[1]  stopped  sh\"./front\"\nfg(1) goes on with it, bg(1) in the background\nweir>"},
		{"jobs()\r", "weir> jobs()\n[1]  stopped  sh\"./front\"\nweir>"},
		{"fg()\r", "weir> fg()\nin front"},
		{"\x1a", "[1]  stopped  sh\"./front\"\nweir>"},
		{"bg()\r", "weir> bg()\njob 1 (running)\nweir>"},
		{"jobs()\r", "weir> jobs()\n[1]  running  sh\"./front\"\nweir>"},
		{"fg(1)\r", "weir> fg(1)\nin front"},
		{"\x03", "*\nweir>"},
		{"jobs()\r", "weir> jobs()\n\nweir>"},
		{"fg()\r", "input *: fg: there is no job\n    fg()\n    ^~\nstart(t) makes one, and so does Ctrl-Z\nweir>"},
	}},
	{"a job that has ended is announced", [][2]string{
		{"p = pipe() j = start(p | 'cat')\r", "weir> p = pipe() j = start(p | 'cat')\nweir>"},
		{"p:close() j.x = nil\r", "*\nweir>"},
		{"while j:result() == nil do end\r", "\nweir>"},
	}},
	{"what a job prints stands above the line", [][2]string{
		{"p = pipe() start(p | 'cat')\r", "weir>"},
		{"typed", "weir> typed"},
		{"\x15p:write('from the job\\n') p:flush()\r", "*from the job*\nweir>"},
	}},
	{"a program has the terminal", [][2]string{
		{"$ sh -c 'stty -a | grep -c \" icanon\"; read x; echo got $x'\r", "\n1"},
		{"hello\r", "hello\ngot hello\nweir>"},
		{"$ sh -c 'stty raw -echo; kill -9 $$'\r", "*\nweir>"},
		{"2 + 2\r", "weir> 2 + 2\n4\nweir>"},
		{"$ sh -c 'printf \"\\33[?1049h\\33[Hfull\"; stty raw -echo; kill -9 $$'\r",
			"4\nweir> $ sh -c 'printf \"\\33[?1049h\\33[Hfull\"; stty raw -echo; kill -9 $$'\ninput 4:1:3: sh was ended by SIGKILL\n*\n*\nweir>"},
	}},
	{"commands", [][2]string{
		{":type 1\r", "*number*\nweir>"},
		{":nonsense\r", "*nonsense*\nweir>"},
		{":explain 'ls' | 'cat'\r", "*0<stdin*as bash:*ls | cat\nweir>"},
		{"help\"deadlock\"\r", "*deadlock*\nweir>"},
	}},
}

func TestPromptSessions(t *testing.T) {
	for _, session := range promptSessions {
		for _, cols := range []int{80, 40} {
			t.Run(fmt.Sprintf("%s at %d columns", session.name, cols), func(t *testing.T) {
				home := t.TempDir()
				if err := os.WriteFile(filepath.Join(home, "front"), []byte(front), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(home, "loop.lua"), []byte("print('in') while true do end"), 0o600); err != nil {
					t.Fatal(err)
				}
				s := sit(t, cols, 40, home, nil)
				s.shows("weir>")
				for _, step := range session.steps {
					s.keys(step[0])
					s.shows(strings.TrimPrefix(step[1], "\n"))
				}
				s.enter("os.exit(0)")
				if status := s.ends(); status != 0 {
					t.Errorf("status %d", status)
				}
			})
		}
	}
}

// TestPromptEnds: Ctrl-D with jobs asks once, and they are stopped.
func TestPromptEnds(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil)
	s.shows("weir>")
	s.enter(`j = start("sleep 1000")`)
	s.shows("weir>")
	s.enter("print(j:stages()[1].pid)")
	s.shows("*\nweir>")
	s.mu.Lock()
	lines := strings.Split(s.model.Text(false), "\n")
	s.mu.Unlock()
	pid := lines[len(lines)-2]
	s.keys("\x04")
	s.shows("weir>\n[1]  running  sh\"sleep 1000\"\nThe end of this session stops them. Ctrl-D or :quit now ends it.\nweir>")
	s.enter("1")
	s.shows("1\nweir>")
	s.enter(":quit")
	s.shows("weir> :quit\n[1]  running  sh\"sleep 1000\"\nThe end of this session stops them. Ctrl-D or :quit now ends it.\nweir>")
	s.enter("2")
	s.shows("2\nweir>")
	s.enter(":quit")
	s.shows("The end of this session stops them. Ctrl-D or :quit now ends it.\nweir>")
	s.keys("\x04")
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
	if _, err := os.Stat("/proc/" + pid); err == nil {
		t.Errorf("the job runs on: %s", pid)
	}
}

// TestPromptHistory: inputs come back in the next session, one of several lines as
// one.
func TestPromptHistory(t *testing.T) {
	home := t.TempDir()
	s := sit(t, 80, 24, home, nil)
	s.shows("weir>")
	s.enter("x = 1")
	s.shows("weir>")
	s.enter(" secret = 1")
	s.shows("weir>")
	s.enter("for i = 1, 1 do\rprint('loop')\rend")
	s.shows("loop\nweir>")
	s.keys("\x04")
	s.ends()
	s = sit(t, 40, 24, home, nil)
	s.shows("weir>")
	s.keys("\x1b[A")
	s.shows("weir> for i = 1, 1 do\n   .. print('loop')\n   .. end")
	s.keys("\x1b[A\x1b[A\x1b[A")
	s.shows("weir> x = 1")
	s.keys("\x03\x04")
	s.ends()
	info, err := os.Stat(filepath.Join(home, ".local", "state", "weir", "history"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// TestPromptConfig: init.lua sets the prompt; a fault in it is told, and the prompt
// comes.
func TestPromptConfig(t *testing.T) {
	home := t.TempDir()
	dir := filepath.Join(home, ".config", "weir")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "init.lua"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("local n = 0\nconfig.prompt = function() n = n + 1 return n .. ') ' end\nfunction hello() return 'hi' end\n")
	s := sit(t, 80, 24, home, nil)
	s.shows("1)")
	s.enter("hello()")
	s.shows("\"hi\"\n2)")
	s.keys("\x04")
	s.ends()
	write("config.editing = 'vi'\nerror('in init')\n")
	s = sit(t, 200, 24, home, nil)
	s.shows("*init.lua:2: in init\n    error('in init')\nweir>")
	s.keys("abc\x1b")
	s.shows("weir> abc\n-- command --")
	s.keys("\x03\x04")
	s.ends()
}

// TestPromptFaults: what is missing or broken around it is told, and the prompt
// comes.
func TestPromptFaults(t *testing.T) {
	for _, row := range []struct {
		name string
		env  []string
		want string
		make func(home string)
	}{
		{"no HOME", []string{"HOME="}, "history: there is no HOME: inputs are not kept\n" + greeting + "\nweir>", nil},
		{"the history is a folder", nil, "history: inputs are not kept: *no regular file\n" + greeting + "\nweir>", func(home string) {
			os.MkdirAll(filepath.Join(home, ".local", "state", "weir", "history"), 0o700)
		}},
		{"rubbish in the history", nil, greeting + "\nweir>", func(home string) {
			dir := filepath.Join(home, ".local", "state", "weir")
			os.MkdirAll(dir, 0o700)
			os.WriteFile(filepath.Join(dir, "history"), []byte("\x00\xff\x1b[31m\n\n{"), 0o600)
		}},
		{"no terminal's name", []string{"TERM="}, greeting + "\nweir>", nil},
		{"a dumb terminal", []string{"TERM=dumb"}, greeting + "\nweir>", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			home := t.TempDir()
			if row.make != nil {
				row.make(home)
			}
			s := sit(t, 250, 24, home, row.env)
			s.shows(row.want)
			s.enter("6 * 7")
			s.shows("42\nweir>")
			s.keys("\x04")
			if status := s.ends(); status != 0 {
				t.Errorf("status %d", status)
			}
		})
	}
}

// TestPromptPlain: --plain edits no lines and paints nothing.
func TestPromptPlain(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil, "--plain")
	s.shows(greeting + "\nweir>")
	s.enter("for i = 1, 2 do")
	s.shows("weir> for i = 1, 2 do\n   ..")
	s.enter("print(i) end")
	s.shows("   .. print(i) end\n1\n2\nweir>")
	s.enter("for i = 1, 2 do")
	s.shows("   ..")
	s.keys("dropped")
	s.shows("   .. dropped")
	s.keys("\x03")
	s.shows("   .. dropped^C\nweir>")
	s.enter("print('in') while true do end")
	s.shows("in")
	s.keys("\x03")
	s.shows("^Cinterrupted\nweir>")
	s.enter("1 + 1")
	s.shows("weir> 1 + 1\n2\nweir>")
	s.keys("\x04")
	s.ends()
}

// TestPromptResize: a program in the foreground is told of a new size, and the line
// is painted anew.
func TestPromptResize(t *testing.T) {
	s := sit(t, 200, 24, t.TempDir(), nil)
	s.shows("weir>")
	// It is told only once it has the terminal.
	s.enter(`$ bash -c 'trap "stty size; exit" WINCH; until [ "$g" = "$t" -a "$t" ]; do read -r _ _ _ _ g _ _ t _ </proc/self/stat; done; echo on; while :; do sleep 0.01; done'`)
	s.shows("on")
	s.size(60, 20)
	s.shows("20 60\nweir>")
	s.enter("1 + 1")
	s.shows("2\nweir>")
	s.keys("\x04")
	s.ends()
}

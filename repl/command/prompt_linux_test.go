package command

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const greeting = `weir * A topology runs when it is entered: "ls" | "sort -r". Ctrl-D ends.`

// session is what is typed, line by line, and the lines that the screen then ends
// with.
type session struct {
	name  string
	steps [][2]string
}

var inputSessions = []session{
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
		{"\"seq 3\"\r", "weir> \"seq 3\"\n\"seq 3\"\na string alone is a value: run(\"seq 3\") runs it, and so does $ seq 3\nweir>"},
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
		{"$ cd ~/my folder\r", "cd: takes one folder, but got 2; quote a name that has blanks: $ cd 'my folder'\nweir>"},
		{"$ cd / | ls\r", "cd: it is the prompt's own, and stands alone in its line\nweir>"},
		{"$ export FOO=3\r", "*os.setenv(\"NAME\", \"value\") sets it for all*\nweir>"},
		{"$ gerp x\r", "input 15:1:3: unknown program \"gerp\"\n    $ gerp x\n      ^~~~\ndid you mean \"grep\"?\nweir>"},
	}},
	{"bytes that are not UTF-8", [][2]string{
		{"#'\xe9\xff', '\xe9\xff' == '\\233\\255'\r", "weir> #'<e9><ff>', '<e9><ff>' == '\\233\\255'\n2       true\nweir>"},
		{"$ printf '\xe9\xc3' | od -An -tx1\r", "weir> $ printf '<e9><c3>' | od -An -tx1\n e9 c3\nweir>"},
		{"\x1b[A\x1b[A\r", "weir> #'<e9><ff>', '<e9><ff>' == '\\233\\255'\n2       true\nweir>"},
		{"$ gerp \xe9\r", "*unknown program \"gerp\"\n    $ gerp \ufffd\n      ^~~~\ndid you mean \"grep\"?\nweir>"},
	}},
	{"output without an end", [][2]string{
		{"$ printf x\r", "weir> $ printf x\nx%\nweir>"},
		{"run('printf x')\r", "weir> run('printf x')\nx\nok, *\n*\n*\nweir>"},
		{"io.write('x') return 5\r", "weir> io.write('x') return 5\nx\n5\nweir>"},
		{"io.write('x') error('boom')\r", "weir> io.write('x') error('boom')\nx\ninput 4:1: boom\n    io.write('x') error('boom')\nweir>"},
		{"io.stderr:write('x') x = = 1\r", "weir> io.stderr:write('x') x = = 1\n*unexpected '='\n*\n*^\nweir>"},
		{"$ sh -c 'printf y >&2; exit 3'\r", "weir> $ sh -c 'printf y >&2; exit 3'\ny\ninput 6:1:3: sh exited with status 3\n*\n*\nweir>"},
		{"$ printf %080d 0\r", "weir> $ printf %080d 0\n" + strings.Repeat("0", 80) + "\nweir>"},
		{"run('printf %080d 0')\r", "weir> run('printf %080d 0')\n" + strings.Repeat("0", 80) + "\nok, *\n*\n*\nweir>"},
		{":time io.write('x')\r", "weir> :time io.write('x')\nx\n* s*\nweir>"},
		{"1 + 1\r", "weir> 1 + 1\n2\nweir>"},
		{"$ ./front\r", "\nin front"},
		{"\x03", "in front\n^C\ninterrupted\nweir>"},
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
	{"a program has the terminal", [][2]string{
		{"$ sh -c 'stty -a | grep -c \" icanon\"; read x; echo got $x'\r", "\n1"},
		{"hello\r", "hello\ngot hello\nweir>"},
		{"$ sh -c 'stty raw -echo; kill -9 $$'\r", "*\nweir>"},
		{"2 + 2\r", "weir> 2 + 2\n4\nweir>"},
		{"$ sh -c 'printf \"\\33[?1049h\\33[Hfull\"; stty raw -echo; kill -9 $$'\r",
			"4\nweir> $ sh -c 'printf \"\\33[?1049h\\33[Hfull\"; stty raw -echo; kill -9 $$'\ninput 4:1:3: sh was ended by SIGKILL\n*\n*\nweir>"},
	}},
}

func TestPromptSessions(t *testing.T) {
	for _, session := range slices.Concat(inputSessions, jobSessions, helpSessions) {
		for _, cols := range []int{80, 40} {
			t.Run(fmt.Sprintf("%s at %d columns", session.name, cols), func(t *testing.T) {
				home := t.TempDir()
				linkProgram(t, home, "front")
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

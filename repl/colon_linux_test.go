package repl

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"weir/repl/help"
	"weir/repl/input"
)

func TestColon(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"a.lua": "loaded = 42", "bad.lua": "x x", "args.lua": "print(..., x) os.exit(3)"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct{ input, want string }{
		{":help", `(?s):examples.*:quit`},
		{":halp", `unknown command :halp; did you mean :help\?`},
		{":xyzzy", `unknown command :xyzzy; :help lists them`},
		{":\x1b[31m", `unknown command :\\027\[31m`},
		{":", `unknown command :`},
		{":e", `:e may be :examples or :edit or :explain`},
		{":exam", `(?m)^    hello  says hello$`},
		{":examples hello", `print\("hello"\)`},
		{":examples helo", `no example "helo"; did you mean "hello"\?`},
		{":run example:hello", `(?m)^hello$`},
		{":run example:helo", `did you mean "hello"`},
		{":run hello", `run hello: no such file or directory; the example is :run example:hello`},
		{"x = 1\n:run args.lua one two", "(?m)^one\tnil\nargs.lua: exit status 3$"},
		{":run bad.lua", `bad.lua:1:3: unexpected 'x'`},
		{":load a.lua\nloaded", `(?m)^42$`},
		{":load bad.lua", `bad.lua:1:3: unexpected 'x'`},
		{":load none.lua", `load none.lua: no such file or directory`},
		{":load", `load: FILE is missing; write :load FILE`},
		{":quit now", `quit: takes nothing behind it, but got "now"`},
		{`:time "sleep 0.01" | "cat"`, `^0\.\d{3} s from start to end; its stages: \d\.\d{3} s user, \d\.\d{3} s sys\n`},
		{`:time 1 + 1`, `^0\.\d{3} s\n`},
		{`:type 1, "ab", {1, 2, x = 3}, grep`, "^number\nstring of 2 bytes\na list of 2, with 1 key more\nfunction: grep\\(pattern\\)\n"},
		{`:type "a" | "b"`, `userdata: a topology, "a" | "b"`},
		{`:type ring()`, `userdata: a channel of messages, ring\(\)`},
		{`:type run("true")`, `table: the result of a run`},
		{`:type x x`, `unexpected 'x'`},
		{`:graph "seq 3" | "cat" -- so`, `seq 3 .*cat`},
		{`:explain "seq 3" | "cat"`, `(?s)spawn.*as bash:.*seq 3 \| cat`},
		{`:graph 1`, `(?m)^    graph\(1\)$`},
		{`:explain "ls"`, `(?s)spawn.*as bash:.*ls`},
		{`:explain "seq 3", "ls | wc -l"`, `(?s)seq.*wc`},
		{`:explain function() end`, `spawn`},
		{`:explain print`, `explain: print is a function of the library`},
		{`:explain "ls 'a"`, `explain.*'`},
		{`:explain 42`, `explain: this is no topology but a number`},
		{`:trace`, `trace: there was no error`},
		{"local function f() error(\"no\") end f()\n:trace", `(?s)stack traceback:.*in function 'f'.*in main chunk`},
		{"function k() nosuch.x() end\nk()\n:trace", `(?s)stack traceback:\n\tinput 1:1: in function 'k'\n\tinput 2:1: in main chunk\n$`},
		{"function k(x) return x.y end\n'seq 3' | function() k(nil) end\n:trace", `(?s)input 1:1:22: attempt to index local 'x' .*in stage proc@1, stack traceback:\n\tinput 1:1: in function 'k'\n\tinput 2:1: in function <input 2:1>\n$`},
		{"'seq 3' | thread(function() local t = {} print(t.a.b) end)\n:trace", `(?s)^input 1:1:50: .*\n {53}\^\nin stage thread@1, stack traceback:\n\tinput 1:1: in function <input 1:1>\n$`},
		{"run('seq 3' | function() error('x') end)\n:trace", `(?s)in stage proc@1, stack traceback:.*\nstack traceback:\n\t\[weir\]: in function 'run'\n\tinput 1:1: in main chunk\n$`},
		{":clear", `clear: this is no terminal`},
		{":quit\nprint(1)", `^$`},
		{":edit", `edit: no editor is named; set VISUAL or EDITOR`},
		{"::x:: print(7)", `.`},
	} {
		t.Setenv("VISUAL", "")
		t.Setenv("EDITOR", "")
		p, _ := newPrompt(t, row.input+"\n")
		p.Examples = []Example{{"hello", "says hello", "-- says hello\nprint(\"hello\")\n", ""}}
		got := captured(t, p)
		if !regexp.MustCompile(row.want).MatchString(got) {
			t.Errorf("%s\n got %s\nwant %s", row.input, got, row.want)
		}
		if strings.Contains(got, "goroutine") || strings.ContainsRune(got, 0x1b) {
			t.Errorf("%s\n got %s", row.input, got)
		}
	}
}

// TestEdit: an editor that changes the last input, one that does not, one that
// fails.
func TestEdit(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("VISUAL", "")
	for _, row := range []struct{ script, want string }{
		{`sed -i s/1/42/ "$1"`, "1\nprint(42)\n42\n"},
		{`true`, "1\nnothing was changed, and nothing is run\n"},
		{`: > "$1"`, "1\nnothing was changed, and nothing is run\n"},
	} {
		editor := filepath.Join(dir, "editor")
		if err := os.WriteFile(editor, []byte("#!/bin/sh\n"+row.script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		t.Setenv("EDITOR", editor)
		if got := said(t, "print(1)\n:edit\n"); got != row.want {
			t.Errorf("%s\n got %q\nwant %q", row.script, got, row.want)
		}
	}
	t.Setenv("EDITOR", "false")
	if got := said(t, "print(1)\n:edit\n"); !strings.Contains(got, "false") {
		t.Errorf("an editor that fails: %q", got)
	}
}

// TestCommandExamples: what help shows of a command can be entered.
func TestCommandExamples(t *testing.T) {
	t.Chdir(t.TempDir())
	for i := len(input.Commands) - 1; i >= 0; i-- { // :save before :load
		c := input.Commands[i]
		if c.Example == "" && c.Args != "" && c.Name != "top" { // which draws on a terminal
			t.Errorf("help for :%s shows no example", c.Name)
		}
		if c.Example == "" {
			continue
		}
		p, _ := newPrompt(t, "x = 1\n"+c.Example)
		p.Examples = []Example{{"hello", "says hello", "print(\"hello\")\n", ""}}
		if status := p.Run(); status != 0 {
			t.Errorf("%s: %s", c.Example, captured(t, p))
		}
		if text := (help.Pages{VM: p.VM, Width: 80}).Colon(":" + c.Name); !strings.Contains(text, "    "+c.Example+"\n") {
			t.Errorf("help for %s: %s", c.Name, text)
		}
	}
}

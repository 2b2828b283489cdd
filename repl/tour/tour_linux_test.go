package tour

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weir/examples"
	"weir/repl"
	"weir/script"
	"weir/script/luaio"
)

// answers takes a tour whose answers come from a text, and gives what it writes.
func answers(t *testing.T, first int, text string) (shown string, status int) {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	both := luaio.NewOutput(out, luaio.StandardOutput)
	o := Options{In: null, Out: both, Err: both, Context: func() (context.Context, context.CancelFunc) { return context.WithCancel(context.Background()) }}
	status, err = New(open(t), repl.NewPlainEditor(strings.NewReader(text)), o).Run(first)
	if err != nil {
		t.Error(err)
	}
	data, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(data), status
}

// TestAnswers: what can be answered, and what it does. Each row's texts come in this
// order.
func TestAnswers(t *testing.T) {
	for _, row := range []struct {
		name, answers string
		first, status int
		want          []string
	}{
		{"no answer", "", 4, 0, []string{"4 of 10", "weir tour 4 goes on here."}},
		{"a guess that is right", "b\nq\n", 4, 0, []string{"send 3\tnil", "as you said  b  nil", "Enter: lesson 5", "weir tour 4"}},
		{"one that is wrong, and again", "A.\nr\nq\n", 4, 0, []string{"you said     a  true", "it was       b", "send 3", "you said     a", "weir tour 4"}},
		{"none", "\n\nq\n", 4, 0, []string{"it was       b", "5 of 10", "weir tour 5"}},
		{"other lessons", "8\nback\n4\n\nb\n11\n0\nq\n", 1, 0, []string{"1 of 10", "8 of 10", "7 of 10", "4 of 10", "3 of 10",
			"no lesson 11; there are 1 to 10", "no lesson 0", "weir tour 3"}},
		{"what is no answer", "e\nwhat\n?\nr\nq\n", 4, 0, []string{`"e" is none of a to c`, `"what" is none`, "a to c is a guess", "weir tour 4"}},
		{"lines that are tried", "\nx = 6 * 7\nx\n?\nerror('boom')\n=b\n'seq 2' | 'tac'\nfor i = 3, 3 do\n print('i', i)\nend\nq\n", 4, 0,
			[]string{"tour>", "42", "Variables", "boom", "nil", "2\n1\n", "i\t3", "weir tour 4"}},
		{"os.exit in one of them", "\nos.exit(3)\n\n", 4, 3, []string{"Enter: lesson 5"}},
		{"the end", "\n\n", 8, 0, []string{"it was       c", "9 of 10", "weir tour 9"}},
		{"the last one", "c\n\n", 10, 0, []string{"deadlock:", "you said     c", "it was       b", "That was the last one. You predicted 1 of 10 lessons, and 0 of them right."}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			shown, status := answers(t, row.first, row.answers)
			if status != row.status {
				t.Errorf("status %d", status)
			}
			rest := shown
			for _, want := range row.want {
				if want == "tour>" {
					continue // there is no prompt, as there is nobody who types
				}
				_, after, found := strings.Cut(rest, want)
				if !found {
					t.Fatalf("%q is missing, where it should be, in\n%s", want, shown)
				}
				rest = after
			}
			if strings.ContainsAny(shown, "\x1b\r") || strings.Contains(shown, "tour>") {
				t.Errorf("escape codes or prompts: %q", shown)
			}
		})
	}
}

// TestTryLines: what a lesson proposes to try works, and the examples that it names
// are there.
func TestTryLines(t *testing.T) {
	known := map[string]bool{}
	for _, e := range examples.All() {
		known[":run example:"+e.Name] = true
	}
	for _, l := range open(t).Lessons {
		var lines []string
		named := 0
		for _, line := range strings.Split(l.try, "\n") {
			if !strings.HasPrefix(line, ":run example:") {
				if line == ":top" { // it draws on a terminal
					continue
				}
				lines = append(lines, line)
				continue
			}
			if named++; !known[line] {
				t.Errorf("lesson %d: no %s", l.Number, line)
			}
		}
		if named == 0 {
			t.Errorf("lesson %d names no example", l.Number)
		}
		t.Run(l.Title, func(t *testing.T) {
			t.Parallel()
			out, err := os.CreateTemp(t.TempDir(), "")
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			vm := script.New(script.Options{Stdout: out, Stderr: out, Interactive: true})
			defer vm.Close()
			var faults strings.Builder
			p := &repl.Prompt{VM: vm, Editor: repl.NewPlainEditor(strings.NewReader(strings.Join(lines, "\n"))), Out: out, Err: &faults,
				Context: func() (context.Context, context.CancelFunc) { return context.WithCancel(context.Background()) }}
			if p.Run(); faults.Len() > 0 {
				t.Errorf("%q: %s", lines, &faults)
			}
		})
	}
}

// TestPlace: where one is outlives the tour, readable for oneself only; what is wrong
// with the file is told, and the tour goes on.
func TestPlace(t *testing.T) {
	state := t.TempDir()
	file := filepath.Join(state, "weir", "tour")
	t.Setenv("XDG_STATE_HOME", state)
	p, err := openProgress()
	if err != nil || p.Lesson != 1 || !p.kept() {
		t.Fatalf("%+v, %v", p, err)
	}
	p.Lesson, p.Guesses[2] = 3, true
	if err := p.keep(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{file: 0o600, filepath.Dir(file): 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	if p, err := openProgress(); err != nil || p.Lesson != 3 || !p.Guesses[2] {
		t.Errorf("%+v, %v", p, err)
	}
	for _, rubbish := range []string{"", "\x00\xff", "{}", `{"lesson":-1}`, `{"lesson":"x"}`, "[]", "null"} {
		if err := os.WriteFile(file, []byte(rubbish), 0o600); err != nil {
			t.Fatal(err)
		}
		if p, err := openProgress(); err != nil || p.Lesson != 1 || !p.kept() || p.keep() != nil {
			t.Errorf("%q: %+v, %v", rubbish, p, err)
		}
	}
	p.forget()
	if _, err := os.Lstat(file); err == nil {
		t.Error("the file is still there")
	}
	if err := os.Mkdir(file, 0o700); err != nil {
		t.Fatal(err)
	}
	if p, err := openProgress(); err == nil || !strings.HasPrefix(err.Error(), "tour: where you are is not kept: ") || p.kept() || p.keep() != nil {
		t.Errorf("a folder: %+v, %v", p, err)
	}
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("HOME", "")
	if p, err := openProgress(); err != nil || p.kept() || p.keep() != nil {
		t.Errorf("no HOME: %+v, %v", p, err)
	}
}

// TestPage: lines are broken at blanks, and their rows counted.
func TestPage(t *testing.T) {
	for _, row := range []struct {
		line       string
		cols, want int
	}{
		{"", 40, 1}, {strings.Repeat("x", 40), 40, 1}, {strings.Repeat("x", 41), 40, 2}, {"\x1b[1m" + strings.Repeat("x", 40) + "\x1b[0m", 40, 1},
		{"日本", 3, 2}, {"xx", 1, 2},
	} {
		if got := rowsOf(row.line, row.cols); got != row.want {
			t.Errorf("%q has %d rows of %d", row.line, got, row.cols)
		}
	}
	for _, row := range []struct{ line, want string }{
		{"one two three", "one two "}, {"  one", "  one"}, {"onetwothreefour", "onetwothreefour"}, {"  onetwothree four", "  onetwothree four"}, {"one two\n", "one two\n"},
	} {
		if got := row.line[:breakAt(row.line, 8)]; got != row.want {
			t.Errorf("%q is broken behind %q", row.line, got)
		}
	}
	p := &page{colours: true, out: luaio.NewOutput(nil, luaio.StandardOutput)}
	const source = "local s = [[a\nb]] -- c\n\nrun(s)"
	plain := strings.Join((&page{out: p.out}).code(source), "\n")
	painted := strings.Join(p.code(source), "\n")
	if want := "    local s = [[a\n    b]] -- c\n\n    run(s)"; plain != want || unstyled(painted) != want || !strings.Contains(painted, "\x1b[") {
		t.Errorf("%q and %q", plain, painted)
	}
	for _, line := range p.code(source) {
		if strings.Contains(line, "\x1b[") && !strings.Contains(line, "\x1b[0m") {
			t.Errorf("%q leaves its colour", line)
		}
	}
}

func unstyled(s string) string {
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		if !found {
			return s
		}
		_, after, _ = strings.Cut(after, "m")
		s = before + after
	}
}

package repl

import (
	"os"
	"strings"
	"testing"

	"weir/repl/edit"
)

// typed gives each line as it is typed, when those before were evaluated.
type typed []string

func (e *typed) Read(edit.Request) (string, error) {
	if len(*e) == 0 {
		return "", os.ErrClosed
	}
	line := (*e)[0]
	*e = (*e)[1:]
	return line, nil
}

func (e *typed) Remember(string) {}

func (e *typed) Close() error { return nil }

// TestGoesOn: an input that begins with | goes on with the chain before it, and nothing
// else is evaluated again.
func TestGoesOn(t *testing.T) {
	const chain = `"seq 5" | "cat"`
	const tail = `| "tail -n 1"`
	const none = "there is no chain to go on with: the input before, "
	for _, row := range []struct {
		inputs []string
		want   string // how it ends
		saved  bool   // what :save has of the last is a run of the whole chain
	}{
		{[]string{chain, tail}, "\n5\n5\n", true},
		{[]string{chain, tail, `| "wc -l"`}, "\n5\n5\n1\n", true},
		{[]string{chain, `:graph ` + chain, tail}, "\n5\n", true},
		{[]string{chain, `:type 1`, "seq?", tail}, "\n5\n", true},
		{[]string{chain, `:explain "seq 3" | "cat"`, tail}, "\n5\n", true},
		{[]string{chain, `:time "seq 3" | "cat"`, tail}, "sys\n5\n", true},
		{[]string{chain, ":halp", tail}, "\n5\n", true},
		{[]string{chain, `| "tial -n 1"`, tail}, "\n5\n", true},
		{[]string{chain, `| nosuch`, "| )", tail}, "\n5\n", true},
		{[]string{`"seq 5" | "false"`, `| "wc -l"`}, "\n0\ninput 2:1:12: false exited with status 1\n    \"seq 5\" | \"false\"\n               ^~~~~\n", false},
		{[]string{`"seq 5"`, tail}, "\n5\n", true},
		{[]string{"print(1)", tail, tail}, "1\n" + none + "print(1), is no topology\n" + none + "print(1), is no topology\n", false},
		{[]string{"print(1)", tail, "print(2)"}, "is no topology\n2\n", false},
		{[]string{"(function() print(1) return 'seq 3' end)()", tail}, none + "(function() print(1) return 'seq 3' e..., is no topology\n", false},
		{[]string{chain, "_.ok", tail}, "true\n" + none + "_.ok, is no topology\n", false},
		{[]string{"x = " + chain, tail}, none + "x = " + chain + ", is no topology\n", false},
		{[]string{chain, "$ echo a", tail}, "a\n" + none + "$ echo a, is a line of shell\n", false},
		{[]string{chain, "x x", tail}, none + "x x, failed\n", false},
		{[]string{"for i = 1, 2 do\nend", tail}, none + "for i = 1, 2 do ..., is no topology\n", false},
		{[]string{tail}, "write one on each side of it\n", false},
	} {
		p, _ := newPrompt(t, "")
		p.Editor = (*typed)(&row.inputs)
		inputs := strings.Join(row.inputs, "\n")
		got := captured(t, p)
		got = strings.TrimSuffix(got, "weir: cannot read standard input: file already closed\n")
		if !strings.HasSuffix("\n"+got, row.want) {
			t.Errorf("%s\n got %s\nwant %s", inputs, got, row.want)
		}
		saved := p.session.script().text
		last := p.session.inputs[len(p.session.inputs)-1]
		if row.saved && !strings.HasSuffix(saved, "run("+last.text+")\n") {
			t.Errorf("%s\nis saved as %s", inputs, saved)
		}
		checkScript(t, saved)
	}
}

// checkScript runs what was saved.
func checkScript(t *testing.T, text string) {
	t.Helper()
	p, _ := newPrompt(t, "")
	_, err := p.VM.Eval("saved", text)
	if err != nil && !strings.Contains(err.Error(), "exited with status") {
		t.Errorf("%s: %v", text, err)
	}
}

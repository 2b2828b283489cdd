package repl

import (
	"os"
	"strings"
	"testing"
)

// TestBareCommands: who types a line of shell, or a function's name alone, is told how
// it is written, and never left to wait for the rest of a Lua statement.
func TestBareCommands(t *testing.T) {
	const shell = "\na line of shell begins with $: $ "
	for _, row := range []struct{ input, want string }{
		{"ls", "nil" + shell + "ls"},
		{"ls\nls", "nil" + shell + "ls\nnil"},
		{"ls -l", "input 1:1:1: attempt to perform arithmetic on global 'ls' (a nil value)\n    ls -l\n    ^~" + shell + "ls -l"},
		{"cd /tmp", "input 1:1:1: attempt to perform arithmetic on global 'cd' (a nil value)\n    cd /tmp\n    ^~" + shell + "cd /tmp"},
		{"cat x y", "input 1:1:5: unexpected 'x'\n    cat x y\n        ^" + shell + "cat x y"},
		{"find .\n1 + 1", "input 1:1:7: the source ends too early\n    find .\n          ^" + shell + "find .\n2"},
		{"ls | wc -l", "input 1:1:6: attempt to perform arithmetic on global 'wc' (a nil value)\n    ls | wc -l\n         ^~" + shell + "ls | wc -l"},
		{"/bin/echo 'a", "input 1:1:1: unexpected '/'\n    /bin/echo 'a\n    ^" + shell + "/bin/echo 'a"},
		{"test = function()\nreturn 1 end\ntest()", "1"},
		{"ls = 3\nls - 1", "2"},
		{"ls,\ncat = 1, 2\ncat", "2"},
		{"nosuchprogram", "nil"},
		{"$ echo a?", "a?"},
		{"exit", "nil\n:quit, or Ctrl-D, ends the session"},
		{"jobs", "function: *\na call has brackets: jobs(); jobs? tells more"},
		{"help queue", "input 1:1:6: unexpected 'queue'\n    help queue\n         ^~~~~\na call has brackets: help([x]); help? tells more"},
		{"jobs -l", "input 1:1:1: attempt to perform arithmetic on global 'jobs' (a function value)\n    jobs -l\n    ^~~~\na call has brackets: jobs(); jobs? tells more"},
		{"sort < one.txt", "input 1:1:8: attempt to index global 'one' (a nil value)\n    sort < one.txt\n           ^~~\na call has brackets: sort([{memory=}]); sort? tells more" + shell + "sort < one.txt"},
		{"print 'a' 3", "input 1:1:11: unexpected '3'\n    print 'a' 3\n              ^"},
		{"string.rep", "function: *\na call has brackets: string.rep(s, n); string.rep? tells more"},
		{"f = jobs\nf", "function: *"},
	} {
		p, _ := newPrompt(t, row.input+"\n")
		p.Interactive = true
		got := captured(t, p)
		before, after, any := strings.Cut(row.want+"\n", "*")
		if !strings.HasPrefix(got, before) || !strings.HasSuffix(got, after) || !any && got != before {
			t.Errorf("%s\n got %s\nwant %s", row.input, got, row.want)
		}
	}
}

// TestBareWithoutPath: where PATH is not set, programs are told from variables, too.
func TestBareWithoutPath(t *testing.T) {
	t.Setenv("PATH", "")
	os.Unsetenv("PATH")
	if p, _ := newPrompt(t, ""); !looksLikeShell(p.VM, "sleep 1") {
		t.Error("sleep 1 is no line of shell")
	}
}

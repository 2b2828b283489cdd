package script

import (
	"strings"
	"testing"
)

// TestFilesOfALine: a command reads a file that one before it in the line makes; bash's own
// order of opening is not settled. Elsewhere a file that is not there yet is refused.
func TestFilesOfALine(t *testing.T) {
	const slow = ` | sh -c 'until test -s f; do :; done; cat <&3' 3<`
	for _, row := range []struct{ code, want string }{
		{`run(sh[[echo x >f` + slow + `f]])`, "x\n"},
		{`run(sh[[echo x >>f` + slow + `./f]])`, "x\n"},
		{`run(sh[[sh -c 'echo x >&4' 4<>f` + slow + `f]])`, "x\n"},
		{`run(sh"cp h f") run(sh[[echo x >f` + slow + `f]])`, "x\n"},
		{`os.execute"mkdir sub" run(sh[[echo x >f` + slow + `f]]:dir"sub")`, "x\n"},
		{`run(sh[[cat <f | cat >f]])`, "no file f to read"},
		{`run(sh[[cat <f >f]])`, "no file f to read"},
		{`run(sh[[cat <h >h]])`, "it would be empty before it is read"},
		{`run(sh[[cat <h | cat >h]])`, "it would be empty before it is read"},
		{`run(sh"echo x >f", sh"cat <f")`, "no file f to read"},
		{`run("echo x" | file("f", "w"), file"f" | "cat")`, "no file f to read"},
		{`run(sh"echo x >&- 2>&1")`, "1: bad file descriptor: it is closed"},
		{`run(sh"echo x >&-":ready"x", {check = false})`, ""},
		{`local j = start(listen("unix:s", "cat <<<a >f | cat <f", {count = 1})) print(socket"unix:s":read"*a") j:wait()`, ""},
		{"run(sh[[cat <<E\nb $(a)\nE]])", "x.lua:2:3: command substitution is not part of a line of words"},
		{"run(sh[[\ncat <<E\nb $(a)\nE\n]])", "x.lua:3:3: command substitution"},
		{"run(sh[[cat <<E\n\n]])", "x.lua:1:13: the here-document is never ended"},
		{"local s = 'cat <<E\\nb $(a)\\nE'\nrun(sh(s))", "x.lua:1: command substitution"},
		{"run(sh[[cat <<E]])", "x.lua:1:13: the here-document is never ended"},
	} {
		if got := said(t, row.code); !strings.Contains(got, row.want) {
			t.Errorf("%s\n got %q\nwant %q", row.code, got, row.want)
		}
	}
}

//go:build linux || windows

package examples_test

import (
	"maps"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"weir/examples"
	"weir/script/extension"
)

// onWindows is what the examples of Windows print there: a pattern for each.
var onWindows = map[string]string{
	"windows-anonymous-pipe": `^read hello\nread world\nend of file\n1  cmd .* 0\n2  sort .* 0\n3  reader .* 0\n$`,
	"windows-mailslot": `^a client before its server:\tfalse\na second server:\tfalse\n` +
		`3 messages wait, the next has 14 bytes\n"hello from one"\n"hello from two"\n""\nand then:\tnil\ttimeout\n$`,
	"windows-named-pipe": `^client 1 got answer to question 1\nclient 2 got answer to question 2\n` +
		`client 3 got answer to question 3\nthe server ended with status 0\n$`,
	"windows-shared-memory": `^count is 1, text is "hello from writer"\ncount  long  at 0,  4 bytes\n` +
		`text   char \[32\] at 4, 32 bytes\n$`,
}

// needsUnix begins an example that does not run on Windows.
const needsUnix = "if sys.os == \"windows\" then\n  print(\"this example needs "

// TestWindows: elsewhere an example of Windows says what it needs, and there those that need programs of Unix do.
func TestWindows(t *testing.T) {
	rows := maps.Clone(onWindows)
	for name := range onWindows {
		if extension.OS != "windows" {
			rows[name] = "^this example needs Windows, or: wine weir.exe run example:" + name + "\n$"
		}
	}
	for _, e := range examples.All() {
		if extension.OS == "windows" && strings.Contains(e.Text, needsUnix) {
			rows[e.Name] = "^this example needs [^\n]*\n$"
		}
	}
	for name, want := range rows {
		exe, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		c := exec.Command(exe, "run", "example:"+name)
		c.Env = append(os.Environ(), playEnv+"=1")
		out, err := c.Output()
		if got := strings.ReplaceAll(string(out), "\r", ""); err != nil || !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s: %v\ngot  %q\nwant %s", name, err, got, want)
		}
	}
}

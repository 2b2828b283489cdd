package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stubborn counts the SIGINTs that it gets, and goes on. It begins when weir watches
// for Ctrl-C.
const stubborn = `#!/bin/bash
trap 'echo "no, $((++n))"' INT
read -r _ _ _ _ own _ </proc/self/stat
until [ $watched ]; do
	for f in /proc/[0-9]*/stat; do
		read -r _ comm _ _ group _ 2>/dev/null <$f
		[ "$group $comm" = "$own (weir-interrupts)" ] && watched=1
	done
done
stty -icanon
echo raw
until read -rn 1 -t 0.05 </dev/tty; do :; done
stty icanon
echo cooked
while :; do sleep 0.01; done
`

// TestPromptStubborn: the second Ctrl-C kills what goes on after the first; but not
// a program that reads keys.
func TestPromptStubborn(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "stubborn"), []byte(stubborn), 0o700); err != nil {
		t.Fatal(err)
	}
	s := sit(t, 80, 24, home, nil)
	s.shows("weir>")
	s.enter("$ ./stubborn")
	s.shows("raw")
	s.keys("\x03")
	s.shows("*no, 1")
	s.keys("\x03")
	s.shows("*no, 2")
	s.keys("x")
	s.shows("*cooked")
	for killed := false; !killed; { // the two may be far apart on a slow machine
		s.keys("\x03")
		s.await("no, or interrupted", func(text string) bool {
			killed = strings.HasSuffix(text, "interrupted\nweir>")
			return killed || strings.Contains(text[strings.LastIndex(text, "\n"):], "no")
		})
	}
	s.keys("\x04")
	if status := s.ends(); status != 0 {
		t.Errorf("status %d", status)
	}
}

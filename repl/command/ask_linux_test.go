package command

import (
	"os"
	"syscall"
	"testing"
)

// needsTypedAhead skips a test where the kernel does not let what was typed ahead be put back, tty_ioctl(2).
func needsTypedAhead(t *testing.T) {
	t.Helper()
	if text, err := os.ReadFile("/proc/sys/dev/tty/legacy_tiocsti"); err == nil && text[0] == '0' {
		t.Skip("the keys of a terminal cannot be looked at here")
	}
}

// TestAsk: Ctrl-T says what each stage of the run in the foreground does, and changes nothing.
func TestAsk(t *testing.T) {
	needsTypedAhead(t)
	home := t.TempDir()
	s := sit(t, 80, 24, home, nil)
	s.shows("weir>")
	s.enter(`"yes" | cmd("sh", "-c", "until test -e stop; do sleep 0.05; done; read x; echo $x")`)
	s.lent()
	s.keys("\x14")
	s.showsAll("weir: run 1, since", "yes writes pipe1, which is full", "\n  sh ")
	s.keys("1\x14+1\r")
	s.showsAll("1^T+1", "yes writes pipe1, which is full (262,144")
	touch(t, home)
	s.shows("*y\nweir> 1+1\n2\nweir>")
	// A program that reads the terminal has the key.
	s.enter(`$ cat -v`)
	s.lent()
	s.keys("to cat\x14")
	s.shows("*to cat^Tto cat^T")
	s.keys("\x03")
	s.shows("*interrupted\nweir>")
	s.enter("os.exit(0)")
	s.ends()
}

// TestAskEmpty: Ctrl-T in an empty input says what the jobs do, above it; elsewhere it exchanges two characters.
func TestAskEmpty(t *testing.T) {
	s := sit(t, 80, 24, t.TempDir(), nil)
	s.shows("weir>")
	s.keys("\x14")
	s.shows("weir: nothing runs\nweir>")
	s.enter(`j = start("sleep 1000")`)
	s.shows("*[1]  running  sh\"sleep 1000\"\nweir>")
	s.keys("\x14")
	s.shows("*weir: run 1, since *:\n  sleep *\nweir>")
	s.keys("ab\x14")
	s.shows("*weir> ba")
	_ = s.c.Process.Signal(syscall.SIGUSR1) // above what is typed
	s.shows("*\n  sleep *\nweir: run 1, since *:\n  sleep *\nweir> ba")
	s.keys("\x15j:kill() os.exit(0)\r")
	s.ends()
}

// TestAskAhead: what is typed ahead is the program's, also when Ctrl-T is typed among it.
func TestAskAhead(t *testing.T) {
	needsTypedAhead(t)
	home := t.TempDir()
	s := sit(t, 80, 24, home, nil)
	s.shows("weir>")
	s.enter(`$ sh -c 'until test -e stop; do sleep 0.05; done; read x; read y; echo "got $x, $y"; cat'`)
	s.lent()
	s.keys("one\rtw\x14")
	s.showsAll("weir: run 1, since", "\n  sh ")
	s.keys("o\rrest\r\x04")
	touch(t, home)
	s.shows("*got one, two\nrest\nweir>")
	s.enter("os.exit(0)")
	s.ends()
}

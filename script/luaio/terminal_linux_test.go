package luaio_test

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"weir/script/luaio"
)

// terminal opens a pseudoterminal, pty(7): weir's side and the stage's.
func terminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skip(err)
	}
	master = os.NewFile(uintptr(fd), "/dev/ptmx")
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Skip(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Skip(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { slave.Close() })
	return master, slave
}

// On a terminal a line is out when it is written, and a prompt without a
// newline before the answer is waited for.
func TestTerminal(t *testing.T) {
	master, slave := terminal(t)
	c := child(t, `print("line") io.write("prompt> ") local a = io.read() print("[" .. a .. "]") print(io.read()) print(io.read())`)
	c.Stdin, c.Stdout, c.Stderr = slave, slave, os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(master)
	expect := func(end string) {
		t.Helper()
		var sb strings.Builder
		for !strings.HasSuffix(sb.String(), end) {
			b, err := r.ReadByte()
			if err != nil {
				t.Fatalf("%q, then %v; want %q", sb.String(), err, end)
			}
			sb.WriteByte(b)
		}
	}
	expect("line\r\n")
	expect("prompt> ")
	fmt.Fprint(master, "answer\n")
	expect("[answer]\r\n")
	fmt.Fprint(master, "\x04") // the end of a file at a terminal is not its last word
	expect("nil\r\n")
	fmt.Fprint(master, "more\n")
	expect("\nmore\r\n")
	if err := c.Wait(); err != nil {
		t.Error(err)
	}
}

// A line is out while the script still runs.
func TestTerminalLine(t *testing.T) {
	master, slave := terminal(t)
	c := child(t, `print("line") while true do end`)
	c.Stdout = slave
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if got, err := bufio.NewReader(master).ReadString('\n'); got != "line\r\n" {
		t.Errorf("%q, %v", got, err)
	}
	c.Process.Kill()
	c.Wait()
}

// /dev/null is a device, but nobody sits there.
func TestIsTerminal(t *testing.T) {
	_, slave := terminal(t)
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if !luaio.IsTerminal(slave) || luaio.IsTerminal(null) {
		t.Errorf("a terminal: %v, %s: %v", luaio.IsTerminal(slave), os.DevNull, luaio.IsTerminal(null))
	}
}

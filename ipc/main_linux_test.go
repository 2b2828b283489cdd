package ipc

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"weir/ipc/leak"
)

// playEnv names what the test binary plays as a child of a test.
const playEnv = "WEIR_TEST_PLAY"

// players are what it can play. Descriptors that the test passes begin at 3.
var players = map[string]func(args []string) error{}

func TestMain(m *testing.M) {
	if name := os.Getenv(playEnv); name != "" {
		if err := players[name](os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, name+":", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	os.Exit(leak.Main(m, nil))
}

// child is a program that a test talks to, line by line.
type child struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// play starts one of the players. It is killed with the test.
func play(t *testing.T, name string, files []*os.File, args ...string) *child {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, args...)
	c.Env = append(os.Environ(), playEnv+"="+name)
	c.ExtraFiles = files
	return begin(t, c)
}

// begin starts a program. It is killed with the test.
func begin(t *testing.T, c *exec.Cmd) *child {
	t.Helper()
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	return &child{c, in, bufio.NewReader(out)}
}

// say sends a line.
func (c *child) say(t *testing.T, line string) {
	t.Helper()
	if _, err := io.WriteString(c.in, line+"\n"); err != nil {
		t.Fatalf("%s: %v", c.Path, err)
	}
}

// hear gives the next line.
func (c *child) hear(t *testing.T) string {
	t.Helper()
	line, err := c.out.ReadString('\n')
	if err != nil {
		t.Fatalf("%s says %q, %v", c.Path, line, err)
	}
	return strings.TrimSuffix(line, "\n")
}

// ask sends a line and gives the answer.
func (c *child) ask(t *testing.T, line string) string {
	t.Helper()
	c.say(t, line)
	return c.hear(t)
}

// end lets the program come to its end.
func (c *child) end(t *testing.T) {
	t.Helper()
	c.in.Close()
	if err := c.Wait(); err != nil {
		t.Errorf("%s: %v", c.Path, err)
	}
}

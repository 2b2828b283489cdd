package leak

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Child is a program that a test talks to, line by line.
type Child struct {
	*exec.Cmd
	In  io.WriteCloser
	Out *bufio.Reader
}

// Begin starts a program. It is killed with the test, so that none is left.
func Begin(t *testing.T, c *exec.Cmd) *Child {
	t.Helper()
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if c.Stderr == nil {
		c.Stderr = os.Stderr
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	return &Child{c, in, bufio.NewReader(out)}
}

// Say sends a line.
func (c *Child) Say(t *testing.T, line string) {
	t.Helper()
	if _, err := io.WriteString(c.In, line+"\n"); err != nil {
		t.Fatalf("%s: %v", c.Path, err)
	}
}

// Hear gives the next line.
func (c *Child) Hear(t *testing.T) string {
	t.Helper()
	line, err := c.Out.ReadString('\n')
	if err != nil {
		t.Fatalf("%s says %q, %v", c.Path, line, err)
	}
	return strings.TrimSuffix(line, "\n")
}

// Expect fails the test if the next line is another one.
func (c *Child) Expect(t *testing.T, want string) {
	t.Helper()
	if line := c.Hear(t); line != want {
		t.Fatalf("%s says %q instead of %q", c.Path, line, want)
	}
}

// Ask sends a line and gives the answer.
func (c *Child) Ask(t *testing.T, line string) string {
	t.Helper()
	c.Say(t, line)
	return c.Hear(t)
}

// End closes the program's input, waits for its end, and gives the rest of its output.
func (c *Child) End(t *testing.T) (rest string) {
	t.Helper()
	c.In.Close()
	text, err := io.ReadAll(c.Out)
	if waited := c.Wait(); err == nil {
		err = waited
	}
	if err != nil {
		t.Errorf("%s: %v", c.Path, err)
	}
	return string(text)
}

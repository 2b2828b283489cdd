package watch

import (
	"io"
	"os/exec"
	"testing"
)

// TestEnding: from the moment a process has let go of its pipe by exit(2), it is ending,
// while it is reaped and afterwards.
func TestEnding(t *testing.T) {
	for range 100 {
		c := exec.Command("true")
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, out)
		reaped := make(chan error, 1)
		go func() { reaped <- c.Wait() }()
		for done := false; !done; {
			select {
			case <-reaped:
				done = true
			default:
			}
			if !Ending(c.Process.Pid) {
				t.Fatalf("process %d has let go of its pipe, and is not said to end", c.Process.Pid)
			}
		}
	}
}

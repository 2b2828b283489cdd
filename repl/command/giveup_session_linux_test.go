package command

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestGiveUpSession: a signal that ends a session interrupts the wait of its input first, and no
// input behind it begins. From standard input every signal ends it.
func TestGiveUpSession(t *testing.T) {
	signals := []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT}
	for i, row := range giveUps {
		if strings.HasPrefix(row.name, "io.read") || strings.HasPrefix(row.name, "io.") && !strings.Contains(row.wait, "T") {
			continue // it reads what stands behind
		}
		s := signals[i%len(signals)]
		t.Run(row.name+"/"+s.String(), func(t *testing.T) {
			c := weir(t)
			in, err := c.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			said := speaking(t, c)
			fmt.Fprintf(in, "%s\nio.stderr:write(\"went on\\n\")\n", sessionInput(t, row.before, row.wait, i))
			if line, err := said.ReadString('\n'); line != "ready\n" {
				t.Fatalf("it said %q, %v", line, err)
			}
			c.Process.Signal(s)
			var rest strings.Builder
			said.WriteTo(&rest)
			c.Wait()
			if status := c.ProcessState.ExitCode(); status != 128+int(s) || strings.Contains(rest.String(), "went on") {
				t.Errorf("status %d, and it wrote %q to standard error", status, &rest)
			}
		})
	}
}

// TestGiveUpPrompt: the same at a terminal, where SIGINT ends the input alone.
func TestGiveUpPrompt(t *testing.T) {
	for i, row := range giveUps {
		s := []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP}[i/4%2]
		if i%4 != 1 {
			continue
		}
		t.Run(row.name+"/"+s.String(), func(t *testing.T) {
			seat := sit(t, 200, 24, t.TempDir(), nil)
			seat.shows("weir>")
			seat.enter(sessionInput(t, row.before, row.wait, i))
			seat.await("the wait", func(text string) bool { return strings.Contains(text, "\nready") })
			seat.c.Process.Signal(s)
			if status := seat.ends(); status != 128+int(s) {
				t.Errorf("status %d", status)
			}
			if text := seat.model.Text(false); strings.Contains(text, "\nwent on") {
				t.Errorf("it shows\n%s", text)
			}
		})
	}
}

// sessionInput is one input that says that it is ready, and then waits.
func sessionInput(t *testing.T, before, wait string, i int) string {
	names := fmt.Sprintf("local T, N = %q, %q ", t.TempDir()+"/t", fmt.Sprintf("weir-session-%d-%d", os.Getpid(), i))
	return names + before + ` io.stderr:write("ready\n") ` + wait + ` io.stderr:write("went", " on\n")` // what is typed is no "went on"
}

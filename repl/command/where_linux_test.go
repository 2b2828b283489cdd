package command

import (
	"bufio"
	"io"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// stands is what is said of the stages of yes | cat | sleep once the pipes are full.
var stands = []string{`sh writes pipe1, which is full \([\d,]+ of [\d,]+ bytes\)`,
	`cat writes pipe2, which is full \([\d,]+ of [\d,]+ bytes\)`, `sleep sleeps, or waits outside`}

// TestWhere ends a run in each way in which weir ends one. What each stage did is said, and
// SIGUSR1, which asks for it, changes nothing.
func TestWhere(t *testing.T) {
	rows := []struct {
		name    string
		signal  syscall.Signal
		options string
		status  int
	}{
		{"a timeout", 0, `, {timeout = "2s"}`, 124},
		{"SIGTERM", syscall.SIGTERM, "", 143},
		{"SIGINT", syscall.SIGINT, "", 130},
		{"SIGHUP", syscall.SIGHUP, "", 129},
		{"SIGQUIT", syscall.SIGQUIT, "", 131},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			c := weir(t, "-e", `run(cmd("sh", "-c", "echo ready >&2; exec yes") | "cat" | sh"sleep 100"`+row.options+`)`)
			errs := speaking(t, c)
			if line, _ := errs.ReadString('\n'); line != "ready\n" {
				t.Fatalf("got %q", line)
			}
			untilFull(t, func() { _ = c.Process.Signal(syscall.SIGUSR1) }, errs)
			if row.signal != 0 {
				_ = c.Process.Signal(row.signal)
			}
			rest, _ := io.ReadAll(errs)
			_ = c.Wait()
			if want := regexp.MustCompile(strings.Join(stands, "; ") + `\n$`); !want.Match(rest) || c.ProcessState.ExitCode() != row.status {
				t.Errorf("got status %d, %q; want %d, %s", c.ProcessState.ExitCode(), rest, row.status, want)
			}
		})
	}
}

// untilFull asks what the stages do until the pipes are full.
func untilFull(t *testing.T, ask func(), errs *bufio.Reader) {
	t.Helper()
	for tick := time.NewTicker(100 * time.Millisecond); ; <-tick.C {
		ask()
		full := true
		for i := range 1 + len(stands) {
			line, err := errs.ReadString('\n')
			if err != nil {
				t.Fatalf("got %q, %v", line, err)
			}
			if i == 0 {
				full = regexp.MustCompile(`^weir: run 1, since \S+:\n$`).MatchString(line)
			} else {
				full = regexp.MustCompile(`^  `+stands[i-1]+`\n$`).MatchString(line) && full
			}
		}
		if full {
			return
		}
	}
}

package command

import (
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// played are programs that the test binary is under these names: bash, which would be
// shorter, loses signals that come while it handles one or waits for a program.
var played = map[string]func(){"stubborn": stubborn, "front": front}

// linkProgram puts a program that is played into a folder.
func linkProgram(t *testing.T, folder, name string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(exe, filepath.Join(folder, name)); err != nil {
		t.Fatal(err)
	}
}

// front says when it has the terminal: only then do the terminal's keys reach it.
func front() {
	stop, goOn := make(chan os.Signal, 1), make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTSTP)
	signal.Notify(goOn, syscall.SIGCONT)
	for said := false; ; {
		select {
		case <-stop:
			said = false
			for len(goOn) > 0 { // it is sent more than once
				<-goOn
			}
			_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
			<-goOn // another thread may be the first to stop
		case <-time.After(10 * time.Millisecond):
		}
		if !inFront() {
			said = false
		} else if !said {
			said = true
			fmt.Println("in front")
		}
	}
}

// inFront reports whether this process's group is its terminal's foreground group.
func inFront() bool {
	stat, _ := os.ReadFile("/proc/self/stat")
	var state string
	var parent, group, session, terminal, foreground int
	_, _ = fmt.Sscan(string(stat[bytes.LastIndexByte(stat, ')')+1:]), &state, &parent, &group, &session, &terminal, &foreground)
	return group == foreground
}

//go:build unix

package command

import (
	"os"
	"os/signal"
	"syscall"
	"time"
)

// suspendSignals are what Ctrl-Z sends.
var suspendSignals = []os.Signal{syscall.SIGTSTP}

// notStopped is how long weir may take to be stopped. In a group that no shell looks after the
// kernel ignores SIGTSTP.
const notStopped = 300 * time.Millisecond

// suspend stops this process and its group, as Ctrl-Z stops a shell's script, until the shell's fg
// or bg lets it go on.
func suspend() {
	goesOn := make(chan os.Signal, 1)
	signal.Notify(goesOn, syscall.SIGCONT)
	defer signal.Stop(goesOn)
	_ = syscall.Kill(0, syscall.SIGTSTP)
	select {
	case <-goesOn:
	case <-time.After(notStopped):
	}
}

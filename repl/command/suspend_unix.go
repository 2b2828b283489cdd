//go:build unix

package command

import (
	"os"
	"syscall"
)

// suspendSignals are what Ctrl-Z sends.
var suspendSignals = []os.Signal{syscall.SIGTSTP}

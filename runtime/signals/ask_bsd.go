//go:build unix && !linux

package signals

import (
	"os"
	"syscall"
)

// Ask are the signals that ask a weir what its stages do. The terminal sends SIGINFO at Ctrl-T, VSTATUS of
// termios(4).
var Ask = []os.Signal{syscall.SIGUSR1, syscall.SIGINFO}

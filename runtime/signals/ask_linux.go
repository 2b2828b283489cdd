package signals

import (
	"os"
	"syscall"
)

// Ask are the signals that ask a weir what its stages do.
var Ask = []os.Signal{syscall.SIGUSR1}

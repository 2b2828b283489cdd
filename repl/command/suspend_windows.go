package command

import "os"

// suspendSignals are none: no process is stopped here.
var suspendSignals []os.Signal

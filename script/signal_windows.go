package script

import (
	"os"
	"syscall"
)

// signals are those that Go can tell apart on Windows.
func signals() map[string]syscall.Signal {
	return map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL, "HUP": syscall.SIGHUP}
}

// notifyOutOfTime does nothing: a Job Object ends the process itself.
func notifyOutOfTime(chan<- os.Signal) {}

package signals

import (
	"os"
	"syscall"
)

// Continue stands where other systems wake a stopped process; here none is stopped.
const Continue = syscall.Signal(0)

// Stop stands where other systems stop a process; nothing sends it here.
const Stop = syscall.Signal(-1)

// Suspend stands where other systems stop a process.
const Suspend = syscall.Signal(0)

// Name is the name that it has on other systems: "SIGTERM".
func Name(sig syscall.Signal) string {
	for name, known := range Known() {
		if known == sig {
			return "SIG" + name
		}
	}
	return sig.String()
}

// Known gives those that Go can tell apart on Windows.
func Known() map[string]syscall.Signal {
	return map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM,
		"KILL": syscall.SIGKILL, "HUP": syscall.SIGHUP}
}

// NotifyOutOfTime does nothing: a Job Object ends the process itself.
func NotifyOutOfTime(chan<- os.Signal) {}

// Ask is empty: no signal asks.
var Ask []os.Signal

// Ends reports whether a signal ends a process that has said nothing of it.
func Ends(sig syscall.Signal) bool { return sig != Continue && sig != Stop }

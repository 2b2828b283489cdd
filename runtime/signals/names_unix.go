//go:build unix

package signals

import (
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Name is the name that kill(1) knows: "SIGTERM".
func Name(sig syscall.Signal) string {
	if name := unix.SignalName(sig); name != "" {
		return name
	}
	return sig.String()
}

// Continue wakes a stage that was stopped by SIGSTOP or the terminal.
const Continue = syscall.SIGCONT

// Stop stops a stage until Continue; it ends none.
const Stop = syscall.SIGSTOP

// Suspend is what the terminal's Ctrl-Z sends.
const Suspend = syscall.SIGTSTP

// Ends reports whether a signal ends a process that has said nothing of it, signal(7).
func Ends(sig syscall.Signal) bool {
	switch sig {
	case 0, syscall.SIGCHLD, syscall.SIGURG, syscall.SIGWINCH, Continue, Stop, Suspend, syscall.SIGTTIN, syscall.SIGTTOU:
		return false
	}
	return true
}

// Known gives the signals that kill(1) knows, by their names without SIG.
var Known = sync.OnceValue(func() map[string]syscall.Signal {
	known := map[string]syscall.Signal{}
	for n := syscall.Signal(1); n < 32; n++ {
		if name := unix.SignalName(n); name != "" {
			known[strings.TrimPrefix(name, "SIG")] = n
		}
	}
	return known
})

// NotifyOutOfTime has the signal sent to c that a process gets when its processor time is
// over, setrlimit(2).
func NotifyOutOfTime(c chan<- os.Signal) { signal.Notify(c, syscall.SIGXCPU) }

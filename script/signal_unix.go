//go:build unix

package script

import (
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// signals are the names that kill(1) knows.
var signals = sync.OnceValue(func() map[string]syscall.Signal {
	known := map[string]syscall.Signal{}
	for n := syscall.Signal(1); n < 32; n++ {
		if name := unix.SignalName(n); name != "" {
			known[strings.TrimPrefix(name, "SIG")] = n
		}
	}
	return known
})

// notifyOutOfTime has setrlimit(2)'s signal sent to c: a process gets it whose
// processor time is over.
func notifyOutOfTime(c chan<- os.Signal) { signal.Notify(c, syscall.SIGXCPU) }

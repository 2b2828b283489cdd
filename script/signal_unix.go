//go:build unix

package script

import (
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

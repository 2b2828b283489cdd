//go:build (!linux && !windows) || polled

package ipc

import "time"

// futexWait is that of futex_linux.go, by looking again: a system's own call that waits at
// a word in memory that processes share is not used yet. The tag polled has others try it.
func futexWait(addr *uint32, val uint32, timeout time.Duration) error {
	return pollWord(addr, val, timeout)
}

// futexWake says that n were woken: whoever waits finds out by itself.
func futexWake(addr *uint32, n int) int { return n }

//go:build !linux || polled

package ipc

import (
	"os"
	"sync/atomic"
	"time"
)

// futexPoll is how often a word is looked at that nobody tells of.
const futexPoll = time.Millisecond

// futexWait is that of futex_linux.go, by looking again: a system's own call that waits at
// a word in memory that processes share is not used yet. The tag polled has Linux try it.
func futexWait(addr *uint32, val uint32, timeout time.Duration) error {
	until := time.Now().Add(timeout)
	for atomic.LoadUint32(addr) == val {
		left := futexPoll
		if timeout >= 0 {
			left = min(left, time.Until(until))
		}
		if left <= 0 {
			return os.ErrDeadlineExceeded
		}
		time.Sleep(left)
	}
	return nil
}

// futexWake says that n were woken: whoever waits finds out by itself.
func futexWake(addr *uint32, n int) int { return n }

//go:build !linux || polled

package ipc

import (
	"os"
	"sync/atomic"
	"time"
)

// futexPoll is how often a word is looked at that nobody tells of.
const futexPoll = time.Millisecond

// pollWord is futexWait by looking again.
func pollWord(addr *uint32, val uint32, timeout time.Duration) error {
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

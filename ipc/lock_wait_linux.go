package ipc

import (
	"sync/atomic"
	"time"
)

// Who looks from outside for whom a process waits sees its futex(2): the word, and
// the time after which it looks again. Where the wait has no limit, that time has a
// number in its nanoseconds, another for each wait. So a wait that has been seen twice
// is told from two.

// waitNumbers is how many there are.
const waitNumbers = 1_000_000 - 1

var lastWait atomic.Uint32

// nextWait is the number of a wait that begins, from 1.
func nextWait() time.Duration { return time.Duration(lastWait.Add(1)%waitNumbers + 1) }

// waitFor is how long a call sleeps before it looks whether the holder lives.
func waitFor(left, number time.Duration) time.Duration {
	if left == forever {
		return deathPoll + number
	}
	return min(deathPoll, left)
}

// LockWait tells whether a futex(2) that sleeps for so long waits without limit for a
// lock of this package, and for which number.
func LockWait(timeout time.Duration) (number int, ok bool) {
	n := timeout - deathPoll
	return int(n), n >= 1 && n <= waitNumbers
}

// LockHolder gives the process that holds a lock, by the low half of its word, at
// which its takers wait; 0 is nobody.
func LockHolder(low uint32) (pid int) { return int(low & lockPID) }

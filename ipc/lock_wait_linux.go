package ipc

import (
	"sync/atomic"
	"time"
)

// Who looks from outside for what a process waits sees its futex(2): the word, and
// the time after which it looks again by itself. Where the wait has no limit, that
// time has a number in its nanoseconds, another for each wait. So a wait that has been
// seen twice is told from two.

// waitNumbers is how many there are.
const waitNumbers = 1_000_000 - 1

var lastWait atomic.Uint32

// nextWait is the number of a wait that begins, from 1.
func nextWait() time.Duration { return time.Duration(lastWait.Add(1)%waitNumbers + 1) }

// waitFor is how long a call sleeps that looks by itself after so long.
func waitFor(left, poll, number time.Duration) time.Duration {
	if left == forever {
		return poll + number
	}
	return min(poll, left)
}

// Waiting is a wait without a limit.
type Waiting struct {
	Number int  // no other wait of the process has it
	Lock   bool // for a lock that somebody holds; else for what another party is to do: post, signal, set, come
}

// WaitingFor reads the time after which a futex(2) looks again; ok is false where it
// is no wait of this package's, or has a limit.
func WaitingFor(timeout time.Duration) (w Waiting, ok bool) {
	for _, poll := range []time.Duration{deathPoll, callPoll} {
		if n := timeout - poll; n >= 1 && n <= waitNumbers {
			return Waiting{int(n), poll == deathPoll}, true
		}
	}
	return w, false
}

// LockHolder gives the process that holds a lock, by the low half of its word, at
// which its takers wait; 0 is nobody.
func LockHolder(low uint32) (pid int) { return int(low & lockPID) }

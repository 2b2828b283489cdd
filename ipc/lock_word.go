package ipc

import (
	"context"
	"os"
	goruntime "runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// lockWord is a lock in memory that processes share, eight bytes:
//
//	bits  0–21  process number of the holder; 0 is nobody
//	bit  22     a process may wait at the low half, futex(2)
//	bit  23     with no holder: the last holder did not unlock it
//	bits 24–63  low 40 bits of the holder's start time in clock ticks, of /proc/PID/stat:
//	            process numbers are used again
//
// A waiter looks every few milliseconds whether the holder is still alive. So all processes
// that share a lock must be in one PID namespace. A process that calls execve(2) keeps its
// number and start time, and so its locks, until the new program ends.
type lockWord struct{ v uint64 }

const (
	lockPID       = 1<<22 - 1
	lockWaiters   = 1 << 22
	lockAbandoned = 1 << 23
	lockStart     = 24

	// deathPoll is how often a waiter looks whether the holder is alive.
	deathPoll = 4 * time.Millisecond
)

// lockSpin is how often a lock is tried before its waiter sleeps.
var lockSpin = spins(100)

// spins is n, or 0 if there is no other core that could change the word meanwhile.
func spins(n int) int {
	if goruntime.NumCPU() == 1 {
		return 0
	}
	return n
}

func lockWordAt(b []byte, offset int) *lockWord {
	_ = b[offset+7]
	return (*lockWord)(unsafe.Pointer(&b[offset]))
}

// ownWord is the word of a lock that this process holds.
func ownWord() uint64 {
	p := self()
	return uint64(p.pid)&lockPID | p.start<<lockStart
}

// holderDied reports whether the holder that a word names has died.
func holderDied(word uint64) bool {
	pid := int(word & lockPID)
	if pid == 0 || word&^(lockWaiters|lockAbandoned) == ownWord() {
		return false
	}
	return HasEnded(pid, word>>lockStart)
}

func (l *lockWord) futex() *uint32 { return (*uint32)(unsafe.Pointer(&l.v)) }

// acquire takes the lock if it has no holder: ErrAbandoned says that the last one did not
// unlock it. bits are set in the word.
func (l *lockWord) acquire(bits uint64) (bool, error) {
	switch word := atomic.LoadUint64(&l.v); {
	case word&^lockWaiters == 0:
		return atomic.CompareAndSwapUint64(&l.v, word, ownWord()|bits|word&lockWaiters), nil
	case word&lockPID == 0:
		return atomic.CompareAndSwapUint64(&l.v, word, ownWord()|bits|word&lockWaiters), ErrAbandoned
	}
	return false, nil
}

// timeLeft says how much longer a call may wait, or why it must end. It is asked before each
// sleep.
type timeLeft func() (time.Duration, error)

// forever is the time left of a call without a deadline.
const forever = time.Hour

// untilDone is the time left until ctx ends.
func untilDone(ctx context.Context) timeLeft {
	return func() (time.Duration, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if d, limited := ctx.Deadline(); limited {
			return max(time.Until(d), 0), nil
		}
		return forever, nil
	}
}

// noWait is no time left.
func noWait() (time.Duration, error) { return 0, os.ErrDeadlineExceeded }

// lock takes the lock, and waits for it within the limit. With ErrAbandoned the lock is
// taken.
func (l *lockWord) lock(limit timeLeft) error { return l.lockAs(limit, Published{}) }

// lockAs is lock, and publishes a wait without a limit.
func (l *lockWord) lockAs(limit timeLeft, shown Published) error {
	if atomic.CompareAndSwapUint64(&l.v, 0, ownWord()) {
		return nil
	}
	for range lockSpin {
		if ok, err := l.acquire(0); ok {
			return err
		}
	}
	return l.lockSlow(limit, shown)
}

func (l *lockWord) lockSlow(limit timeLeft, shown Published) error {
	defer shown.End()
	for {
		// Others may still wait, which this process cannot know.
		if ok, err := l.acquire(lockWaiters); ok {
			return err
		}
		word := atomic.LoadUint64(&l.v)
		if word&lockPID == 0 {
			continue
		}
		left, over := limit()
		if over == nil {
			if word&lockWaiters == 0 {
				if !atomic.CompareAndSwapUint64(&l.v, word, word|lockWaiters) {
					continue
				}
				word |= lockWaiters
			}
			if left == forever {
				shown.at(KindMutex, l.futex())
			}
			if futexWait(l.futex(), uint32(word), min(left, deathPoll)) == nil {
				continue
			}
		}
		// A call without time left gets the lock of a dead holder, too.
		if holderDied(word) && atomic.CompareAndSwapUint64(&l.v, word, ownWord()|lockWaiters) {
			return ErrAbandoned
		}
		if over != nil {
			return over
		}
	}
}

// wake makes all waiters ask how much time they have left.
func (l *lockWord) wake() { futexWake(l.futex(), 1<<30) }

// isOwn reports whether this process holds the lock.
func (l *lockWord) isOwn() bool { return atomic.LoadUint64(&l.v)&^lockWaiters == ownWord() }

// unlock frees the lock, which the caller holds.
func (l *lockWord) unlock() { l.release(0) }

// abandon frees it. The next to take it gets ErrAbandoned.
func (l *lockWord) abandon() { l.release(lockAbandoned) }

// giveBack undoes a lock whose error was err, which the next to take it gets as well.
func (l *lockWord) giveBack(err error) {
	if err != nil {
		l.abandon()
		return
	}
	l.unlock()
}

func (l *lockWord) release(word uint64) {
	if atomic.SwapUint64(&l.v, word)&lockWaiters != 0 {
		futexWake(l.futex(), 1)
	}
}

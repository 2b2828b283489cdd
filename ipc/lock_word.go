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
//	bit  22     somebody may wait at the low half, futex(2)
//	bit  23     with no holder: the last one went without unlocking
//	bits 24–63  low 40 bits of the holder's start time in clock ticks, as
//	            /proc/PID/stat has it: a number that is used again is told apart
//
// Who waits looks every few milliseconds whether the holder is still alive, so
// all who share a lock must see the same process numbers: one PID namespace. A
// process that calls execve(2) keeps its number and its start time, and so what it
// holds, until the program that it became ends.
type lockWord struct{ v uint64 }

const (
	lockPID       = 1<<22 - 1
	lockWaiters   = 1 << 22
	lockAbandoned = 1 << 23
	lockStart     = 24

	// deathPoll bounds how long a dead holder is not noticed.
	deathPoll = 4 * time.Millisecond
)

// lockSpin is how often a lock is tried before its taker sleeps.
var lockSpin = spins(100)

// spins is n where another core can change what is looked at meanwhile.
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
	return hasEnded(pid, word>>lockStart)
}

func (l *lockWord) futex() *uint32 { return (*uint32)(unsafe.Pointer(&l.v)) }

// acquire takes the lock if it is free, or its holder did not unlock it. more are
// bits to leave in the word.
func (l *lockWord) acquire(more uint64) (bool, error) {
	switch word := atomic.LoadUint64(&l.v); {
	case word&^lockWaiters == 0:
		return atomic.CompareAndSwapUint64(&l.v, word, ownWord()|more|word&lockWaiters), nil
	case word&lockPID == 0:
		return atomic.CompareAndSwapUint64(&l.v, word, ownWord()|more|word&lockWaiters), ErrAbandoned
	}
	return false, nil
}

// timeLeft says how much longer a call may wait, or why it must not: it is asked
// before each sleep.
type timeLeft func() (time.Duration, error)

// forever is how long a call without a deadline may wait at a time.
const forever = time.Hour

// untilDone waits until ctx ends.
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

// noWait does not wait.
func noWait() (time.Duration, error) { return 0, os.ErrDeadlineExceeded }

// lock takes the lock, and waits for it as long as p allows. ErrAbandoned comes
// with the lock.
func (l *lockWord) lock(p timeLeft) error { return l.lockAs(p, Published{}) }

// lockAs is lock by a party of this process.
func (l *lockWord) lockAs(p timeLeft, shown Published) error {
	if atomic.CompareAndSwapUint64(&l.v, 0, ownWord()) {
		return nil
	}
	for range lockSpin {
		if ok, err := l.acquire(0); ok {
			return err
		}
	}
	return l.lockSlow(p, shown)
}

func (l *lockWord) lockSlow(p timeLeft, shown Published) error {
	defer shown.End()
	for {
		// Who has slept cannot know whether others do.
		if ok, err := l.acquire(lockWaiters); ok {
			return err
		}
		word := atomic.LoadUint64(&l.v)
		if word&lockPID == 0 {
			continue
		}
		left, over := p()
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
		// Also who cannot wait gets what a dead holder has left.
		if holderDied(word) && atomic.CompareAndSwapUint64(&l.v, word, ownWord()|lockWaiters) {
			return ErrAbandoned
		}
		if over != nil {
			return over
		}
	}
}

// wake has all that wait for the lock ask whether they still may.
func (l *lockWord) wake() { futexWake(l.futex(), 1<<30) }

// isOwn tells whether this process holds the lock.
func (l *lockWord) isOwn() bool { return atomic.LoadUint64(&l.v)&^lockWaiters == ownWord() }

// unlock frees the lock, which the caller holds.
func (l *lockWord) unlock() { l.release(0) }

// abandon frees it and has the next taker told that it was not unlocked.
func (l *lockWord) abandon() { l.release(lockAbandoned) }

// giveBack undoes a lock whose error was err: what it told the next is to know.
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

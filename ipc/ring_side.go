package ipc

import (
	"os"
	"sync/atomic"
	"time"
)

// ringSide is the state of one side of a ring in one handle: the other side's progress when
// it was last looked at, and what ends waits.
type ringSide struct {
	known    atomic.Uint64 // the other side's index, under this side's lock
	deadline atomic.Int64  // nanoseconds since 1970; 0 is none
	closed   atomic.Bool
	users    atomic.Int32  // calls that use the region now
	missed   atomic.Uint32 // waits in a row in which spinning did not help
}

// cacheLine separates words that two cores write. Processors fetch lines in pairs.
type cacheLine [128]byte

// ringSpin is how often a side looks again before it sleeps. It takes as long as sleeping
// and being woken on another core, so at most half of a wait is lost by either.
var ringSpin = spins(30000)

// If the other side runs on this core, or is slow, spinning only takes time from it. After
// spinMisses waits in which it did not help, only one wait of spinRetry spins.
const (
	spinMisses = 4
	spinRetry  = 1024
)

// endPoll is how often a reader looks whether the last writer has left.
const endPoll = 20 * time.Millisecond

// enter keeps the region mapped until leave.
func (s *ringSide) enter() error {
	s.users.Add(1)
	if s.closed.Load() {
		s.users.Add(-1)
		return os.ErrClosed
	}
	return nil
}

func (s *ringSide) leave() { s.users.Add(-1) }

// spin looks again for a while, and reports whether that helped.
func (s *ringSide) spin(ready func() bool) bool {
	missed := s.missed.Load()
	if missed < spinMisses || missed%spinRetry == 0 {
		for range ringSpin {
			if ready() {
				if missed != 0 {
					s.missed.Store(0)
				}
				return true
			}
		}
	}
	s.missed.Store(missed + 1)
	return false
}

// await waits until ready gives true. An error of ended, if there is one, ends the wait.
func (s *ringSide) await(b *eventcount, ready func() bool, ended func() error) error {
	if _, err := s.timeLeft(); err == nil && s.spin(ready) {
		return nil
	}
	for {
		count := b.prepare()
		if ready() {
			return nil
		}
		if ended != nil {
			if err := ended(); err != nil {
				return err
			}
		}
		left, err := s.timeLeft()
		if err != nil {
			return err
		}
		b.wait(count, min(left, endPoll))
	}
}

// SetReadDeadline is as in Receiver.
func (r *Ring) SetReadDeadline(t time.Time) (err error) {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "set the deadline of", r.region.addr, &err)
	}
	return r.read.setDeadline(t, r.items, r.receiveLock)
}

// SetWriteDeadline is as in Sender.
func (r *Ring) SetWriteDeadline(t time.Time) (err error) {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "set the deadline of", r.region.addr, &err)
	}
	return r.write.setDeadline(t, r.space, r.sendLock)
}

func (s *ringSide) setDeadline(t time.Time, b *eventcount, l *lockWord) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	var ns int64
	if !t.IsZero() {
		ns = max(t.UnixNano(), 1)
	}
	// Waiters sleep until the old deadline at most, so only an earlier one must wake them.
	if old := s.deadline.Swap(ns); old == 0 && ns != 0 || ns != 0 && ns < old {
		b.notifyAll()
		l.wake()
	}
	return nil
}

// timeLeft is how long a side may still wait.
func (s *ringSide) timeLeft() (time.Duration, error) {
	if s.closed.Load() {
		return 0, os.ErrClosed
	}
	d := s.deadline.Load()
	if d == 0 {
		return forever, nil
	}
	left := time.Duration(d - time.Now().UnixNano())
	if left <= 0 {
		return 0, os.ErrDeadlineExceeded
	}
	return left, nil
}

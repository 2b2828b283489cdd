//go:build linux || windows

package ipc

import (
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// waiter is how one side of a channel waits for its descriptor. A wait ends at a deadline,
// which may change meanwhile, with Close, and when the last writer has left.
type waiter struct {
	deadline atomic.Int64 // nanoseconds since 1970; 0 is none
	closed   atomic.Bool
	end      atomic.Pointer[End]

	calls   sync.RWMutex // held by calls that use the descriptor, for which Close waits
	mu      sync.Mutex
	waiting []wakeup // one for each goroutine that waits
	spare   []wakeup // those that no goroutine uses
}

// setDeadline sets the deadline, also of calls that wait now.
func (w *waiter) setDeadline(t time.Time) error {
	if w.closed.Load() {
		return os.ErrClosed
	}
	var ns int64
	if !t.IsZero() {
		ns = max(t.UnixNano(), 1)
	}
	w.deadline.Store(ns)
	w.wakeAll()
	return nil
}

// wakeAll makes every goroutine that waits look again.
func (w *waiter) wakeAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, u := range w.waiting {
		u.wake()
	}
}

// begin begins a call: the descriptor stays open until w.calls.RUnlock.
func (w *waiter) begin() error {
	w.calls.RLock()
	if w.closed.Load() {
		w.calls.RUnlock()
		return os.ErrClosed
	}
	return nil
}

// close ends the calls that wait, and returns when they have ended. Later calls fail.
func (w *waiter) close() {
	w.closed.Store(true)
	w.wakeAll()
	w.calls.Lock()
	defer w.calls.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, u := range w.spare {
		u.close()
	}
	w.spare = nil
}

// enter gives a goroutine that is going to wait its wakeup.
func (w *waiter) enter() (u wakeup, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.spare); n > 0 {
		u, w.spare = w.spare[n-1], w.spare[:n-1]
	} else if u, err = newWakeup(); err != nil {
		return u, err
	}
	w.waiting = append(w.waiting, u)
	return u, nil
}

func (w *waiter) leave(u wakeup) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.waiting, u)
	w.waiting = slices.Delete(w.waiting, i, i+1)
	if w.closed.Load() {
		u.close()
		return
	}
	u.drain()
	w.spare = append(w.spare, u)
}

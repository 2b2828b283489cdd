package ipc

import (
	"sync/atomic"
	"time"
	"unsafe"
)

// eventcount is where waiters in any process sleep until something changes: an event count
// (Reed and Kanodia, 1979). A waiter calls prepare, looks whether what it waits for is there,
// and calls wait. Whoever changes it calls notify, which makes no system call if nobody waits.
type eventcount struct {
	count   uint32 // changes with each notification, futex(2)
	waiters uint32 // how many may wait: 0 is none, 1 is one, 2 is more
}

func eventcountAt(b []byte, offset int) *eventcount {
	_ = b[offset+7]
	return (*eventcount)(unsafe.Pointer(&b[offset]))
}

// notifyAll wakes all waiters.
func (b *eventcount) notifyAll() {
	atomic.AddUint32(&b.count, 1)
	futexWake(&b.count, 1<<30)
}

// notify wakes one waiter, if there may be any, and gives how many it woke. The change is
// stored before the call. A waiter that leaves something to others calls notify in turn.
func (b *eventcount) notify() int {
	if atomic.LoadUint32(&b.waiters) == 0 {
		return 0
	}
	waiters := atomic.SwapUint32(&b.waiters, 0)
	// A waiter that prepared before the word was cleared sees the new count. One that
	// prepares later sets the word again.
	atomic.AddUint32(&b.count, 1)
	woken := futexWake(&b.count, 1)
	if woken == 1 && waiters > 1 {
		atomic.StoreUint32(&b.waiters, waiters)
	}
	return woken
}

// prepare announces a waiter, and gives the count for wait.
func (b *eventcount) prepare() uint32 {
	count := atomic.LoadUint32(&b.count)
	if !atomic.CompareAndSwapUint32(&b.waiters, 0, 1) {
		atomic.StoreUint32(&b.waiters, 2)
	}
	return count
}

// wait sleeps until the next notification, or until the time is over. It does not sleep if
// there was one since prepare gave count.
func (b *eventcount) wait(count uint32, limit time.Duration) {
	_ = futexWait(&b.count, count, limit)
}

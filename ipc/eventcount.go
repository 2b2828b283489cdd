package ipc

import (
	"sync/atomic"
	"time"
	"unsafe"
)

// eventcount is where those sleep, in any process, who wait for a change: a word that
// changes with each ring, and one that says whether anybody may listen, so that
// nobody makes a system call for nothing: 0 is nobody, 1 is one, 2 is more.
type eventcount struct {
	count   uint32
	waiters uint32
}

func eventcountAt(b []byte, offset int) *eventcount {
	_ = b[offset+7]
	return (*eventcount)(unsafe.Pointer(&b[offset]))
}

// notifyAll wakes all who sleep.
func (b *eventcount) notifyAll() {
	atomic.AddUint32(&b.count, 1)
	futexWake(&b.count, 1<<30)
}

// notify wakes one that sleeps, if any may, and says how many. What it tells of
// is stored before. Whoever is woken and leaves something to others tells them.
func (b *eventcount) notify() int {
	if atomic.LoadUint32(&b.waiters) == 0 {
		return 0
	}
	listen := atomic.SwapUint32(&b.waiters, 0)
	// Whoever listened before the word was cleared sees the new count, and whoever
	// does it after that has set it again.
	atomic.AddUint32(&b.count, 1)
	woken := futexWake(&b.count, 1)
	if woken == 1 && listen > 1 {
		atomic.StoreUint32(&b.waiters, listen)
	}
	return woken
}

// prepare says that somebody listens. What it gives is for sleep; what is waited
// for must be looked at in between.
func (b *eventcount) prepare() uint32 {
	count := atomic.LoadUint32(&b.count)
	if !atomic.CompareAndSwapUint32(&b.waiters, 0, 1) {
		atomic.StoreUint32(&b.waiters, 2)
	}
	return count
}

// wait sleeps until the bell is rung, unless it was since heed, or the time is
// over.
func (b *eventcount) wait(count uint32, limit time.Duration) {
	_ = futexWait(&b.count, count, limit)
}

package ipc

import (
	"sync/atomic"
	"time"
	"unsafe"
)

// bell is where those sleep, in any process, who wait for a change: a word that
// changes with each ring, and one that says whether anybody may listen, so that
// nobody makes a system call for nothing.
type bell struct {
	count  uint32
	listen uint32
}

func bellAt(b []byte, offset int) *bell {
	_ = b[offset+7]
	return (*bell)(unsafe.Pointer(&b[offset]))
}

// ring wakes all who sleep.
func (b *bell) ring() {
	atomic.AddUint32(&b.count, 1)
	futexWake(&b.count, 1<<30)
}

// tell wakes up to n that sleep, if any may. What it tells of is stored before.
func (b *bell) tell(n int) {
	if atomic.LoadUint32(&b.listen) == 0 {
		return
	}
	atomic.AddUint32(&b.count, 1)
	if futexWake(&b.count, n) < n {
		// Whoever raised the flag meanwhile sees the new count, and does not sleep.
		atomic.StoreUint32(&b.listen, 0)
	}
}

// sleep sleeps until the bell is rung or the time is over, unless ready gives
// true after everybody could know that somebody listens.
func (b *bell) sleep(limit time.Duration, ready func() bool) {
	count := atomic.LoadUint32(&b.count)
	atomic.StoreUint32(&b.listen, 1)
	if !ready() {
		_ = futexWait(&b.count, count, limit)
	}
}

//go:build !windows

package ipc

import (
	"fmt"
	"sync/atomic"
	"time"
)

// CanSelect reports whether Several can wait for objects of a kind.
func CanSelect(o Object) bool {
	switch o.(type) {
	case armer, readable:
		return true
	}
	return false
}

// readable is what a receiver waits for at a descriptor.
type readable interface{ readFD() int }

// armer is what one waits for at a word in memory.
type armer interface {
	// arm announces a waiter to those who wake, and says where it sleeps.
	arm() (place, error)
}

func arm(o Object) (place, error) {
	switch o := o.(type) {
	case armer:
		return o.arm()
	case readable:
		return place{fd: o.readFD()}, nil
	}
	return place{}, &Error{"wait for", o.Addr(), fmt.Errorf("not among several")}
}

// ShowAt publishes a wait without a limit at a lock.
func (p *Published) ShowAt(o Object) {
	switch o := o.(type) {
	case *Semaphore:
		p.at(KindSemaphore, o.futex())
	case *Event:
		p.at(KindEvent, o.state)
	case *Mutex:
		p.at(KindMutex, o.word.futex())
	}
}

// armed makes a place of a word in the memory of a lock, which stays mapped until it is disarmed. again is
// called then: it may have been woken, and have taken something else.
func (h *handle) armed(poll time.Duration, prepare func() (*uint32, uint32), again func()) (p place, err error) {
	if h.closed.Load() || !h.region.enter() {
		return p, h.fault("wait for", errLockClosed)
	}
	p = place{fd: -1, poll: poll}
	p.disarm = func() {
		h.using(again)
		h.region.leave()
	}
	if err = h.using(func() { p.word, p.value = prepare() }); err != nil {
		h.region.leave()
	}
	return p, err
}

// using is one use of the memory of a lock.
func (h *handle) using(do func()) (err error) {
	use, err := h.enter("wait for")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	do()
	return nil
}

func (s *Semaphore) arm() (place, error) {
	return s.armed(0, func() (*uint32, uint32) {
		atomic.AddUint64(s.data, semaphoreWaiter)
		return s.futex(), 0
	}, func() {
		if data := atomic.AddUint64(s.data, ^uint64(semaphoreWaiter-1)); uint32(data) != 0 && data>>32 != 0 {
			futexWake(s.futex(), 1)
		}
	})
}

func (m *Mutex) arm() (place, error) {
	l := m.word
	return m.armed(deathPoll, func() (*uint32, uint32) {
		return l.futex(), uint32(atomic.OrUint64(&l.v, lockWaiters) | lockWaiters)
	}, func() {
		if atomic.LoadUint64(&l.v)&lockPID == 0 {
			futexWake(l.futex(), 1)
		}
	})
}

func (e *Event) arm() (place, error) {
	return e.armed(0, func() (*uint32, uint32) { return e.state, atomic.LoadUint32(e.state) }, func() {
		if e.auto && atomic.LoadUint32(e.state)&eventIsSet != 0 {
			futexWake(e.state, 1)
		}
	})
}

// arm is that of a ring to receive from.
func (r *Ring) arm() (p place, err error) {
	if err := r.read.enter(); err != nil {
		return p, r.fault("receive from", err)
	}
	p = place{fd: -1, disarm: func() {
		// It may have been woken, and have taken something else.
		_ = r.touching(func() {
			if atomic.LoadUint64(r.tail) != atomic.LoadUint64(r.head) {
				r.items.notify()
			}
		})
		r.read.leave()
	}}
	if err = r.touching(func() { p.word, p.value = &r.items.count, r.items.prepare() }); err != nil {
		r.read.leave()
	}
	return p, err
}

// touching is one use of the ring's memory, which another process may have made smaller.
func (r *Ring) touching(do func()) (err error) {
	if r.shrinkable {
		defer recoverFault(catchFaults(), "receive from", r.region.addr, &err)
	}
	do()
	return nil
}

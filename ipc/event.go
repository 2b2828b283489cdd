//go:build !windows

package ipc

import (
	"context"
	"errors"
	"os"
	"sync/atomic"
)

// Event is set or not, as CreateEvent has it.
//
//	0  u32  bit 0 is whether it is set; bits 1–31 count how often it was set, futex(2)
//
// An event that resets itself releases one waiter for each Set. Any other releases all that
// wait at Set, even if Reset follows at once.
type Event struct {
	*handle
	state *uint32
	auto  bool
}

const (
	eventIsSet      = 1
	eventGeneration = 2
)

func init() {
	implement(KindEvent, operations{open: opener(OpenEvent), join: joiner(EventFromFile),
		create: func(a Addr, s Spec, o NameOptions) (Object, error) { return object(CreateEvent(a.Name, s.Auto, o)) },
		use:    user(func(ctx context.Context, e *Event) error { return errors.Join(e.Set(), e.Wait(ctx)) })})
}

// CreateEvent makes an event that is not set. With auto it resets itself. Without a name it
// is private.
func CreateEvent(name string, auto bool, o NameOptions) (*Event, error) {
	param := uint32(0)
	if auto {
		param = 1
	}
	return eventOf(createLock(KindEvent, name, EventSize, param, o))
}

// OpenEvent joins the event that has the name.
func OpenEvent(name string) (*Event, error) { return eventOf(openLock(KindEvent, name, EventSize)) }

// EventFromFile takes over the descriptor of an event's region.
func EventFromFile(f *os.File, name string) (*Event, error) {
	return eventOf(lockFromFile(KindEvent, f, name, EventSize))
}

func eventOf(h *handle, err error) (*Event, error) {
	if err != nil {
		return nil, err
	}
	return &Event{h, h.word32(0), h.param == 1}, nil
}

// Wait is WaitForSingleObject: it waits until the event is set, or ctx ends.
func (e *Event) Wait(ctx context.Context) (err error) {
	use, err := e.enter("wait for")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	limit, shown := e.untilDone(ctx), publishedBy(ctx)
	defer shown.End()
	for first := atomic.LoadUint32(e.state); ; {
		now := atomic.LoadUint32(e.state)
		if e.passes(first, now) {
			return nil
		}
		left, err := limit()
		if err != nil {
			return e.fault("wait for", err)
		}
		// A waiter that is woken may die before it passes, so the others look by themselves.
		if left == forever {
			shown.at(KindEvent, e.state)
		}
		_ = futexWait(e.state, now, min(left, callPoll))
	}
}

// passes reports whether a waiter may go on. first is the state at which it came.
func (e *Event) passes(first, now uint32) bool {
	if e.auto {
		return now&eventIsSet != 0 && atomic.CompareAndSwapUint32(e.state, now, now&^eventIsSet)
	}
	return now&eventIsSet != 0 || now != first
}

// Set is SetEvent.
func (e *Event) Set() (err error) {
	use, err := e.enter("set")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	for {
		now := atomic.LoadUint32(e.state)
		if now&eventIsSet != 0 {
			return nil
		}
		if atomic.CompareAndSwapUint32(e.state, now, (now|eventIsSet)+eventGeneration) {
			break
		}
	}
	n := 1 << 30
	if e.auto {
		n = 1
	}
	futexWake(e.state, n)
	return nil
}

// Reset is ResetEvent. Waiters that a Set before it released go on. If the event resets
// itself, Reset undoes a Set that has released nobody yet.
func (e *Event) Reset() (err error) {
	use, err := e.enter("reset")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	atomic.AndUint32(e.state, ^uint32(eventIsSet))
	return nil
}

// IsSet reports whether the event is set now. A closed one is not.
func (e *Event) IsSet() bool {
	use, err := e.enter("read")
	if err != nil {
		return false
	}
	defer use.leave(nil)
	return atomic.LoadUint32(e.state)&eventIsSet != 0
}

// Auto reports whether the event resets itself.
func (e *Event) Auto() bool { return e.auto }

// State says whether the event is set.
func (e *Event) State() (st LockState, err error) {
	use, err := e.enter("read")
	if err != nil {
		return st, err
	}
	defer use.leave(&err)
	if atomic.LoadUint32(e.state)&eventIsSet != 0 {
		st.Value = 1
	}
	return st, nil
}

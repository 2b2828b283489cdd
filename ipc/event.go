package ipc

import (
	"context"
	"errors"
	"os"
	"sync/atomic"
)

// Event is as CreateEvent has it: set or not.
//
//	0  u32  bit 0 is set where the event is; bits 1–31 count how often it became
//	        so, futex(2)
//
// One that resets itself lets one party through for each Set. One that does not
// lets all through that wait at Set, even if Reset follows at once.
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

// CreateEvent makes an event that is not set; auto is one that resets itself.
// Without a name it is private.
func CreateEvent(name string, auto bool, o NameOptions) (*Event, error) {
	with := uint32(0)
	if auto {
		with = 1
	}
	return eventOf(createLock(KindEvent, name, EventSize, with, o))
}

// OpenEvent joins the event that has the name.
func OpenEvent(name string) (*Event, error) { return eventOf(openLock(KindEvent, name, EventSize)) }

// EventFromFile takes over the descriptor of an event's region.
func EventFromFile(f *os.File, name string) (*Event, error) {
	return eventOf(lockFromFile(KindEvent, f, name, EventSize))
}

func eventOf(p *handle, err error) (*Event, error) {
	if err != nil {
		return nil, err
	}
	return &Event{p, p.word32(0), p.param == 1}, nil
}

// Wait waits until the event is set, or ctx ends, WaitForSingleObject.
func (e *Event) Wait(ctx context.Context) (err error) {
	use, err := e.enter("wait for")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	p, shown := e.untilDone(ctx), publishedBy(ctx)
	defer shown.End()
	for first := atomic.LoadUint32(e.state); ; {
		now := atomic.LoadUint32(e.state)
		if e.passes(first, now) {
			return nil
		}
		left, err := p()
		if err != nil {
			return e.fault("wait for", err)
		}
		// Who is woken may die before it goes through: the others look by themselves.
		if left == forever {
			shown.at(KindEvent, e.state)
		}
		_ = futexWait(e.state, now, min(left, callPoll))
	}
}

// passes tells whether a party that came when the state was first may go on.
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

// Reset is ResetEvent. What a Set just before it let through goes on; of an
// event that resets itself, Reset may take back what nobody has taken yet.
func (e *Event) Reset() (err error) {
	use, err := e.enter("reset")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	atomic.AndUint32(e.state, ^uint32(eventIsSet))
	return nil
}

// IsSet tells whether the event is set now. A closed one is not.
func (e *Event) IsSet() bool {
	use, err := e.enter("read")
	if err != nil {
		return false
	}
	defer use.leave(nil)
	return atomic.LoadUint32(e.state)&eventIsSet != 0
}

// Auto tells whether the event resets itself.
func (e *Event) Auto() bool { return e.auto }

package ipc

import (
	"context"
	"os"
	"sync/atomic"
)

// Event is as CreateEvent has it: set or not. At 64 of its region:
//
//	0  u32  1 where it is set, futex(2)
//
// One that resets itself lets one party through for each Set.
type Event struct {
	region *Region
	state  *uint32
	auto   bool
}

const eventSize = 8

// CreateEvent makes an event that is not set; auto is one that resets itself.
// Without a name it is private.
func CreateEvent(name string, auto bool, o NameOptions) (*Event, error) {
	with := uint32(0)
	if auto {
		with = 1
	}
	return eventOf(createLock(KindEvent, name, eventSize, with, o))
}

// OpenEvent joins the event that has the name.
func OpenEvent(name string) (*Event, error) { return eventOf(openLock(KindEvent, name, eventSize)) }

// EventFromFile takes over the descriptor of an event's region.
func EventFromFile(f *os.File, name string) (*Event, error) {
	return eventOf(lockFromFile(KindEvent, f, name, eventSize))
}

func eventOf(r *Region, err error) (*Event, error) {
	if err != nil {
		return nil, err
	}
	return &Event{r, word32(r.data, lockBody), *word32(r.data, 16) == 1}, nil
}

// Wait waits until the event is set, or ctx ends, WaitForSingleObject.
func (e *Event) Wait(ctx context.Context) error {
	p := patient(ctx)
	for !e.passed() {
		left, err := p()
		if err != nil {
			return &Error{"wait for", e.Addr(), err}
		}
		_ = futexWait(e.state, 0, min(left, callPoll))
	}
	return nil
}

func (e *Event) passed() bool {
	if e.auto {
		return atomic.CompareAndSwapUint32(e.state, 1, 0)
	}
	return atomic.LoadUint32(e.state) != 0
}

// Set is SetEvent.
func (e *Event) Set() {
	if atomic.SwapUint32(e.state, 1) == 0 {
		n := 1 << 30
		if e.auto {
			n = 1
		}
		futexWake(e.state, n)
	}
}

// Reset is ResetEvent.
func (e *Event) Reset() { atomic.StoreUint32(e.state, 0) }

// IsSet tells whether the event is set now.
func (e *Event) IsSet() bool { return atomic.LoadUint32(e.state) != 0 }

// Auto tells whether the event resets itself.
func (e *Event) Auto() bool { return e.auto }

// Addr gives the event's name.
func (e *Event) Addr() Addr { return Addr{KindEvent, e.region.addr.Name} }

// File is the descriptor of its region.
func (e *Event) File() *os.File { return e.region.file }

// Close gives the handle up.
func (e *Event) Close() error { return e.region.Close() }

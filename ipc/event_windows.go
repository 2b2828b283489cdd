package ipc

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// Event is an event of the system, CreateEvent. One that resets itself releases one waiter for
// each Set. Any other releases all that wait at Set, even if Reset follows at once.
type Event struct {
	*kernelObject
	auto bool
}

func init() {
	implement(KindEvent, operations{open: opener(OpenEvent), join: joiner(EventFromFile), path: objectPathOf,
		create: func(a Addr, s Spec, o NameOptions) (Object, error) { return object(CreateEvent(a.Name, s.Auto, o)) },
		look:   func(path string) (Look, error) { return lookAtObject(path, openEvent) },
		use: user(func(ctx context.Context, e *Event) error {
			if err := e.Set(); err != nil {
				return err
			}
			return e.Wait(ctx)
		})})
}

// CreateEvent makes an event that is not set. With auto it resets itself. Without a name it is
// private.
func CreateEvent(name string, auto bool, o NameOptions) (*Event, error) {
	manual := uint32(1)
	if auto {
		manual = 0
	}
	made, err := createObject(KindEvent, name, o,
		func(sa *windows.SecurityAttributes, name *uint16) (windows.Handle, error) {
			return windows.CreateEvent(sa, manual, 0, name)
		})
	return eventOf(made, err)
}

func openEvent(name *uint16) (windows.Handle, error) {
	const access = windows.EVENT_MODIFY_STATE | eventQueryState | windows.SYNCHRONIZE | windows.READ_CONTROL
	return windows.OpenEvent(access, false, name)
}

// OpenEvent joins the event that has the name.
func OpenEvent(name string) (*Event, error) { return eventOf(openObject(KindEvent, name, openEvent)) }

// EventFromFile takes over the handle of an event.
func EventFromFile(f *os.File, name string) (*Event, error) {
	return eventOf(&kernelObject{addr: Addr{KindEvent, name}, file: f}, nil)
}

func eventOf(o *kernelObject, err error) (*Event, error) {
	if err != nil {
		return nil, err
	}
	auto, _, err := queryEvent(o.handle())
	if err != nil {
		o.Close()
		return nil, &Error{"open", o.addr, fmt.Errorf("this is no event: %w", err)}
	}
	return &Event{o, auto}, nil
}

// Wait is WaitForSingleObject: it waits until the event is set, or ctx ends.
func (e *Event) Wait(ctx context.Context) error {
	return e.do("wait for", func(h windows.Handle) error { return e.await(ctx, h) })
}

// Set is SetEvent.
func (e *Event) Set() error { return e.do("set", windows.SetEvent) }

// Reset is ResetEvent. If the event resets itself, it undoes a Set that has released nobody yet.
func (e *Event) Reset() error { return e.do("reset", windows.ResetEvent) }

// IsSet reports whether the event is set now. A closed one is not.
func (e *Event) IsSet() bool {
	st, _ := e.State()
	return st.Value == 1
}

// State says whether the event is set.
func (e *Event) State() (st LockState, err error) {
	err = e.do("read", func(h windows.Handle) error {
		_, set, err := queryEvent(h)
		if set {
			st.Value = 1
		}
		return err
	})
	return st, err
}

// Auto reports whether the event resets itself.
func (e *Event) Auto() bool { return e.auto }

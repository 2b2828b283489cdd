package ipc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// Semaphore is a semaphore of the system, CreateSemaphore, which any program joins; SemaphoreAt
// gives one in a region.
//
// A semaphore has no holder: if a process dies after Wait, nothing posts for it.
type Semaphore struct{ semaphore }

// semaphore is what both kinds of them do.
type semaphore interface {
	Object
	Watched
	File() *os.File
	Offset() int
	Init(value int) error
	Wait(ctx context.Context) error
	TryWait() bool
	Post() error
	Value() (int, error)
}

func init() {
	implement(KindSemaphore, operations{open: opener(OpenSemaphore), join: joiner(SemaphoreFromFile), path: objectPathOf,
		create: func(a Addr, s Spec, o NameOptions) (Object, error) {
			return object(CreateSemaphore(a.Name, s.Count, o))
		},
		look:  func(path string) (Look, error) { return lookAtObject(path, openSemaphore) },
		trial: Spec{Count: 1}, use: semaphoreUse})
}

// CreateSemaphore makes a semaphore. Without a name it is private.
func CreateSemaphore(name string, value int, o NameOptions) (*Semaphore, error) {
	if err := checkValue(value); err != nil {
		return nil, &Error{"create", Addr{KindSemaphore, name}, err}
	}
	made, err := createObject(KindSemaphore, name, o,
		func(sa *windows.SecurityAttributes, name *uint16) (windows.Handle, error) {
			return createSemaphore(sa, int32(value), SemaphoreMax, name)
		})
	return semaphoreOf(made, err)
}

// OpenSemaphore joins the semaphore that has the name.
func OpenSemaphore(name string) (*Semaphore, error) {
	return semaphoreOf(openObject(KindSemaphore, name, openSemaphore))
}

// SemaphoreFromFile takes over the handle of a semaphore.
func SemaphoreFromFile(f *os.File, name string) (*Semaphore, error) {
	return semaphoreOf(&kernelObject{addr: Addr{KindSemaphore, name}, file: f}, nil)
}

func semaphoreOf(o *kernelObject, err error) (*Semaphore, error) {
	if err != nil {
		return nil, err
	}
	if _, err := querySemaphore(o.handle()); err != nil {
		o.Close()
		return nil, &Error{"open", o.addr, fmt.Errorf("this is no semaphore: %w", err)}
	}
	return &Semaphore{systemSemaphore{o}}, nil
}

// systemSemaphore is one of the system's.
type systemSemaphore struct{ *kernelObject }

// Init is refused: the value is given when the semaphore is made.
func (s systemSemaphore) Init(value int) error {
	return s.do("init", func(windows.Handle) error {
		return cmp.Or(checkValue(value), fmt.Errorf("CreateSemaphore has given it its value: %w", errors.ErrUnsupported))
	})
}

// Wait is WaitForSingleObject: it takes one, and waits for one until ctx ends.
func (s systemSemaphore) Wait(ctx context.Context) error {
	return s.do("wait for", func(h windows.Handle) error { return s.await(ctx, h) })
}

// TryWait takes one if there is one.
func (s systemSemaphore) TryWait() bool { return s.do("wait for", tryObject) == nil }

// Post is ReleaseSemaphore: it adds one. EOVERFLOW is a value that grows above its maximum.
func (s systemSemaphore) Post() error {
	return s.do("post", func(h windows.Handle) error {
		err := releaseSemaphore(h, 1)
		if errors.Is(err, windows.ERROR_TOO_MANY_POSTS) {
			value, _ := querySemaphore(h)
			return tooMany(uint32(value))
		}
		return err
	})
}

// Value is NtQuerySemaphore. It may have changed by the time the caller looks at it.
func (s systemSemaphore) Value() (value int, err error) {
	err = s.do("read", func(h windows.Handle) (err error) {
		value, err = querySemaphore(h)
		return err
	})
	return value, err
}

// State gives the value.
func (s systemSemaphore) State() (LockState, error) {
	n, err := s.Value()
	return LockState{Value: n}, err
}

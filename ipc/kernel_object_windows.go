package ipc

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// kernelObject is one handle of an object of the system's that one waits for. After Close its
// calls give os.ErrClosed, also those that wait.
type kernelObject struct {
	addr Addr
	file *os.File
	wait waiter
}

// objectPathOf gives the path of the name of an object that any program joins.
func objectPathOf(name string) (string, error) { return sharedPath("", name) }

// createObject makes an object by one of the calls Create…; without a name it is private.
func createObject(k Kind, name string, options NameOptions,
	create func(*windows.SecurityAttributes, *uint16) (windows.Handle, error)) (*kernelObject, error) {
	a, path, err := Addr{k, name}, `Local\`+privateName+rand.Text(), error(nil)
	if name != "" {
		a, path, err = objectPath(k, name)
	}
	var s *security
	if err == nil {
		s, err = ownerOnly()
	}
	var wide *uint16
	if err == nil {
		wide, err = windows.UTF16PtrFromString(path)
	}
	var n ownName
	if err == nil {
		n, err = register(a, path, options)
	}
	if err != nil {
		return nil, &Error{"create", a, err}
	}
	h, err := create(s.private, wide)
	if err != nil {
		if h != 0 {
			windows.CloseHandle(h)
		}
		n.withdraw()
		return nil, &Error{"create", a, nameTaken(path, err)}
	}
	return &kernelObject{addr: a, file: os.NewFile(uintptr(h), path)}, nil
}

// openObject joins an object by one of the calls Open….
func openObject(k Kind, name string, open func(*uint16) (windows.Handle, error)) (*kernelObject, error) {
	a, path, err := objectPath(k, name)
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	h, err := opening(path, open)
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	return &kernelObject{addr: a, file: os.NewFile(uintptr(h), path)}, nil
}

// lookAtObject looks at the object that has a name.
func lookAtObject(path string, open func(*uint16) (windows.Handle, error)) (Look, error) {
	h, err := opening(path, open)
	if err != nil {
		return Look{}, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer windows.CloseHandle(h)
	return lookAtHandle(h)
}

// Offset is 0: it lies in no region.
func (o *kernelObject) Offset() int { return 0 }

func (o *kernelObject) handle() windows.Handle { return windows.Handle(o.file.Fd()) }

// do has a call use the handle, which stays open meanwhile.
func (o *kernelObject) do(op string, call func(windows.Handle) error) error {
	err := o.wait.begin()
	if err == nil {
		err = call(o.handle())
		o.wait.calls.RUnlock()
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrClosed):
		err = errLockClosed
	}
	return &Error{op, o.addr, err}
}

// Addr gives the name.
func (o *kernelObject) Addr() Addr { return o.addr }

// Files gives the handle.
func (o *kernelObject) Files() []*os.File { return []*os.File{o.file} }

// File is the handle by which another process joins.
func (o *kernelObject) File() *os.File { return o.file }

// Close gives the handle up. The name goes with the last one.
func (o *kernelObject) Close() error {
	if o.wait.closed.Load() {
		return nil
	}
	o.wait.close()
	return o.file.Close()
}

// waitUntil waits until an object is signalled, or ctx ends.
func (w *waiter) waitUntil(ctx context.Context, object windows.Handle) error {
	u, err := w.enter()
	if err != nil {
		return err
	}
	defer w.leave(u)
	defer context.AfterFunc(ctx, w.wakeAll)()
	limit := untilDone(ctx)
	for {
		left, over := limit()
		if w.closed.Load() {
			return os.ErrClosed
		}
		event, err := windows.WaitForMultipleObjects([]windows.Handle{object, windows.Handle(u)}, false, milliseconds(left))
		switch {
		case event == windows.WAIT_OBJECT_0:
			return nil
		case event == windows.WAIT_ABANDONED:
			return ErrAbandoned
		case over != nil:
			return over
		case event != windows.WAIT_OBJECT_0+1 && event != uint32(windows.WAIT_TIMEOUT):
			return os.NewSyscallError("WaitForMultipleObjects", err)
		case left == 0:
			return context.DeadlineExceeded
		}
	}
}

// tryObject takes an object if it is signalled. Otherwise it gives os.ErrDeadlineExceeded.
func tryObject(h windows.Handle) error {
	switch event, err := windows.WaitForSingleObject(h, 0); event {
	case windows.WAIT_OBJECT_0:
		return nil
	case windows.WAIT_ABANDONED:
		return ErrAbandoned
	case uint32(windows.WAIT_TIMEOUT):
		return os.ErrDeadlineExceeded
	default:
		return os.NewSyscallError("WaitForSingleObject", err)
	}
}

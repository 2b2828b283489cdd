package ipc

import (
	"context"
	"errors"
	"io"
	"os"
	goruntime "runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// wakeup is an event, by which a goroutine that waits is made to look again.
type wakeup windows.Handle

func newWakeup() (wakeup, error) {
	h, err := windows.CreateEvent(nil, 0, 0, nil)
	return wakeup(h), os.NewSyscallError("CreateEvent", err)
}

func (u wakeup) wake()  { _ = windows.SetEvent(windows.Handle(u)) }
func (u wakeup) drain() { _ = windows.ResetEvent(windows.Handle(u)) }
func (u wakeup) close() { windows.CloseHandle(windows.Handle(u)) }

// wait blocks until an object is signalled. Its error is os.ErrClosed, os.ErrDeadlineExceeded,
// or io.EOF if the writers have left. After io.EOF the caller tries once more: the last writer
// may have written.
func (w *waiter) wait(object windows.Handle) error {
	u, err := w.enter()
	if err != nil {
		return err
	}
	defer w.leave(u)
	for {
		if w.closed.Load() {
			return os.ErrClosed
		}
		left, end := forever, w.end.Load()
		if d := w.deadline.Load(); d != 0 {
			left = max(time.Duration(d-time.Now().UnixNano()), 0)
		}
		if end != nil {
			left = min(left, endPoll)
		}
		event, err := windows.WaitForMultipleObjects([]windows.Handle{object, windows.Handle(u)}, false, milliseconds(left))
		switch {
		case event == windows.WAIT_OBJECT_0:
			return nil
		case end.over():
			return io.EOF
		case event != windows.WAIT_OBJECT_0+1 && event != uint32(windows.WAIT_TIMEOUT):
			return os.NewSyscallError("WaitForMultipleObjects", err)
		}
		if d := w.deadline.Load(); d != 0 && d <= time.Now().UnixNano() {
			return os.ErrDeadlineExceeded
		}
	}
}

// milliseconds gives a time as calls of Win32 take it, rounded up.
func milliseconds(d time.Duration) uint32 {
	return uint32((d + time.Millisecond - 1) / time.Millisecond)
}

// transfer does one overlapped read or write of a buffer, and gives how many bytes it moved. A
// wait ends as w.wait has it; what was moved by then counts.
func (w *waiter) transfer(h windows.Handle, buf []byte, start func(*windows.Overlapped) error) (int, error) {
	var pinned goruntime.Pinner // while the system uses it
	defer pinned.Unpin()
	pinned.Pin(unsafe.SliceData(buf))
	done, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		return 0, os.NewSyscallError("CreateEvent", err)
	}
	defer windows.CloseHandle(done)
	// The lowest bit keeps the end of the call from a completion port.
	o := &windows.Overlapped{HEvent: done | 1}
	var over error
	switch err := start(o); err {
	case nil, windows.ERROR_MORE_DATA:
	case windows.ERROR_IO_PENDING:
		if over = w.wait(done); over != nil {
			_ = windows.CancelIoEx(h, o)
		}
	default:
		return 0, err
	}
	var n uint32
	err = windows.GetOverlappedResult(h, o, &n, true)
	if over != nil && errors.Is(err, windows.ERROR_OPERATION_ABORTED) {
		return 0, over
	}
	return int(n), err
}

// writersLeft reports whether nobody has the write end of a pipe, or of a presence, by its read end.
func writersLeft(pipe *os.File) bool {
	if name, _, ok := presenceEnd(pipe); ok {
		return !isThere(name + presenceSide(Write))
	}
	_, err := peekNamedPipe(windows.Handle(pipe.Fd()))
	return errors.Is(err, windows.ERROR_BROKEN_PIPE)
}

// transferIn is a transfer of nothing that ends with ctx. One at a time may wait.
func (w *waiter) transferIn(ctx context.Context, h windows.Handle, start func(*windows.Overlapped) error) error {
	defer w.setDeadline(time.Time{})
	defer context.AfterFunc(ctx, func() { w.setDeadline(time.Unix(1, 0)) })()
	for {
		_, err := w.transfer(h, nil, start)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		if err = context.Cause(ctx); err != nil {
			return err
		}
		w.setDeadline(time.Time{}) // the end of an earlier call's came late
	}
}

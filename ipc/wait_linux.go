package ipc

import (
	"context"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// waiter is how one side of a channel waits for its descriptor. A wait ends at a deadline,
// which may change meanwhile, with Close, and when the last writer has left.
type waiter struct {
	deadline atomic.Int64 // nanoseconds since 1970; 0 is none
	closed   atomic.Bool
	end      atomic.Pointer[End]

	calls   sync.RWMutex // held by calls that use the descriptor, for which Close waits
	mu      sync.Mutex
	waiting []int // an eventfd(2) for each goroutine that waits
	spare   []int // eventfds that no goroutine uses
}

// setDeadline sets the deadline, also of calls that wait now.
func (w *waiter) setDeadline(t time.Time) error {
	if w.closed.Load() {
		return os.ErrClosed
	}
	var ns int64
	if !t.IsZero() {
		ns = max(t.UnixNano(), 1)
	}
	w.deadline.Store(ns)
	w.wakeAll()
	return nil
}

// wakeAll makes every goroutine that waits look again.
func (w *waiter) wakeAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, fd := range w.waiting {
		Wake(fd)
	}
}

// Wake makes an eventfd(2) readable. A write that fails is tried again, whatever the error:
// nothing else may ever wake who waits.
func Wake(fd int) {
	one := [8]byte{1}
	for try := 0; try < 100; try++ {
		if _, err := unix.Write(fd, one[:]); err == nil {
			return
		}
	}
}

// begin begins a call: the descriptor stays open until w.calls.RUnlock.
func (w *waiter) begin() error {
	w.calls.RLock()
	if w.closed.Load() {
		w.calls.RUnlock()
		return os.ErrClosed
	}
	return nil
}

// close ends the calls that wait, and returns when they have ended. Later calls fail.
func (w *waiter) close() {
	w.closed.Store(true)
	w.wakeAll()
	w.calls.Lock()
	defer w.calls.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, fd := range w.spare {
		unix.Close(fd)
	}
	w.spare = nil
}

// enter gives a goroutine that is going to wait its eventfd.
func (w *waiter) enter() (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fd := -1
	if n := len(w.spare); n > 0 {
		fd, w.spare = w.spare[n-1], w.spare[:n-1]
	} else {
		var err error
		if fd, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
			return -1, os.NewSyscallError("eventfd", err)
		}
	}
	w.waiting = append(w.waiting, fd)
	return fd, nil
}

func (w *waiter) leave(fd int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.waiting, fd)
	w.waiting = slices.Delete(w.waiting, i, i+1)
	if w.closed.Load() {
		unix.Close(fd)
		return
	}
	drain(fd)
	w.spare = append(w.spare, fd)
}

func drain(fd int) {
	var buf [8]byte
	_, _ = unix.Read(fd, buf[:])
}

// wait blocks until fd is ready for events. Its error is os.ErrClosed,
// os.ErrDeadlineExceeded, or io.EOF if the writers have left. After io.EOF the caller tries
// once more: the last writer may have written.
func (w *waiter) wait(fd int, events int16) error { return w.waitIn(context.Background(), fd, events) }

// waitIn is wait for one call that also ends with ctx, and then with its cause.
func (w *waiter) waitIn(ctx context.Context, fd int, events int16) error {
	if w.closed.Load() {
		return os.ErrClosed
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if ctx.Done() != nil {
		defer context.AfterFunc(ctx, w.wakeAll)()
	}
	if d := w.deadline.Load(); d != 0 && d <= time.Now().UnixNano() {
		if w.end.Load().over() {
			return io.EOF
		}
		return os.ErrDeadlineExceeded
	}
	wake, err := w.enter()
	if err != nil {
		return err
	}
	defer w.leave(wake)
	away := false // the writers have let go of the pipe, and may come back
	for {
		if w.closed.Load() {
			return os.ErrClosed
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		left := int64(-1)
		if d := w.deadline.Load(); d != 0 {
			if left = d - time.Now().UnixNano(); left <= 0 {
				return os.ErrDeadlineExceeded
			}
		}
		fds := [3]unix.PollFd{{Fd: int32(fd), Events: events}, {Fd: int32(wake), Events: unix.POLLIN}, {Fd: -1}}
		end := w.end.Load()
		switch {
		case end == nil:
		case away && (left < 0 || left > int64(endPoll)):
			left = int64(endPoll)
		case !away:
			fds[2].Fd = int32(end.Pipe.Fd())
		}
		var timeout *unix.Timespec
		if left >= 0 {
			ts := unix.NsecToTimespec(left)
			timeout = &ts
		}
		n, err := unix.Ppoll(fds[:], timeout, nil)
		away = false
		switch {
		case err == unix.EINTR || n == 0 && err == nil:
		case err != nil:
			return os.NewSyscallError("poll", err)
		case fds[0].Revents != 0:
			return nil
		case fds[2].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0:
			if end.over() {
				return io.EOF
			}
			away = true
		case fds[1].Revents != 0 && !w.closed.Load():
			drain(wake)
		}
	}
}

// writersLeft reports whether nobody has the write end of a pipe, by its read end.
func writersLeft(pipe *os.File) bool {
	fds := [1]unix.PollFd{{Fd: int32(pipe.Fd())}}
	n, err := unix.Poll(fds[:], 0)
	return err == nil && n > 0 && fds[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0
}

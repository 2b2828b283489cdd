package ipc

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// wakeup is an eventfd(2), by which a goroutine that waits is made to look again.
type wakeup int

func newWakeup() (wakeup, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return -1, os.NewSyscallError("eventfd", err)
	}
	return wakeup(fd), nil
}

func (u wakeup) wake()  { Wake(int(u)) }
func (u wakeup) close() { unix.Close(int(u)) }

func (u wakeup) drain() {
	var buf [8]byte
	_, _ = unix.Read(int(u), buf[:])
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
		end := w.end.Load()
		fds, n, err := pollBeside(unix.PollFd{Fd: int32(fd), Events: events}, wake, end, away, left)
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
			wake.drain()
		}
	}
}

// pollBeside sleeps at a descriptor, at the wakeup and, unless the writers have let go of it, at the pipe of an end,
// for as long as left, below zero without a limit. Where they have let go it looks again soon.
func pollBeside(at unix.PollFd, wake wakeup, end *End, away bool, left int64) (fds [3]unix.PollFd, n int, err error) {
	fds = [3]unix.PollFd{at, {Fd: int32(wake), Events: unix.POLLIN}, {Fd: -1}}
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
	n, err = unix.Ppoll(fds[:], timeout, nil)
	return fds, n, err
}

// writersLeft reports whether nobody has the write end of a pipe, by its read end.
func writersLeft(pipe *os.File) bool {
	fds := [1]unix.PollFd{{Fd: int32(pipe.Fd())}}
	n, err := unix.Poll(fds[:], 0)
	return err == nil && n > 0 && fds[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0
}

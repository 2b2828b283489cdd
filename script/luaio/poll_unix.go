//go:build unix

package luaio

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// readable reports whether read(2) on f would return at once: poll(2) with no
// timeout. Regular files and ended pipes always would.
func readable(f *os.File) bool {
	ok, err := ready(f, false, nil, 0)
	return err == nil && ok
}

// waitFor sleeps until f can be read, or written.
func waitFor(f *os.File, write bool) error {
	_, err := ready(f, write, nil, -1)
	return err
}

// ready waits until f can be read, or written, for as long as limit, below zero without
// one, or until wake can be read, if there is one. It asks the kernel without File.Fd,
// which would make f blocking.
func ready(f *os.File, write bool, wake *os.File, limit time.Duration) (ok bool, err error) {
	c, err := f.SyscallConn()
	if err != nil {
		return false, err
	}
	timeout := -1
	if limit >= 0 {
		timeout = int((limit + time.Millisecond - 1) / time.Millisecond)
	}
	e := c.Control(func(fd uintptr) {
		list := [2]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}, {Fd: -1, Events: unix.POLLIN}}
		if write {
			list[0].Events = unix.POLLOUT
		}
		if wake != nil {
			list[1].Fd = int32(wake.Fd())
		}
		for {
			if _, err = unix.Poll(list[:], timeout); err != unix.EINTR {
				ok = list[0].Revents != 0
				return
			}
		}
	})
	return ok, errors.Join(e, err)
}

func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

// transfer is one read(2), or write(2). Of a wait that Go's poller has, the end is told before what
// was waited for is taken, or given: whoever looks would see a wait for what is no longer there.
func (f *File) transfer(write bool, b []byte) (n int, err error) {
	if !f.stat().polled || write && f.std {
		return f.transferPlain(write, b)
	}
	c, err := f.f.SyscallConn()
	if err != nil {
		return 0, err
	}
	call, wait, op, over := unix.Read, c.Read, "read", func() {}
	if write {
		call, wait, op = unix.Write, c.Write, "write"
	}
	closed := wait(func(fd uintptr) bool {
		over()
		over = func() {}
		for n < len(b) {
			var k int
			switch k, err = call(int(fd), b[n:]); {
			case err == unix.EINTR:
				continue
			case err == unix.EAGAIN:
				over = f.waits(write)
				return false
			case err != nil || k == 0 || !write:
				n = max(k, n)
				return true
			}
			n += k
		}
		return true
	})
	over()
	switch {
	case closed != nil:
		return n, closed
	case err != nil:
		return n, &os.PathError{Op: op, Path: f.f.Name(), Err: err}
	case n == 0 && !write && len(b) > 0:
		return 0, io.EOF
	}
	return n, nil
}

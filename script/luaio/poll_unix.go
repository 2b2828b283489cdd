//go:build unix

package luaio

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// readable tells whether read(2) on f would return at once: poll(2) with no
// timeout. Regular files and ended pipes always would.
func readable(f *os.File) bool {
	n, err := poll(f, unix.POLLIN, 0)
	return err == nil && n > 0
}

// waitFor sleeps until f can be read, or written.
func waitFor(f *os.File, write bool) error {
	events := int16(unix.POLLIN)
	if write {
		events = unix.POLLOUT
	}
	_, err := poll(f, events, -1)
	return err
}

// ready waits until f can be read, or written, for as long as limit; below zero is
// no limit.
func ready(f *os.File, write bool, limit time.Duration) (bool, error) {
	events, timeout := int16(unix.POLLIN), -1
	if write {
		events = unix.POLLOUT
	}
	if limit >= 0 {
		timeout = int((limit + time.Millisecond - 1) / time.Millisecond)
	}
	n, err := poll(f, events, timeout)
	return n > 0, err
}

// poll asks the kernel without File.Fd, which would make f blocking.
func poll(f *os.File, events int16, timeout int) (n int, err error) {
	c, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	e := c.Control(func(fd uintptr) {
		p := [1]unix.PollFd{{Fd: int32(fd), Events: events}}
		for {
			if n, err = unix.Poll(p[:], timeout); err != unix.EINTR {
				return
			}
		}
	})
	return n, errors.Join(e, err)
}

func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

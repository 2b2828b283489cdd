//go:build unix

package luaio

import (
	"errors"
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

//go:build unix && !linux

package ipc

import (
	"context"
	"time"

	"golang.org/x/sys/unix"
)

// openUntil is open(2). When ctx has ended the other side is opened, so that the thread comes
// through.
func openUntil(ctx context.Context, path string, flag int) (int, error) {
	opened := make(chan struct{})
	freed := make(chan bool)
	go func() {
		select {
		case <-opened:
			freed <- false
		case <-ctx.Done():
			freed <- freeOpener(path, unix.O_RDONLY+unix.O_WRONLY-flag, opened)
		}
	}()
	fd, err := openRetry(path, flag)
	close(opened)
	if <-freed && err == nil && isAlone(fd) {
		unix.Close(fd)
		err = ctx.Err()
	}
	return fd, err
}

// isAlone reports whether nobody has the other side of a FIFO open, nor has left bytes in it: who
// came when the opener was freed is not to lose them.
func isAlone(fd int) bool {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds[:], 0)
	return err == nil && n > 0 && fds[0].Revents&unix.POLLIN == 0
}

// freeOpener frees a thread that is blocked in open(2), or will be in a moment. It opens the
// other side until the thread has come through, and reports whether that was needed.
func freeOpener(path string, other int, opened <-chan struct{}) bool {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-opened:
			return false
		case <-tick.C:
		}
		if fd, err := openRetry(path, other|unix.O_NONBLOCK); err == nil {
			<-opened
			unix.Close(fd)
			return true
		}
	}
}

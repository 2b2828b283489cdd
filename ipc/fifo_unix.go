//go:build unix

package ipc

import (
	"context"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// MakeFIFO makes a FIFO, mkfifo(3), with exactly the permission bits of perm.
// A name that exists already is an error (EEXIST), a symbolic link included.
func MakeFIFO(path string, perm uint32) error {
	if err := unix.Mkfifo(path, perm); err != nil {
		return &Error{"mkfifo", Addr{KindFIFO, path}, err}
	}
	// mkfifo(3) takes the umask off the mode.
	if err := unix.Chmod(path, perm); err != nil {
		unix.Unlink(path)
		return &Error{"chmod", Addr{KindFIFO, path}, err}
	}
	return nil
}

// HoldFIFO opens both sides of a FIFO at once, so that opening either side
// alone does not block while the hold lasts, fifo(7).
func HoldFIFO(path string) (*os.File, error) {
	fd, err := openRetry(path, unix.O_RDWR|unix.O_NONBLOCK)
	if err != nil {
		return nil, &Error{"open", Addr{KindFIFO, path}, err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// OpenFIFO opens one side of a FIFO and blocks until the other side is open,
// as open(2) does, or until ctx ends.
func OpenFIFO(ctx context.Context, path string, mode Mode) (*os.File, error) {
	flag, other := unix.O_RDONLY, unix.O_WRONLY
	if mode.Writes() {
		flag, other = unix.O_WRONLY, unix.O_RDONLY
	}
	opened := make(chan struct{})
	freed := make(chan struct{})
	go func() {
		defer close(freed)
		select {
		case <-opened:
		case <-ctx.Done():
			freeOpener(path, other, opened)
		}
	}()
	fd, err := openRetry(path, flag)
	close(opened)
	<-freed
	if err == nil && ctx.Err() != nil {
		unix.Close(fd)
		err = ctx.Err()
	}
	if err != nil {
		return nil, &Error{"open", Addr{KindFIFO, path}, err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// freeOpener frees a thread that is blocked in open(2), or will be in a moment,
// by opening the other side until it has come through.
func freeOpener(path string, other int, opened <-chan struct{}) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if fd, err := openRetry(path, other|unix.O_NONBLOCK); err == nil {
			<-opened
			unix.Close(fd)
			return
		}
		select {
		case <-opened:
			return
		case <-tick.C:
		}
	}
}

func openRetry(path string, flag int) (int, error) {
	for {
		fd, err := unix.Open(path, flag|unix.O_CLOEXEC, 0)
		if err != unix.EINTR {
			return fd, err
		}
	}
}

//go:build unix

package edit

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// waker wakes the loop by a pipe.
type waker struct{ r, w int }

func newWaker() (*waker, error) {
	var p [2]int
	syscall.ForkLock.RLock()
	err := syscall.Pipe(p[:])
	if err == nil {
		unix.CloseOnExec(p[0])
		unix.CloseOnExec(p[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, os.NewSyscallError("pipe", err)
	}
	for _, fd := range p {
		_ = unix.SetNonblock(fd, true)
	}
	return &waker{p[0], p[1]}, nil
}

func (w *waker) ring() { _, _ = unix.Write(w.w, []byte{0}) }

func (w *waker) drain() {
	var buf [512]byte
	for {
		if n, err := unix.Read(w.r, buf[:]); n < len(buf) || err != nil {
			return
		}
	}
}

func (w *waker) close() error {
	_ = unix.Close(w.r)
	return unix.Close(w.w)
}

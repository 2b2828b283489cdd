package ipc

import (
	"os"

	"golang.org/x/sys/unix"
)

func init() {
	implement(KindPipe, operations{pair: func() (r, w *os.File, err error) { return Pipe(0) }, limits: pipeLimits})
	implement(KindFIFO, operations{try: func() error { return tryAt(tryFIFO) }, limits: pipeLimits})
	implement(KindFile, operations{try: func() error {
		return tryAt(func(path string) error { return os.WriteFile(path, []byte("x"), 0o600) })
	}})
}

// Pipe makes an anonymous pipe, pipe2(2), both ends blocking and close-on-exec.
//
// capacity is in bytes; 0 leaves the system's own (64 KiB). So does a capacity above the
// user's budget (EPERM, /proc/sys/fs/pipe-user-pages-soft): a smaller pipe carries the same
// bytes. Any end may be passed to another process: only Windows asks which.
func Pipe(capacity int, _ ...Mode) (r, w *os.File, err error) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		return nil, nil, &Error{"pipe2", Addr{Kind: KindPipe}, err}
	}
	if capacity > 0 {
		_, err := unix.FcntlInt(uintptr(fds[1]), unix.F_SETPIPE_SZ, capacity)
		if err != nil && err != unix.EPERM {
			unix.Close(fds[0])
			unix.Close(fds[1])
			return nil, nil, &Error{"set capacity of", Addr{Kind: KindPipe}, err}
		}
	}
	return os.NewFile(uintptr(fds[0]), "|0"), os.NewFile(uintptr(fds[1]), "|1"), nil
}

// PipeFill gives how many bytes a pipe or FIFO can hold, and how many it holds. ok is false
// if f is none.
func PipeFill(f *os.File) (capacity, bytes int, ok bool) {
	// File.Fd would make a non-blocking file blocking.
	conn, err := f.SyscallConn()
	if err != nil {
		return 0, 0, false
	}
	err = conn.Control(func(fd uintptr) {
		var sized, filled error
		capacity, sized = unix.FcntlInt(fd, unix.F_GETPIPE_SZ, 0)
		bytes, filled = unix.IoctlGetInt(int(fd), unix.TIOCINQ)
		ok = sized == nil && filled == nil
	})
	return capacity, bytes, ok && err == nil
}

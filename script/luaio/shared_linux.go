package luaio

import (
	"os"

	"golang.org/x/sys/unix"
)

// shows reports whether what follows in a file can be looked at without taking it: it is
// a pipe or a stream socket.
func shows(f *os.File, mode os.FileMode) (yes bool) {
	if mode&os.ModeSocket == 0 {
		return mode&os.ModeNamedPipe != 0
	}
	if c, err := f.SyscallConn(); err == nil {
		c.Control(func(fd uintptr) {
			kind, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TYPE)
			yes = err == nil && kind == unix.SOCK_STREAM
		})
	}
	return yes
}

// glimpse waits until there is something in a pipe or a stream socket and shows at most
// size bytes of it, without taking them. Of other files it shows nothing, and waits for
// nothing.
func glimpse(f *os.File, size int) (shown []byte) {
	c, err := f.SyscallConn()
	if err != nil {
		return nil
	}
	look := func(fd uintptr) {
		if shown, err = peekPipe(int(fd), size); err == unix.EINVAL {
			shown, err = peekSocket(int(fd), size)
		}
	}
	for c.Control(look) == nil && err == unix.EAGAIN && waitFor(f, false) == nil {
	}
	return shown
}

// sendNow is send(2) of what there is room for.
func sendNow(f *os.File, b []byte) (n int, err error) {
	c, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	e := c.Control(func(fd uintptr) { n, err = unix.SendmsgN(int(fd), b, nil, nil, unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL) })
	if e == nil && err != nil {
		e = &os.PathError{Op: "write", Path: f.Name(), Err: err}
	}
	return n, e
}

// peekPipe copies what a pipe holds into another one, tee(2).
func peekPipe(fd, size int) ([]byte, error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return nil, err
	}
	defer unix.Close(ends[0])
	defer unix.Close(ends[1])
	for {
		n, err := unix.Tee(fd, ends[1], size, 0)
		if err == unix.EINTR {
			continue
		}
		if n <= 0 || err != nil {
			return nil, err
		}
		p := make([]byte, n)
		k, err := unix.Read(ends[0], p)
		return p[:max(k, 0)], err
	}
}

// peekSocket is recv(2) with MSG_PEEK.
func peekSocket(fd, size int) ([]byte, error) {
	p := make([]byte, size)
	for {
		n, _, err := unix.Recvfrom(fd, p, unix.MSG_PEEK)
		if err != unix.EINTR {
			return p[:max(n, 0)], err
		}
	}
}

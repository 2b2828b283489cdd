package luaio

import "golang.org/x/sys/unix"

// glimpse waits until there is something in a pipe or a stream socket and shows it,
// without taking it. Of other files it shows nothing, and waits for nothing.
func (f *File) glimpse() (shown []byte) {
	c, err := f.f.SyscallConn()
	if err != nil {
		return nil
	}
	c.Control(func(fd uintptr) {
		if shown, err = peekPipe(int(fd)); err == unix.EINVAL {
			shown, _ = peekSocket(int(fd))
		}
	})
	return shown
}

// peekPipe copies what a pipe holds into another one, tee(2).
func peekPipe(fd int) ([]byte, error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return nil, err
	}
	defer unix.Close(ends[0])
	defer unix.Close(ends[1])
	for {
		n, err := unix.Tee(fd, ends[1], seen, 0)
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
func peekSocket(fd int) ([]byte, error) {
	p := make([]byte, seen)
	for {
		n, _, err := unix.Recvfrom(fd, p, unix.MSG_PEEK)
		if err != unix.EINTR {
			return p[:max(n, 0)], err
		}
	}
}

package ipc

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// Peek gives the next message only: recv(2), MSG_PEEK.
func (m *Mailslot) Peek(most int) ([][]byte, error) {
	if m.server == nil {
		return nil, &Error{"look into", m.addr, errors.New("this is a client's end: it only writes")}
	}
	return peekMessage(m.addr, m.server, &m.read, most)
}

// Peek gives the next message only.
func (s *Socket) Peek(most int) ([][]byte, error) {
	s.mu.Lock()
	f := s.file
	s.mu.Unlock()
	if f == nil {
		return nil, nil // its client has not come
	}
	return peekMessage(s.addr, f, &s.read, most)
}

func peekMessage(a Addr, f *os.File, w *waiter, most int) ([][]byte, error) {
	if err := w.begin(); err != nil {
		return nil, &Error{"look into", a, err}
	}
	defer w.calls.RUnlock()
	if peekDatagram(f) < 0 || most < 1 {
		return nil, nil
	}
	b := make([]byte, maxDatagram)
	n, _, err := unix.Recvfrom(int(f.Fd()), b, unix.MSG_DONTWAIT|unix.MSG_PEEK)
	if err == unix.EAGAIN {
		return nil, nil // another took it
	}
	if err != nil {
		return nil, &Error{"look into", a, os.NewSyscallError("recv", err)}
	}
	return [][]byte{b[:n]}, nil
}

// PeekStream copies the first bytes of a stream, and leaves them there: tee(2) of a pipe or
// FIFO into a pipe of this process, recv(2) with MSG_PEEK of a socket.
func PeekStream(fd, most int) ([]byte, error) {
	var own [2]int
	if err := unix.Pipe2(own[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil, os.NewSyscallError("pipe", err)
	}
	defer unix.Close(own[0])
	defer unix.Close(own[1])
	_, _ = unix.FcntlInt(uintptr(own[1]), unix.F_SETPIPE_SZ, most) // else tee gives less
	n, err := unix.Tee(fd, own[1], most, unix.SPLICE_F_NONBLOCK)
	switch {
	case err == unix.EINVAL:
		return peekSocket(fd, most)
	case err == unix.EAGAIN || err == nil && n == 0:
		return nil, nil
	case err != nil:
		return nil, os.NewSyscallError("tee", err)
	}
	b := make([]byte, n)
	k, err := unix.Read(own[0], b)
	return b[:max(k, 0)], err
}

func peekSocket(fd, most int) ([]byte, error) {
	b := make([]byte, most)
	n, _, err := unix.Recvfrom(fd, b, unix.MSG_DONTWAIT|unix.MSG_PEEK)
	switch err {
	case nil:
		return b[:n], nil
	case unix.EAGAIN:
		return nil, nil
	case unix.ENOTSOCK:
		return nil, errors.ErrUnsupported
	}
	return nil, os.NewSyscallError("recv", err)
}

package ipc

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// unixSocket makes a socket that is close-on-exec and blocking.
func unixSocket(family, kind int) (*os.File, error) {
	fd, err := unix.Socket(family, kind|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	return os.NewFile(uintptr(fd), "socket"), nil
}

// sendDatagram sends a message whole, to the peer if to is nil.
func sendDatagram(f *os.File, w *waiter, msg []byte, to unix.Sockaddr) error {
	if err := w.begin(); err != nil {
		return err
	}
	defer w.calls.RUnlock()
	fd := int(f.Fd())
	for {
		if w.closed.Load() {
			return os.ErrClosed
		}
		_, err := unix.SendmsgN(fd, msg, nil, to, unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL)
		switch err {
		case nil:
			return nil
		case unix.EINTR:
		case unix.EAGAIN, unix.ENOBUFS:
			if err := w.wait(fd, unix.POLLOUT); err != nil {
				return err
			}
		case unix.EMSGSIZE:
			return ErrMessageSize
		default:
			return os.NewSyscallError("send", err)
		}
	}
}

// receiveDatagram takes one message. io.ErrShortBuffer is one that is longer than buf, which
// stays. io.EOF is the end of a connection.
func receiveDatagram(f *os.File, w *waiter, buf []byte) (n int, from unix.Sockaddr, err error) {
	if err := w.begin(); err != nil {
		return 0, nil, err
	}
	defer w.calls.RUnlock()
	fd := int(f.Fd())
	var ended error
	for {
		if w.closed.Load() {
			return 0, nil, os.ErrClosed
		}
		n, from, err := receiveWhole(fd, buf)
		if err != unix.EAGAIN {
			return n, from, err
		}
		if ended != nil {
			return 0, nil, ended
		}
		// What was sent before the last writer left comes first.
		if err := w.wait(fd, unix.POLLIN); err == io.EOF {
			ended = err
		} else if err != nil {
			return 0, nil, err
		}
	}
}

// maxDatagram is more than any datagram has.
const maxDatagram = 1 << 16

// receiveWhole takes one message that is there, if it fits.
func receiveWhole(fd int, buf []byte) (int, unix.Sockaddr, error) {
	for {
		if len(buf) < maxDatagram {
			_, _, flags, _, err := unix.Recvmsg(fd, buf, nil, unix.MSG_DONTWAIT|unix.MSG_PEEK)
			switch {
			case err == unix.EINTR:
				continue
			case err != nil: // a message that comes now is looked at before it is taken
				return 0, nil, err
			case flags&unix.MSG_TRUNC != 0:
				return 0, nil, io.ErrShortBuffer
			}
		}
		n, _, flags, from, err := unix.Recvmsg(fd, buf, nil, unix.MSG_DONTWAIT)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, nil, err
		case flags&unix.MSG_TRUNC != 0: // another reader took the message that would have fitted
			return 0, nil, io.ErrShortBuffer
		case n == 0 && flags&unix.MSG_CTRUNC == 0 && hungUp(fd):
			return 0, nil, io.EOF
		default:
			return n, from, nil
		}
	}
}

// markPackets has each packet come with its time, SO_TIMESTAMP of socket(7). There
// is no room for that, so MSG_CTRUNC marks a packet, where the end of file has no flag.
func markPackets(f *os.File) {
	_ = unix.SetsockoptInt(int(f.Fd()), unix.SOL_SOCKET, unix.SO_TIMESTAMP, 1)
}

// hungUp reports whether a connection's peer has left.
func hungUp(fd int) bool {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
	n, err := unix.Poll(fds[:], 0)
	return err == nil && n > 0 && fds[0].Revents&(unix.POLLRDHUP|unix.POLLHUP) != 0
}

// peekDatagram gives the length of the next message, or -1.
func peekDatagram(f *os.File) int {
	n, _, _, _, err := unix.Recvmsg(int(f.Fd()), nil, nil, unix.MSG_DONTWAIT|unix.MSG_PEEK|unix.MSG_TRUNC)
	if err != nil {
		return -1
	}
	return n
}

package ipc

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"

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

// bindUnix gives a socket its name, 0600: bound under a random name beside it,
// which link(2) makes the real one, so that it is never another's, nor open to
// others for a moment.
func bindUnix(f *os.File, path string, a Addr, o NameOptions) error {
	if err := checkUnixPath(path); err != nil {
		return err
	}
	temporary := filepath.Join(filepath.Dir(path), ".weir-"+rand.Text()[:12])
	if o.Registrar != nil {
		if err := o.Registrar.Register(a, temporary, FileID{}); err != nil {
			return err
		}
	}
	if err := bindAt(int(f.Fd()), temporary); err != nil {
		return os.NewSyscallError("bind", err)
	}
	defer unix.Unlink(temporary)
	// The file is ours alone from bind(2) on: the folder is searched by name, and the
	// name is random.
	if err := unix.Chmod(temporary, 0o600); err != nil {
		return os.NewSyscallError("chmod", err)
	}
	var st unix.Stat_t
	if err := unix.Lstat(temporary, &st); err != nil {
		return os.NewSyscallError("lstat", err)
	}
	if o.Registrar != nil {
		if err := o.Registrar.Register(a, path, FileID{st.Dev, st.Ino}); err != nil {
			return err
		}
	}
	if err := unix.Link(temporary, path); err != nil {
		return os.NewSyscallError("link", err)
	}
	return nil
}

// bindAt is bind(2) to a path that may be longer than struct sockaddr_un has room
// for: by way of its folder's descriptor.
func bindAt(fd int, path string) error {
	if len(path) <= maxUnixPath {
		return unix.Bind(fd, &unix.SockaddrUnix{Name: path})
	}
	folder, err := unix.Open(filepath.Dir(path), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(folder)
	return unix.Bind(fd, &unix.SockaddrUnix{Name: fmt.Sprintf("/proc/self/fd/%d/%s", folder, filepath.Base(path))})
}

func bindDatagram(path string, a Addr, o NameOptions) (*os.File, error) {
	f, err := unixSocket(unix.AF_UNIX, unix.SOCK_DGRAM)
	if err != nil {
		return nil, err
	}
	if err := bindUnix(f, path, a, o); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func connectDatagram(path string) (*os.File, error) {
	f, err := unixSocket(unix.AF_UNIX, unix.SOCK_DGRAM)
	if err != nil {
		return nil, err
	}
	if err := unix.Connect(int(f.Fd()), &unix.SockaddrUnix{Name: path}); err != nil {
		f.Close()
		return nil, os.NewSyscallError("connect", err)
	}
	return f, nil
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

// receiveDatagram takes one message. One that is longer than buf stays, and is
// io.ErrShortBuffer.
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

// maxDatagram is more than a datagram has here.
const maxDatagram = 1 << 16

func receiveWhole(fd int, buf []byte) (int, unix.Sockaddr, error) {
	for {
		if len(buf) < maxDatagram {
			if _, _, flags, _, err := unix.Recvmsg(fd, buf, nil, unix.MSG_DONTWAIT|unix.MSG_PEEK); err == nil && flags&unix.MSG_TRUNC != 0 {
				return 0, nil, io.ErrShortBuffer
			}
		}
		n, _, flags, from, err := unix.Recvmsg(fd, buf, nil, unix.MSG_DONTWAIT)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, nil, err
		case flags&unix.MSG_TRUNC != 0: // another reader was faster, and this one is too long
			return 0, nil, io.ErrShortBuffer
		default:
			return n, from, nil
		}
	}
}

// peekDatagram gives the length of the next message, or -1.
func peekDatagram(f *os.File) int {
	n, _, _, _, err := unix.Recvmsg(int(f.Fd()), nil, nil, unix.MSG_DONTWAIT|unix.MSG_PEEK|unix.MSG_TRUNC)
	if err != nil {
		return -1
	}
	return n
}

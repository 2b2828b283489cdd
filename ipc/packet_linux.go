package ipc

import (
	"context"
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// listenPackets makes the server's end of a unixpacket: address. Its one client is accepted
// at the first use.
func listenPackets(a Addr, o NameOptions) (*Socket, error) {
	l, err := listen(a, o)
	if err != nil {
		return nil, err
	}
	s := &Socket{addr: l.addr, listener: l.file, name: l.name}
	// Another process may take the connection after poll(2) has announced it.
	if err := unix.SetNonblock(int(l.file.Fd()), true); err != nil {
		s.Close()
		return nil, &Error{"listen at", a, os.NewSyscallError("fcntl", err)}
	}
	return s, nil
}

// Accept waits until the client of a unixpacket: server has come, accept(2), or ctx ends. Any
// other socket is connected already.
func (s *Socket) Accept(ctx context.Context) error {
	_, err := s.connectionIn(ctx, &s.come, "accept at")
	return err
}

// connection gives the file through which messages go. At a server it waits for the client
// first; w bounds that.
func (s *Socket) connection(w *waiter, op string) (*os.File, error) {
	return s.connectionIn(context.Background(), w, op)
}

func (s *Socket) connectionIn(ctx context.Context, w *waiter, op string) (*os.File, error) {
	if s.listener == nil {
		return s.file, nil
	}
	if err := w.begin(); err != nil {
		return nil, &Error{op, s.addr, err}
	}
	defer w.calls.RUnlock()
	for {
		f, err := s.take()
		if err == unix.EAGAIN {
			if err = w.waitIn(ctx, int(s.listener.Fd()), unix.POLLIN); err == nil {
				continue
			}
		}
		if err != nil {
			return nil, &Error{op, s.addr, err}
		}
		return f, nil
	}
}

// take gives the connection, if its client has come.
func (s *Socket) take() (*os.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil {
		return s.file, nil
	}
	fd, _, err := unix.Accept4(int(s.listener.Fd()), unix.SOCK_CLOEXEC)
	switch err {
	case nil:
		s.file = os.NewFile(uintptr(fd), string(s.addr.Kind))
		markPackets(s.file)
		s.refuseOthers()
		return s.file, nil
	case unix.EINTR, unix.ECONNABORTED:
		err = unix.EAGAIN
	}
	return nil, err
}

// refuseOthers stops listening, since the one client has come. The descriptor stays open:
// goroutines that wait for it are woken by the end.
func (s *Socket) refuseOthers() {
	_ = s.name.close()
	fd := int(s.listener.Fd())
	_ = unix.Shutdown(fd, unix.SHUT_RDWR)
	for {
		other, _, err := unix.Accept4(fd, unix.SOCK_CLOEXEC)
		if err == nil {
			unix.Close(other)
		} else if err != unix.EINTR {
			return
		}
	}
}

// connected gives the connection, or the socket that listens if the client has not come.
func (s *Socket) connected() *os.File {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return s.listener
	}
	return s.file
}

// closeFiles removes the name, if no client has come, and closes what is open.
func (s *Socket) closeFiles() (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.name.close()
	for _, f := range []*os.File{s.listener, s.file} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

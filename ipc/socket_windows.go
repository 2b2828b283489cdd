package ipc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

func init() {
	implement(KindTCP, operations{listen: listenTCP, dial: dialTCP, pair: tcpPair})
}

func tcpPair() (r, w *os.File, err error) {
	l, err := listenTCP(Addr{KindTCP, "0"}, NameOptions{})
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	if w, err = dialTCP(context.Background(), l.Addr()); err != nil {
		return nil, nil, err
	}
	if r, _, err = l.Accept(context.Background()); err != nil {
		w.Close()
	}
	return r, w, err
}

func dialTCP(ctx context.Context, a Addr) (*os.File, error) {
	name, err := hostPort(a)
	if err != nil {
		return nil, &Error{"connect to", a, err}
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", name)
	if err != nil {
		if errors.Is(err, windows.WSAECONNREFUSED) {
			err = fmt.Errorf("nobody listens there: %w", windows.WSAECONNREFUSED)
		}
		return nil, &Error{"connect to", a, err}
	}
	return fileOf(conn)
}

// fileOf gives the socket of a connection, which it closes.
func fileOf(conn net.Conn) (*os.File, error) {
	defer conn.Close()
	return conn.(*net.TCPConn).File()
}

// tcpListener is a Listener of a port.
type tcpListener struct {
	*net.TCPListener
	addr Addr
	file *os.File
}

func listenTCP(a Addr, _ NameOptions) (Listener, error) {
	name, err := hostPort(a)
	if err != nil {
		return nil, &Error{"listen at", a, err}
	}
	l, err := net.Listen("tcp", name)
	if errors.Is(err, windows.WSAEADDRINUSE) {
		err = fmt.Errorf("another process has it already: %w", windows.WSAEADDRINUSE)
	}
	if err != nil {
		return nil, &Error{"listen at", a, err}
	}
	a.Name = l.Addr().String()
	return &tcpListener{TCPListener: l.(*net.TCPListener), addr: a}, nil
}

func (l *tcpListener) Addr() Addr { return l.addr }

func (l *tcpListener) Accept(ctx context.Context) (f *os.File, peer string, err error) {
	defer context.AfterFunc(ctx, func() { l.SetDeadline(time.Unix(1, 0)) })()
	for {
		conn, err := l.TCPListener.Accept()
		switch {
		case err == nil:
			f, err = fileOf(conn)
			peer = conn.RemoteAddr().String()
		case errors.Is(err, os.ErrDeadlineExceeded):
			l.SetDeadline(time.Time{})
			if err = context.Cause(ctx); err == nil {
				continue // the end of an earlier call's came late
			}
		case errors.Is(err, net.ErrClosed):
			err = os.ErrClosed
		}
		if err != nil {
			return nil, "", &Error{"accept at", l.addr, err}
		}
		return f, peer, nil
	}
}

// File is nil if the system does not give the socket. Once it is asked for, ctx does not end Accept any more.
func (l *tcpListener) File() *os.File {
	if l.file == nil {
		l.file, _ = l.TCPListener.File()
	}
	return l.file
}

func (l *tcpListener) Close() error {
	if err := l.TCPListener.Close(); err != nil {
		return os.ErrClosed
	}
	if l.file != nil {
		return l.file.Close()
	}
	return nil
}

// LocalName gives the own address of a socket, if it has one.
func LocalName(f *os.File) string {
	at, err := windows.Getsockname(windows.Handle(f.Fd()))
	if err != nil {
		return ""
	}
	switch at := at.(type) {
	case *windows.SockaddrInet4:
		return (&net.TCPAddr{IP: at.Addr[:], Port: at.Port}).String()
	case *windows.SockaddrInet6:
		return (&net.TCPAddr{IP: at.Addr[:], Port: at.Port}).String()
	}
	return ""
}

// CloseWrite ends the writing side of a connection, shutdown. The peer reads the end of file.
func CloseWrite(f *os.File) error {
	return os.NewSyscallError("shutdown", windows.Shutdown(windows.Handle(f.Fd()), windows.SHUT_WR))
}

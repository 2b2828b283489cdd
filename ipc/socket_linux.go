package ipc

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

func init() {
	pairOf := func(kind int) func() (r, w *os.File, err error) {
		return func() (r, w *os.File, err error) { return socketPair(kind) }
	}
	streams := operations{listen: listenStream, dial: dialStream, limits: connectionLimits}
	streams.pair = pairOf(unix.SOCK_STREAM)
	implement(KindUnix, streams)
	streams.pair = tcpPair
	implement(KindTCP, streams)
	messages := operations{
		create: func(a Addr, _ Spec, o NameOptions) (Object, error) { return object(ListenMessages(a, o)) },
		open:   func(ctx context.Context, a Addr) (Object, error) { return object(DialMessages(ctx, a)) },
		join:   func(a Addr, files []*os.File) (Object, error) { return &Socket{addr: a, file: files[0]}, nil }}
	implement(KindUDP, messages)
	packets, datagrams := messages, messages
	packets.listen, packets.limits = listenStream, connectionLimits
	implement(KindUnixpacket, packets)
	datagrams.pair, datagrams.limits = pairOf(unix.SOCK_DGRAM), datagramLimits
	implement(KindUnixgram, datagrams)
}

// socketPair makes two unix sockets that are connected, socketpair(2).
func socketPair(kind int) (r, w *os.File, err error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, kind|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	return os.NewFile(uintptr(pair[0]), "socket"), os.NewFile(uintptr(pair[1]), "socket"), nil
}

func dialStream(ctx context.Context, a Addr) (*os.File, error) {
	f, err := dial(ctx, a, unix.SOCK_STREAM)
	if err != nil {
		return nil, &Error{"connect to", a, err}
	}
	return f, nil
}

// dial makes a socket and connects it. Connecting a unix socket waits only if the server's
// backlog is full.
func dial(ctx context.Context, a Addr, kind int) (*os.File, error) {
	family, to, done, err := sockaddr(ctx, a)
	if err != nil {
		return nil, refused(err)
	}
	defer done()
	f, err := unixSocket(family, kind)
	if err != nil {
		return nil, err
	}
	if family == unix.AF_UNIX && kind == unix.SOCK_DGRAM { // a name by which the server can answer: autobind, unix(7)
		err = os.NewSyscallError("bind", unix.Bind(int(f.Fd()), &unix.SockaddrUnix{}))
	}
	if err == nil {
		err = connect(ctx, int(f.Fd()), to)
	}
	if err != nil {
		f.Close()
		return nil, refused(err)
	}
	return f, nil
}

// connect is connect(2), and ends with ctx. Meanwhile the socket does not block.
func connect(ctx context.Context, fd int, to unix.Sockaddr) error {
	if err := unix.SetNonblock(fd, true); err != nil {
		return err
	}
	defer unix.SetNonblock(fd, false)
	w := new(waiter)
	defer w.close()
	for {
		err := unix.Connect(fd, to)
		switch err {
		case unix.EINPROGRESS:
		case unix.EAGAIN: // the backlog of a unix socket is full, for which poll(2) does not wait
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-time.After(backlogPoll):
			}
			continue
		case unix.EINTR:
			continue
		default:
			return os.NewSyscallError("connect", err)
		}
		if err := w.waitIn(ctx, fd, unix.POLLOUT); err != nil {
			return err
		}
		errno, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
		if err == nil && errno != 0 {
			err = unix.Errno(errno)
		}
		return os.NewSyscallError("connect", err)
	}
}

// backlogPoll is how often a connection is tried while the server's backlog is
// full.
const backlogPoll = 5 * time.Millisecond

// refused says in words that nobody listens.
func refused(err error) error {
	switch {
	case errors.Is(err, unix.ECONNREFUSED):
		return fmt.Errorf("nobody listens there: %w", err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no socket of that name: %w", err)
	}
	return err
}

// sockaddr gives the address of a server as the system has it. It looks host names up. done
// ends the use of the address.
func sockaddr(ctx context.Context, a Addr) (family int, to unix.Sockaddr, done func(), err error) {
	if isUnix(a.Kind) {
		to, done, err = unixAddr(a.Name)
		return unix.AF_UNIX, to, done, err
	}
	family, to, err = inetAddr(ctx, a)
	return family, to, func() {}, err
}

func isUnix(k Kind) bool { return k.IsSocket() && k.Naming() == ByPath }

func inetAddr(ctx context.Context, a Addr) (family int, to unix.Sockaddr, err error) {
	ip, port, err := lookUp(ctx, a)
	if err != nil {
		return 0, nil, err
	}
	if ip := ip.To4(); ip != nil {
		return unix.AF_INET, &unix.SockaddrInet4{Port: port, Addr: [4]byte(ip)}, nil
	}
	return unix.AF_INET6, &unix.SockaddrInet6{Port: port, Addr: [16]byte(ip.To16())}, nil
}

// nameOf writes an address of the system's as the name of an Addr.
func nameOf(sa unix.Sockaddr) string {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return net.JoinHostPort(net.IP(sa.Addr[:]).String(), strconv.Itoa(sa.Port))
	case *unix.SockaddrInet6:
		return net.JoinHostPort(net.IP(sa.Addr[:]).String(), strconv.Itoa(sa.Port))
	case *unix.SockaddrUnix:
		// The system's names that are no paths may hold zeros, which are lost here. Those of its own making do not.
		if !strings.HasPrefix(sa.Name, "@") || len(sa.Name) == len("@00000") {
			return SocketPath(sa.Name)
		}
	}
	return ""
}

// LocalName gives the own address of a socket, if it has one.
func LocalName(f *os.File) string {
	at, err := unix.Getsockname(int(f.Fd()))
	if err != nil {
		return ""
	}
	return nameOf(at)
}

// CloseWrite ends the writing side of a connection, shutdown(2). The peer reads the end of
// file.
func CloseWrite(f *os.File) error {
	if err := unix.Shutdown(int(f.Fd()), unix.SHUT_WR); err != nil {
		return os.NewSyscallError("shutdown", err)
	}
	return nil
}

// listener is a Listener of Linux's.
type listener struct {
	addr Addr
	file *os.File
	name *socketName // nil if it has none
	wait waiter
	once sync.Once
}

func listenStream(a Addr, o NameOptions) (Listener, error) {
	l, err := listen(a, o)
	if err != nil {
		return nil, err
	}
	return l, nil
}

func listen(a Addr, o NameOptions) (*listener, error) {
	f, n, a, err := bind(a, o)
	if err != nil {
		return nil, &Error{"listen at", a, err}
	}
	if err := unix.Listen(int(f.Fd()), unix.SOMAXCONN); err != nil {
		n.close()
		f.Close()
		return nil, &Error{"listen at", a, os.NewSyscallError("listen", err)}
	}
	_ = unix.SetNonblock(int(f.Fd()), true) // Accept looks before it waits
	return &listener{addr: a, file: f, name: n}, nil
}

func socketKind(k Kind) int {
	switch k {
	case KindUnixgram, KindUDP:
		return unix.SOCK_DGRAM
	case KindUnixpacket:
		return unix.SOCK_SEQPACKET
	}
	return unix.SOCK_STREAM
}

// bind makes a socket and binds it. It gives the address that the socket got, and the name
// of a unix socket.
func bind(a Addr, o NameOptions) (*os.File, *socketName, Addr, error) {
	family, at := unix.AF_UNIX, unix.Sockaddr(nil)
	if !isUnix(a.Kind) {
		var err error
		if family, at, err = inetAddr(context.Background(), a); err != nil {
			return nil, nil, a, err
		}
	}
	f, err := unixSocket(family, socketKind(a.Kind))
	if err != nil {
		return nil, nil, a, err
	}
	var n *socketName
	if isUnix(a.Kind) {
		n, err = bindUnix(f, a.Name, a, o)
	} else {
		if a.Kind == KindTCP {
			_ = unix.SetsockoptInt(int(f.Fd()), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
		}
		if err = unix.Bind(int(f.Fd()), at); err == nil {
			at, err = unix.Getsockname(int(f.Fd()))
		}
		if err == nil {
			a.Name = nameOf(at)
		}
	}
	if errors.Is(err, unix.EADDRINUSE) || errors.Is(err, fs.ErrExist) {
		err = inUse(a, err)
	}
	if err != nil {
		f.Close()
		return nil, nil, a, err
	}
	return f, n, a, nil
}

func (l *listener) Addr() Addr { return l.addr }

func (l *listener) Accept(ctx context.Context) (f *os.File, peer string, err error) {
	if err := l.wait.begin(); err != nil {
		return nil, "", &Error{"accept at", l.addr, err}
	}
	defer l.wait.calls.RUnlock()
	for {
		fd, from, err := unix.Accept4(int(l.file.Fd()), unix.SOCK_CLOEXEC)
		switch err {
		case nil:
			return os.NewFile(uintptr(fd), string(l.addr.Kind)), nameOf(from), nil
		case unix.EAGAIN:
		case unix.EINTR, unix.ECONNABORTED:
			continue
		default:
			return nil, "", &Error{"accept at", l.addr, os.NewSyscallError("accept", err)}
		}
		if err = l.wait.waitIn(ctx, int(l.file.Fd()), unix.POLLIN); err != nil {
			return nil, "", &Error{"accept at", l.addr, err}
		}
	}
}

func (l *listener) File() *os.File { return l.file }

func (l *listener) Close() error {
	err := os.ErrClosed
	l.once.Do(func() {
		l.wait.close()
		err = errors.Join(l.name.close(), l.file.Close())
	})
	return err
}

// Socket carries messages: a unixgram:, unixpacket: or udp: socket.
type Socket struct {
	addr        Addr
	bound       bool        // it has the address: a server's end
	name        *socketName // nil if it has none
	listener    *os.File    // of a unixpacket: server
	mu          sync.Mutex
	file        *os.File // nil while the client of such a server has not come
	read, write waiter
	come        waiter // for the client of such a server, whoever asks for it by Accept
}

// DialMessages connects to a server at a unixgram:, unixpacket: or udp: address.
func DialMessages(ctx context.Context, a Addr) (*Socket, error) {
	f, err := dial(ctx, a, socketKind(a.Kind))
	if err != nil {
		return nil, &Error{"connect to", a, err}
	}
	if a.Kind == KindUnixpacket {
		markPackets(f)
	}
	return &Socket{addr: a, file: f}, nil
}

// ListenMessages makes the server's end of a unixgram: or udp: address, which receives what
// any client sends. A unixpacket: server has one client, for which the first use waits.
func ListenMessages(a Addr, o NameOptions) (*Socket, error) {
	if a.Kind == KindUnixpacket {
		return listenPackets(a, o)
	}
	f, n, a, err := bind(a, o)
	if err != nil {
		return nil, &Error{"listen at", a, err}
	}
	return &Socket{addr: a, file: f, bound: true, name: n}, nil
}

// Addr gives the server's address.
func (s *Socket) Addr() Addr { return s.addr }

// MessageSize is the length of the longest message.
func (s *Socket) MessageSize() int { return maxMessage(s.addr.Kind) }

// Files gives the socket. That of a unixpacket: server is the connection, so Accept comes
// first.
func (s *Socket) Files() []*os.File { return []*os.File{s.connected()} }

// SetEnd is as in Messages.
func (s *Socket) SetEnd(end *End) { s.read.end.Store(end); s.read.wakeAll() }

// SetReadDeadline is as in Receiver.
func (s *Socket) SetReadDeadline(t time.Time) error { return s.read.setDeadline(t) }

// SetWriteDeadline is as in Sender.
func (s *Socket) SetWriteDeadline(t time.Time) error { return s.write.setDeadline(t) }

// Stat gives what the system knows of a socket: the next message only.
func (s *Socket) Stat() (Stat, error) {
	next := peekDatagram(s.connected())
	return Stat{Messages: -1, Capacity: -1, Size: s.MessageSize(), Next: next, Received: -1}, nil
}

// Send sends to the server, or on a connection.
func (s *Socket) Send(msg []byte) error { return s.SendTo(msg, "") }

// SendTo sends to a peer that ReceiveFrom gave.
func (s *Socket) SendTo(msg []byte, peer string) error {
	if len(msg) > s.MessageSize() {
		return &Error{"send to", s.addr, ErrMessageSize}
	}
	var to unix.Sockaddr
	if peer != "" {
		var done func()
		var err error
		if _, to, done, err = sockaddr(context.Background(), Addr{s.addr.Kind, peer}); err != nil {
			return &Error{"send to", s.addr, err}
		}
		defer done()
	} else if s.bound {
		return &Error{"send to", s.addr, ErrNoPeer}
	}
	f, err := s.connection(&s.write, "send to")
	if err != nil {
		return err
	}
	if err := sendDatagram(f, &s.write, msg, to); err != nil {
		return &Error{"send to", s.addr, err}
	}
	return nil
}

// Receive takes one message.
func (s *Socket) Receive(buf []byte) (int, error) {
	n, _, err := s.ReceiveFrom(buf)
	return n, err
}

// ReceiveFrom takes one message, and gives the sender's address if it has one.
func (s *Socket) ReceiveFrom(buf []byte) (n int, peer string, err error) {
	f, err := s.connection(&s.read, "receive from")
	if err != nil {
		return 0, "", err
	}
	n, from, err := receiveDatagram(f, &s.read, buf)
	if err != nil {
		return 0, "", &Error{"receive from", s.addr, err}
	}
	return n, nameOf(from), nil
}

// Close ends the calls of this handle that wait, and removes the name of a unix server.
func (s *Socket) Close() error {
	if s.read.closed.Load() {
		return nil
	}
	for _, w := range []*waiter{&s.read, &s.write, &s.come} {
		w.close()
	}
	return s.closeFiles()
}

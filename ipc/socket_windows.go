package ipc

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

func init() {
	streams := operations{listen: listenStream, dial: dialStream}
	implement(KindUnix, streams)
	streams.pair = tcpPair
	implement(KindTCP, streams)
}

// startup is WSAStartup, for the whole process.
var startup = sync.OnceValue(func() error {
	return os.NewSyscallError("WSAStartup", windows.WSAStartup(0x202, new(windows.WSAData)))
})

// newSocket makes a socket that no child inherits unasked.
func newSocket(family, kind int) (windows.Handle, error) {
	if err := startup(); err != nil {
		return 0, err
	}
	const flags = windows.WSA_FLAG_OVERLAPPED | windows.WSA_FLAG_NO_HANDLE_INHERIT
	h, err := windows.WSASocket(int32(family), int32(kind), 0, nil, 0, flags)
	return h, os.NewSyscallError("WSASocket", err)
}

// isUnix reports whether a kind is a socket with a path.
func isUnix(k Kind) bool { return k == KindUnix }

func sockaddr(ctx context.Context, a Addr) (family int, to windows.Sockaddr, err error) {
	if isUnix(a.Kind) {
		if err := checkUnixPath(a.Name); err != nil {
			return 0, nil, err
		}
		if len(a.Name) > maxUnixPath {
			return 0, nil, fmt.Errorf("the path has %d bytes, and a socket's may have %d", len(a.Name), maxUnixPath)
		}
		return windows.AF_UNIX, &windows.SockaddrUnix{Name: a.Name}, nil
	}
	ip, port, err := lookUp(ctx, a)
	if err != nil {
		return 0, nil, err
	}
	if ip := ip.To4(); ip != nil {
		return windows.AF_INET, &windows.SockaddrInet4{Port: port, Addr: [4]byte(ip)}, nil
	}
	return windows.AF_INET6, &windows.SockaddrInet6{Port: port, Addr: [16]byte(ip.To16())}, nil
}

// nameOf writes an address of the system's as the name of an Addr.
func nameOf(sa windows.Sockaddr) string {
	switch sa := sa.(type) {
	case *windows.SockaddrInet4:
		return net.JoinHostPort(net.IP(sa.Addr[:]).String(), strconv.Itoa(sa.Port))
	case *windows.SockaddrInet6:
		return net.JoinHostPort(net.IP(sa.Addr[:]).String(), strconv.Itoa(sa.Port))
	case *windows.SockaddrUnix:
		return sa.Name
	}
	return ""
}

// refused says in words that nobody listens.
func refused(err error) error {
	switch {
	case errors.Is(err, windows.WSAECONNREFUSED), errors.Is(err, windows.ERROR_CONNECTION_REFUSED),
		errors.Is(err, windows.ERROR_PORT_UNREACHABLE), errors.Is(err, windows.WSAECONNRESET):
		return fmt.Errorf("nobody listens there: %w", windows.WSAECONNREFUSED)
	case errors.Is(err, windows.WSAEAFNOSUPPORT):
		return fmt.Errorf("this system has no such sockets: %w", errors.ErrUnsupported)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, windows.WSAENETDOWN):
		return fmt.Errorf("there is no socket of that name: %w", windows.ERROR_FILE_NOT_FOUND)
	}
	return err
}

func dialStream(ctx context.Context, a Addr) (*os.File, error) {
	family, to, err := sockaddr(ctx, a)
	var h windows.Handle
	if err == nil {
		h, err = newSocket(family, windows.SOCK_STREAM)
	}
	if err == nil {
		if err = connect(ctx, h, family, to); err != nil {
			windows.Closesocket(h)
		}
	}
	if err != nil {
		return nil, &Error{"connect to", a, refused(err)}
	}
	return os.NewFile(uintptr(h), string(a.Kind)), nil
}

// connect is ConnectEx, which wants a socket that is bound, and ends with ctx. A unix socket
// has none, and connects at once.
func connect(ctx context.Context, h windows.Handle, family int, to windows.Sockaddr) error {
	var any windows.Sockaddr
	switch family {
	case windows.AF_UNIX:
		return os.NewSyscallError("connect", windows.Connect(h, to))
	case windows.AF_INET:
		any = &windows.SockaddrInet4{}
	default:
		any = &windows.SockaddrInet6{}
	}
	if err := windows.Bind(h, any); err != nil {
		return os.NewSyscallError("bind", err)
	}
	w := new(waiter)
	defer w.close()
	err := w.transferIn(ctx, h, func(o *windows.Overlapped) error {
		return windows.ConnectEx(h, to, nil, 0, nil, o)
	})
	if err != nil {
		return os.NewSyscallError("connect", err)
	}
	return os.NewSyscallError("setsockopt",
		windows.Setsockopt(h, windows.SOL_SOCKET, windows.SO_UPDATE_CONNECT_CONTEXT, nil, 0))
}

// socketListener is a Listener of a port or of a path.
type socketListener struct {
	addr   Addr
	family int
	file   *os.File
	name   ownName // of a unix socket
	wait   waiter
	mu     sync.Mutex // of Accept
}

func listenStream(a Addr, o NameOptions) (Listener, error) {
	h, family, a, err := bind(a, windows.SOCK_STREAM)
	if err != nil {
		return nil, &Error{"listen at", a, err}
	}
	l := &socketListener{addr: a, family: family, file: os.NewFile(uintptr(h), string(a.Kind))}
	if isUnix(a.Kind) {
		if l.name, err = ownSocketName(a, o); err != nil {
			_ = os.Remove(a.Name)
		}
	}
	if err == nil {
		err = os.NewSyscallError("listen", windows.Listen(h, windows.SOMAXCONN))
	}
	if err != nil {
		_ = l.Close()
		return nil, &Error{"listen at", a, err}
	}
	return l, nil
}

// bind makes a socket and binds it. It gives the address that the socket got.
func bind(a Addr, kind int) (h windows.Handle, family int, got Addr, err error) {
	family, at, err := sockaddr(context.Background(), a)
	if err != nil {
		return 0, 0, a, err
	}
	if h, err = newSocket(family, kind); err != nil {
		return 0, 0, a, refused(err)
	}
	if err = windows.Bind(h, at); err == nil && !isUnix(a.Kind) {
		if at, err = windows.Getsockname(h); err == nil {
			a.Name = nameOf(at)
		}
	}
	if err == nil {
		return h, family, a, nil
	}
	windows.Closesocket(h)
	if errors.Is(err, windows.WSAEADDRINUSE) {
		return 0, 0, a, fmt.Errorf("another process has it already: %w", err)
	}
	return 0, 0, a, os.NewSyscallError("bind", err)
}

// ownSocketName has the owner only use a socket's name, and registers it.
func ownSocketName(a Addr, o NameOptions) (n ownName, err error) {
	n.path, n.registrar = a.Name, o.Registrar
	if full, err := filepath.Abs(a.Name); err == nil {
		n.path = full
	}
	s, err := ownerOnly()
	if err != nil {
		return n, err
	}
	acl, _, err := s.private.SecurityDescriptor.DACL()
	if err != nil {
		return n, err
	}
	const what = windows.DACL_SECURITY_INFORMATION | windows.PROTECTED_DACL_SECURITY_INFORMATION
	if err := windows.SetNamedSecurityInfo(n.path, windows.SE_FILE_OBJECT, what, nil, nil, acl, nil); err != nil {
		return n, err
	}
	l, err := LookAt(n.path)
	if err != nil {
		return n, err
	}
	n.id = l.FileID
	return n, n.register(a)
}

func (l *socketListener) Addr() Addr { return l.addr }

func (l *socketListener) Accept(ctx context.Context) (f *os.File, peer string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.wait.begin(); err != nil {
		return nil, "", &Error{"accept at", l.addr, err}
	}
	defer l.wait.calls.RUnlock()
	h, err := newSocket(l.family, windows.SOCK_STREAM)
	if err == nil {
		if err = l.accept(ctx, h); err != nil {
			windows.Closesocket(h)
		}
	}
	if err != nil {
		return nil, "", &Error{"accept at", l.addr, err}
	}
	if from, err := windows.Getpeername(h); err == nil {
		peer = nameOf(from)
	}
	return os.NewFile(uintptr(h), string(l.addr.Kind)), peer, nil
}

// accept is AcceptEx: it makes a socket that of the next connection.
func (l *socketListener) accept(ctx context.Context, h windows.Handle) error {
	const address = uint32(unsafe.Sizeof(windows.RawSockaddrAny{}) + 16)
	var n uint32
	ends, server := make([]byte, 2*address), windows.Handle(l.file.Fd())
	err := l.wait.transferIn(ctx, server, func(o *windows.Overlapped) error {
		return windows.AcceptEx(server, h, &ends[0], 0, address, address, &n, o)
	})
	if err != nil {
		return os.NewSyscallError("accept", err)
	}
	return os.NewSyscallError("setsockopt", windows.Setsockopt(h, windows.SOL_SOCKET,
		windows.SO_UPDATE_ACCEPT_CONTEXT, (*byte)(unsafe.Pointer(&server)), int32(unsafe.Sizeof(server))))
}

func (l *socketListener) File() *os.File { return l.file }

func (l *socketListener) Close() error {
	if l.wait.closed.Load() {
		return os.ErrClosed
	}
	l.wait.close()
	return errors.Join(l.name.remove(), l.file.Close())
}

// LocalName gives the own address of a socket, if it has one.
func LocalName(f *os.File) string {
	at, err := windows.Getsockname(windows.Handle(f.Fd()))
	if err != nil {
		return ""
	}
	return nameOf(at)
}

// CloseWrite ends the writing side of a connection, shutdown. The peer reads the end of file.
func CloseWrite(f *os.File) error {
	return os.NewSyscallError("shutdown", windows.Shutdown(windows.Handle(f.Fd()), windows.SHUT_WR))
}

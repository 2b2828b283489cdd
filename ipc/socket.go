package ipc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"weir/ipc/luatext"
)

// maxUnixPath is the longest path in a struct sockaddr_un, without its NUL. Longer ones go
// by way of /proc.
const maxUnixPath = 107

// loopback is the host of a tcp: or udp: address that names none.
const loopback = "127.0.0.1"

// Listener takes connections at a unix:, unixpacket: or tcp: address.
type Listener interface {
	// Addr is where it listens.
	Addr() Addr
	// Accept waits for a connection, accept(2), and gives the peer's address where it has
	// one. ctx ends the wait.
	Accept(ctx context.Context) (f *os.File, peer string, err error)
	// File is the socket that listens; it stays the listener's.
	File() *os.File
	// Close stops listening and removes the name of a unix socket.
	Close() error
}

// DialStream connects to a server at a unix: or tcp: address, connect(2). The descriptor is
// blocking, so it can be a process's standard input and output.
func DialStream(ctx context.Context, a Addr) (*os.File, error) {
	if dial := a.Kind.row().dial; dial != nil {
		return dial(ctx, a)
	}
	return nil, &Error{"connect to", a, notHere(a.Kind)}
}

// ListenStream listens, listen(2). The name of a unix socket is made 0600 and exclusively.
// A TCP port is on 127.0.0.1 unless the address names a host; port 0 takes a free one.
func ListenStream(a Addr, o NameOptions) (Listener, error) {
	if listen := a.Kind.row().listen; listen != nil {
		return listen(a, o)
	}
	return nil, &Error{"listen at", a, notHere(a.Kind)}
}

// CheckAddr says what is wrong with the name in an address. It makes nothing.
func CheckAddr(a Addr) error {
	var err error
	switch row := a.Kind.row(); row.naming {
	case ByPath:
		if row.socket {
			err = checkUnixPath(a.Name)
		}
	case ByPort:
		_, err = hostPort(a)
	case ByName, ByQueue:
		if a.Name != "" {
			_, err = objectName(a.Name)
		}
	}
	if err != nil {
		return &Error{"address", a, err}
	}
	return nil
}

func checkUnixPath(path string) error {
	switch {
	case path == "":
		return errors.New("the path is empty")
	case strings.IndexByte(path, 0) >= 0:
		return errors.New("a path cannot hold a NUL")
	}
	return nil
}

// hostPort gives host and port of "host:port", ":port" or "port".
func hostPort(a Addr) (string, error) {
	name := a.Name
	if !strings.Contains(name, ":") {
		name = ":" + name
	}
	host, port, err := net.SplitHostPort(name)
	if err != nil {
		return "", fmt.Errorf("must be HOST:PORT or PORT: %w", err)
	}
	if _, err := net.LookupPort(string(a.Kind), port); err != nil || port == "" {
		return "", fmt.Errorf("%s is no port", luatext.Quote(port))
	}
	if host == "" {
		host = loopback
	}
	return net.JoinHostPort(host, port), nil
}

// lookUp gives the address of a HOST:PORT.
func lookUp(ctx context.Context, a Addr) (net.IP, int, error) {
	name, err := hostPort(a)
	if err != nil {
		return nil, 0, err
	}
	host, service, _ := net.SplitHostPort(name)
	port, err := net.LookupPort(string(a.Kind), service)
	if err != nil {
		return nil, 0, err
	}
	ips, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	if err != nil || len(ips) == 0 {
		return nil, 0, fmt.Errorf("the host %s is not known: %w", luatext.Quote(host), err)
	}
	return ips[0].IP, port, nil
}

// tcpPair makes two sockets that are connected.
func tcpPair() (r, w *os.File, err error) {
	l, err := ListenStream(Addr{KindTCP, "0"}, NameOptions{})
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	if w, err = DialStream(context.Background(), l.Addr()); err != nil {
		return nil, nil, err
	}
	if r, _, err = l.Accept(context.Background()); err != nil {
		w.Close()
	}
	return r, w, err
}

// maxUDP is IPv4's limit of a udp: message.
const maxUDP = 65507

// maxMessage is the longest message: IPv4's limit for udp:, and for unix sockets what fits
// the default buffer.
func maxMessage(k Kind) int {
	if k == KindUDP {
		return maxUDP
	}
	return 64 << 10
}

// ErrNoPeer is a send of a server that names nobody.
var ErrNoPeer = errors.New("a server sends to a peer that it has received from")

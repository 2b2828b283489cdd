//go:build !linux

package ipc

import (
	"context"
	"errors"
	"os"
	"time"
)

// errNotHere is what this system's mechanisms say that weir has not built yet.
var errNotHere = errors.New("weir has not built this mechanism for this system yet")

// The channels of messages, none of which is made here.
type (
	// Queue is a POSIX message queue.
	Queue struct{ Messages }
	// Mailslot is Win32's.
	Mailslot struct{ Messages }
	// Socket carries messages.
	Socket struct{ Messages }
	// Listener takes connections.
	Listener struct{ addr Addr }
)

// WaitForever is MAILSLOT_WAIT_FOREVER.
const WaitForever time.Duration = -1

func notHere(op string, kind Kind, name string) error {
	return &Error{op, Addr{kind, name}, errNotHere}
}

// CreateQueue is refused here.
func CreateQueue(name string, max, size int, o NameOptions) (*Queue, error) {
	return nil, notHere("create", KindQueue, name)
}

// OpenQueue is refused here.
func OpenQueue(name string) (*Queue, error) { return nil, notHere("open", KindQueue, name) }

// CreateMailslot is refused here.
func CreateMailslot(name string, size int, readTimeout time.Duration, o NameOptions) (*Mailslot, error) {
	return nil, notHere("create", KindMailslot, name)
}

// OpenMailslot is refused here.
func OpenMailslot(name string) (*Mailslot, error) { return nil, notHere("open", KindMailslot, name) }

// SetTimeout is SetMailslotInfo.
func (m *Mailslot) SetTimeout(d time.Duration) {}

// DialMessages is refused here.
func DialMessages(ctx context.Context, a Addr) (*Socket, error) {
	return nil, notHere("connect to", a.Kind, a.Name)
}

// ListenMessages is refused here.
func ListenMessages(a Addr, o NameOptions) (*Socket, error) {
	return nil, notHere("listen at", a.Kind, a.Name)
}

// SendTo is refused here.
func (s *Socket) SendTo(msg []byte, peer string) error { return errNotHere }

// ReceiveFrom is refused here.
func (s *Socket) ReceiveFrom(buf []byte) (n int, peer string, err error) { return 0, "", errNotHere }

// Accept is refused here.
func (s *Socket) Accept() error { return errNotHere }

// MessagesFromFile takes over a connection.
func MessagesFromFile(f *os.File, a Addr) *Socket { return nil }

// DialStream is refused here.
func DialStream(ctx context.Context, a Addr) (*os.File, error) {
	return nil, notHere("connect to", a.Kind, a.Name)
}

// ListenStream is refused here.
func ListenStream(a Addr, o NameOptions) (*Listener, error) {
	return nil, notHere("listen at", a.Kind, a.Name)
}

// Addr gives where it listens.
func (l *Listener) Addr() Addr { return l.addr }

// Accept is refused here.
func (l *Listener) Accept(ctx context.Context) (f *os.File, peer string, err error) {
	return nil, "", errNotHere
}

// Close does nothing.
func (l *Listener) Close() error { return nil }

// CloseWrite is refused here.
func CloseWrite(f *os.File) error { return errNotHere }

// JoinMessages is refused here.
func JoinMessages(a Addr, files []*os.File) (Messages, error) {
	return nil, notHere("join", a.Kind, a.Name)
}

// Unlink is refused here.
func Unlink(a Addr) error { return notHere("unlink", a.Kind, a.Name) }

// PathOf is refused here.
func PathOf(a Addr) (string, error) { return "", errNotHere }

// RuntimeFolder is refused here.
func RuntimeFolder() (string, error) { return "", errNotHere }

// LookAtQueue is refused here.
func LookAtQueue(name string) (Look, error) { return Look{}, errNotHere }

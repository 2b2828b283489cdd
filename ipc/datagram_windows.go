package ipc

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Socket carries messages: a udp: socket.
type Socket struct {
	addr        Addr
	bound       bool // it has the address: a server's end
	file        *os.File
	read, write waiter

	mu   sync.Mutex // of Receive
	next datagram
	n    int // bytes of the next message that no buffer was long enough for; -1 if there is none
}

// datagram is a message and its sender.
type datagram struct {
	data    [maxUDP + 1]byte
	from    windows.RawSockaddrAny
	fromLen int32
}

func init() {
	implement(KindUDP, operations{
		create: func(a Addr, _ Spec, _ NameOptions) (Object, error) { return object(listenUDP(a)) },
		open:   func(ctx context.Context, a Addr) (Object, error) { return object(dialUDP(ctx, a)) },
		join: func(a Addr, files []*os.File) (Object, error) {
			return &Socket{addr: a, file: files[0], n: -1}, nil
		}})
}

// listenUDP makes the server's end, which receives what any client sends.
func listenUDP(a Addr) (*Socket, error) {
	h, _, a, err := bind(a, windows.SOCK_DGRAM)
	if err != nil {
		return nil, &Error{"listen at", a, err}
	}
	// A client that has left is no error of the next receive.
	off, n := uint32(0), uint32(0)
	_ = windows.WSAIoctl(h, windows.SIO_UDP_CONNRESET, (*byte)(unsafe.Pointer(&off)), 4, nil, 0, &n, nil, 0)
	return &Socket{addr: a, bound: true, file: os.NewFile(uintptr(h), "udp"), n: -1}, nil
}

func dialUDP(ctx context.Context, a Addr) (*Socket, error) {
	family, to, err := sockaddr(ctx, a)
	var h windows.Handle
	if err == nil {
		h, err = newSocket(family, windows.SOCK_DGRAM)
	}
	if err == nil {
		if err = os.NewSyscallError("connect", windows.Connect(h, to)); err != nil {
			windows.Closesocket(h)
		}
	}
	if err != nil {
		return nil, &Error{"connect to", a, err}
	}
	return &Socket{addr: a, file: os.NewFile(uintptr(h), "udp"), n: -1}, nil
}

func (s *Socket) handle() windows.Handle { return windows.Handle(s.file.Fd()) }

// Addr gives the server's address.
func (s *Socket) Addr() Addr { return s.addr }

// MessageSize is the length of the longest message.
func (s *Socket) MessageSize() int { return maxUDP }

// Files gives the socket.
func (s *Socket) Files() []*os.File { return []*os.File{s.file} }

// SetEnd is as in Messages.
func (s *Socket) SetEnd(end *End) { s.read.end.Store(end); s.read.wakeAll() }

// SetReadDeadline is as in Receiver.
func (s *Socket) SetReadDeadline(t time.Time) error { return s.read.setDeadline(t) }

// SetWriteDeadline is as in Sender.
func (s *Socket) SetWriteDeadline(t time.Time) error { return s.write.setDeadline(t) }

// Stat gives what the system knows of a socket: nothing of its messages.
func (s *Socket) Stat() (Stat, error) {
	return Stat{Messages: -1, Capacity: -1, Size: maxUDP, Next: -1, Received: -1}, nil
}

// Send sends to the server.
func (s *Socket) Send(msg []byte) error { return s.SendTo(msg, "") }

// SendTo sends to a peer that ReceiveFrom gave.
func (s *Socket) SendTo(msg []byte, peer string) error {
	if err := s.sendTo(msg, peer); err != nil {
		return &Error{"send to", s.addr, err}
	}
	return nil
}

func (s *Socket) sendTo(msg []byte, peer string) (err error) {
	if len(msg) > maxUDP {
		return ErrMessageSize
	}
	var to windows.Sockaddr
	if peer != "" {
		if _, to, err = sockaddr(context.Background(), Addr{s.addr.Kind, peer}); err != nil {
			return err
		}
	} else if s.bound {
		return ErrNoPeer
	}
	if err := s.write.begin(); err != nil {
		return err
	}
	defer s.write.calls.RUnlock()
	h, buf := s.handle(), &windows.WSABuf{Len: uint32(len(msg)), Buf: unsafe.SliceData(msg)}
	_, err = s.write.transfer(h, msg, func(o *windows.Overlapped) error {
		if to == nil {
			return windows.WSASend(h, buf, 1, nil, 0, o, nil)
		}
		return windows.WSASendto(h, buf, 1, nil, 0, to, o, nil)
	})
	if errors.Is(err, windows.WSAEMSGSIZE) {
		return ErrMessageSize
	}
	return refused(err)
}

// Receive takes one message.
func (s *Socket) Receive(buf []byte) (int, error) {
	n, _, err := s.ReceiveFrom(buf)
	return n, err
}

// ReceiveFrom takes one message, and gives the sender's address. One that is longer than buf
// stays.
func (s *Socket) ReceiveFrom(buf []byte) (n int, peer string, err error) {
	if err := s.read.begin(); err != nil {
		return 0, "", &Error{"receive from", s.addr, err}
	}
	defer s.read.calls.RUnlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n < 0 {
		n, err := s.receive()
		if err == io.EOF {
			return 0, "", err
		} else if err != nil {
			return 0, "", &Error{"receive from", s.addr, refused(err)}
		}
		s.n = n
	}
	if s.n > len(buf) {
		return 0, "", &Error{"receive from", s.addr, io.ErrShortBuffer}
	}
	n = copy(buf, s.next.data[:s.n])
	if from, err := s.next.from.Sockaddr(); err == nil {
		peer = nameOf(from)
	}
	s.n = -1
	return n, peer, nil
}

// receive takes the next message out of the system.
func (s *Socket) receive() (int, error) {
	h, next := s.handle(), &s.next
	buf, flags := &windows.WSABuf{Len: uint32(len(next.data)), Buf: &next.data[0]}, new(uint32)
	start := func(o *windows.Overlapped) error {
		next.from, next.fromLen = windows.RawSockaddrAny{}, int32(unsafe.Sizeof(next.from))
		return windows.WSARecvFrom(h, buf, 1, nil, flags, &next.from, &next.fromLen, o, nil)
	}
	n, err := s.read.transfer(h, nil, start)
	if err != io.EOF {
		return n, err
	}
	// What was sent before the last writer left comes first.
	last := new(waiter)
	defer last.close()
	last.deadline.Store(1)
	if n, err := last.transfer(h, nil, start); !errors.Is(err, os.ErrDeadlineExceeded) {
		return n, err
	}
	return 0, io.EOF
}

// Close ends the calls of this handle that wait.
func (s *Socket) Close() error {
	if s.read.closed.Load() {
		return nil
	}
	s.read.close()
	s.write.close()
	return s.file.Close()
}

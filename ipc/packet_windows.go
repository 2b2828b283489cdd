package ipc

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// Packets is a connection over a named pipe in message mode, which stands for a unix socket of
// type SOCK_SEQPACKET.
type Packets struct {
	addr        Addr
	file        *os.File
	read, write waiter
	mu          sync.Mutex // of Receive
	kept        []byte     // a message that was longer than its buffer
	keeps       bool
}

// maxPacket is the longest message that a pipe's buffer holds.
const maxPacket = pipeBuffer

func init() {
	implement(KindUnixpacket, operations{listen: listenPipe, look: lookAtPipe,
		path: func(name string) (string, error) { return pipePath(Addr{KindUnixpacket, name}) },
		open: func(ctx context.Context, a Addr) (Object, error) { return packetsOver(dialPipe(ctx, a))(a) },
		join: func(a Addr, files []*os.File) (Object, error) { return packetsOver(files[0], nil)(a) },
		try: func() error {
			a := Addr{Kind: KindUnixpacket}
			r, w, err := tryPair(a.Kind, "doctor")
			if err != nil {
				return err
			}
			to, from := &Packets{addr: a, file: r}, &Packets{addr: a, file: w}
			defer to.Close()
			defer from.Close()
			return exchange(from, to)
		}})
}

func packetsOver(f *os.File, err error) func(Addr) (Object, error) {
	return func(a Addr) (Object, error) {
		if err != nil {
			return nil, err
		}
		return &Packets{addr: a, file: f}, nil
	}
}

// Addr gives the server's address.
func (p *Packets) Addr() Addr { return p.addr }

// MessageSize is the length of the longest message.
func (p *Packets) MessageSize() int { return maxPacket }

// Files gives the pipe's end.
func (p *Packets) Files() []*os.File { return []*os.File{p.file} }

// SetEnd is as in Messages.
func (p *Packets) SetEnd(end *End) { p.read.end.Store(end); p.read.wakeAll() }

// SetReadDeadline is as in Receiver.
func (p *Packets) SetReadDeadline(t time.Time) error { return p.read.setDeadline(t) }

// SetWriteDeadline is as in Sender.
func (p *Packets) SetWriteDeadline(t time.Time) error { return p.write.setDeadline(t) }

// Stat gives what the system tells of a pipe: nothing of its messages.
func (p *Packets) Stat() (Stat, error) {
	return Stat{Messages: -1, Capacity: -1, Size: maxPacket, Next: -1, Received: -1}, nil
}

// Send sends one message.
func (p *Packets) Send(msg []byte) error {
	if err := p.write.begin(); err != nil {
		return &Error{"send to", p.addr, err}
	}
	defer p.write.calls.RUnlock()
	if len(msg) > maxPacket {
		return &Error{"send to", p.addr, ErrMessageSize}
	}
	h := windows.Handle(p.file.Fd())
	_, err := p.write.transfer(h, msg, func(o *windows.Overlapped) error { return windows.WriteFile(h, msg, nil, o) })
	switch {
	case err == nil:
		return nil
	case errors.Is(err, windows.ERROR_NO_DATA), errors.Is(err, windows.ERROR_BROKEN_PIPE):
		err = syscall.EPIPE
	}
	return &Error{"send to", p.addr, err}
}

// Receive takes one message.
func (p *Packets) Receive(buf []byte) (int, error) {
	if err := p.read.begin(); err != nil {
		return 0, &Error{"receive from", p.addr, err}
	}
	defer p.read.calls.RUnlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.keeps {
		n, err := p.receive(buf)
		switch {
		case err == nil:
			return n, nil
		case errors.Is(err, windows.ERROR_MORE_DATA):
			if err = p.keep(buf[:n]); err != nil {
				return 0, &Error{"receive from", p.addr, err}
			}
		case errors.Is(err, windows.ERROR_BROKEN_PIPE), errors.Is(err, windows.ERROR_PIPE_NOT_CONNECTED):
			return 0, &Error{"receive from", p.addr, io.EOF}
		default:
			return 0, &Error{"receive from", p.addr, err}
		}
	}
	if len(p.kept) > len(buf) {
		return 0, &Error{"receive from", p.addr, io.ErrShortBuffer}
	}
	n := copy(buf, p.kept)
	p.kept, p.keeps = nil, false
	return n, nil
}

func (p *Packets) receive(buf []byte) (int, error) {
	h := windows.Handle(p.file.Fd())
	return p.read.transfer(h, buf, func(o *windows.Overlapped) error { return windows.ReadFile(h, buf, nil, o) })
}

// keep reads the rest of a message whose first bytes came, for a later call.
func (p *Packets) keep(first []byte) error {
	rest := make([]byte, maxPacket)
	n, err := p.receive(rest)
	if err != nil {
		return err
	}
	p.kept, p.keeps = append(first[:len(first):len(first)], rest[:n]...), true
	return nil
}

// Close ends the calls of this handle that wait.
func (p *Packets) Close() error {
	if p.read.closed.Load() {
		return nil
	}
	p.read.close()
	p.write.close()
	return p.file.Close()
}

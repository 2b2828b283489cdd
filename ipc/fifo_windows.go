package ipc

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/windows"
)

// A FIFO is a named pipe here, \\.\pipe\NAME, in byte mode. It has a server, ListenStream, and
// any number of clients, DialStream; a connection goes both ways. Where neither side is the
// server, OpenFIFO has the first to come be it. The name goes with the last handle.

const (
	pipeFolder = `\\.\pipe\`
	// pipeBuffer is how much a named pipe holds in each direction.
	pipeBuffer = 64 << 10
	maxPipe    = 256 // of its name, CreateNamedPipe
	// pipePoll is how often a pipe is looked at that tells nobody when it can be opened.
	pipePoll = 2 * time.Millisecond
)

func init() {
	implement(KindFIFO, operations{listen: listenPipe, dial: dialPipe, look: lookAtPipe,
		path: func(name string) (string, error) { return pipePath(Addr{KindFIFO, name}) },
		try:  func() error { return tryBytes(tryPair(KindFIFO, "weir-doctor")) }})
}

// tryPair gives a server's end and a client's.
func tryPair(k Kind, name string) (server, client *os.File, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), tryTime)
	defer cancel()
	l, err := listenPipe(Addr{k, name + randomName()}, NameOptions{})
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	if client, err = dialPipe(ctx, l.Addr()); err != nil {
		return nil, nil, err
	}
	if server, _, err = l.Accept(ctx); err != nil {
		client.Close()
	}
	return server, client, err
}

// pipePath gives the name of a pipe as the system has it.
func pipePath(a Addr) (string, error) {
	bare := strings.TrimPrefix(a.Name, pipeFolder)
	if a.Kind != KindFIFO { // a path, of which the pipe has its name
		full, err := filepath.Abs(bare)
		if err != nil {
			return "", err
		}
		bare = "weir-" + string(a.Kind) + "." + strings.ReplaceAll(full, `\`, "/")
	}
	switch {
	case bare == "":
		return "", errors.New("the name is empty")
	case strings.IndexByte(bare, 0) >= 0:
		return "", errors.New("a name cannot hold a NUL")
	case a.Kind == KindFIFO && strings.ContainsAny(bare, `\/`):
		return "", errors.New(`a named pipe lies in no folder: its name is NAME, or \\.\pipe\NAME`)
	case len(pipeFolder)+len(bare) > maxPipe:
		return "", fmt.Errorf("the name has %d bytes, and may have %d", len(bare), maxPipe-len(pipeFolder))
	}
	return pipeFolder + bare, nil
}

// makePipe makes an instance of a pipe. The first one is refused if the name is there.
// room is how much either side can write before the other reads, bytes.
func makePipe(path string, access, mode, room uint32, first bool) (windows.Handle, error) {
	s, err := ownerOnly()
	if err != nil {
		return 0, err
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	if first {
		access |= windows.FILE_FLAG_FIRST_PIPE_INSTANCE
	}
	h, err := windows.CreateNamedPipe(name, access, mode|windows.PIPE_REJECT_REMOTE_CLIENTS,
		windows.PIPE_UNLIMITED_INSTANCES, room, room, 0, s.private)
	if first && (errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_PIPE_BUSY)) {
		err = fmt.Errorf("another process is its server: %w", windows.ERROR_ALREADY_EXISTS)
	}
	return h, err
}

// openPipe opens the client's end of a pipe. While all of its instances have clients it waits
// for one, until ctx ends.
func openPipe(ctx context.Context, path string, access, flags uint32) (windows.Handle, error) {
	for {
		h, err := opening(path, func(name *uint16) (windows.Handle, error) {
			return windows.CreateFile(name, access|windows.READ_CONTROL, 0, nil, windows.OPEN_EXISTING, flags, 0)
		})
		if !errors.Is(err, windows.ERROR_PIPE_BUSY) {
			return h, err
		}
		select {
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case <-time.After(pipePoll):
		}
	}
}

// pipeMode is the mode in which a server makes pipes of a kind. Its clients may read a stream in
// message mode, SetNamedPipeHandleState: each write is a message to them.
func pipeMode(k Kind) uint32 {
	if k.Carries() == Whole {
		return windows.PIPE_TYPE_MESSAGE | windows.PIPE_READMODE_MESSAGE
	}
	return windows.PIPE_TYPE_MESSAGE | windows.PIPE_READMODE_BYTE
}

// dialPipe connects to the server of a pipe.
func dialPipe(ctx context.Context, a Addr) (*os.File, error) {
	path, err := pipePath(a)
	if err != nil {
		return nil, &Error{"connect to", a, err}
	}
	h, err := openPipe(ctx, path, windows.GENERIC_READ|windows.GENERIC_WRITE, windows.FILE_FLAG_OVERLAPPED)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("no process serves it: %w", err)
	}
	if err != nil {
		return nil, &Error{"connect to", a, err}
	}
	if a.Kind.Carries() == Whole {
		read := uint32(windows.PIPE_READMODE_MESSAGE)
		if err := windows.SetNamedPipeHandleState(h, &read, nil, nil); err != nil {
			windows.CloseHandle(h)
			return nil, &Error{"connect to", a, err}
		}
	}
	return os.NewFile(uintptr(h), path), nil
}

// pipeListener is the server of a named pipe.
type pipeListener struct {
	addr Addr
	path string
	wait waiter
	mu   sync.Mutex     // of Accept
	next windows.Handle // the instance for the next client
	over context.Context
	end  context.CancelFunc
	own  bool // what it accepts stays in this process
}

func listenPipe(a Addr, o NameOptions) (Listener, error) {
	l, err := listenAtPipe(a, o, false, true)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// ListenOwn serves a named pipe of bytes whose connections are read and written by this process: they have deadlines.
// A write, of either side, ends when the other has read it, and one that fails tells what of it was not read. Of n
// listeners each takes a client at once: one that comes while all are busy is refused.
func ListenOwn(name string, n int) (list []Listener, err error) {
	for i := range n {
		l, err := listenAtPipe(Addr{KindFIFO, name}, NameOptions{}, true, i == 0)
		if err != nil {
			for _, l := range list {
				l.Close()
			}
			return nil, err
		}
		list = append(list, l)
	}
	return list, nil
}

func listenAtPipe(a Addr, o NameOptions, own, first bool) (*pipeListener, error) {
	path, err := pipePath(a)
	if err != nil {
		return nil, &Error{"listen at", a, err}
	}
	n, err := register(a, path, o)
	if err != nil {
		return nil, &Error{"listen at", a, err}
	}
	l := &pipeListener{addr: a, path: path, own: own}
	l.over, l.end = context.WithCancel(context.Background())
	if err := l.prepare(first); err != nil {
		n.withdraw()
		return nil, &Error{"listen at", a, err}
	}
	return l, nil
}

// prepare makes the instance for the next client. One of a byte stream is passed on to a process, whose reads and
// writes are not overlapped: what they ask for would come to an end at this process's completion port.
func (l *pipeListener) prepare(first bool) (err error) {
	access, mode := uint32(windows.PIPE_ACCESS_DUPLEX), pipeMode(l.addr.Kind)
	if l.blocking() {
		mode |= windows.PIPE_NOWAIT
	} else {
		access |= windows.FILE_FLAG_OVERLAPPED
	}
	room := uint32(pipeBuffer)
	if l.own {
		room = 0
	}
	l.next, err = makePipe(l.path, access, mode, room, first)
	return err
}

func (l *pipeListener) blocking() bool { return l.addr.Kind.Carries() == Bytes && !l.own }

// connect waits for a client of an instance, ConnectNamedPipe.
func (l *pipeListener) connect(ctx context.Context, h windows.Handle) error {
	if !l.blocking() {
		return l.wait.transferIn(ctx, h, func(o *windows.Overlapped) error { return windows.ConnectNamedPipe(h, o) })
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(l.over, func() { cancel(os.ErrClosed) })()
	return awaitClient(ctx, h)
}

func (l *pipeListener) Addr() Addr { return l.addr }

// Accept waits for a client, ConnectNamedPipe. Its instance is then the client's alone.
func (l *pipeListener) Accept(ctx context.Context) (f *os.File, peer string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.wait.begin(); err != nil {
		return nil, "", &Error{"accept at", l.addr, err}
	}
	defer l.wait.calls.RUnlock()
	for {
		h := l.next
		err := l.connect(ctx, h)
		switch {
		case err == nil || errors.Is(err, windows.ERROR_PIPE_CONNECTED),
			l.own && errors.Is(err, windows.ERROR_NO_DATA): // what such a client wrote can be read
			if err := l.prepare(false); err != nil {
				windows.CloseHandle(h)
				return nil, "", &Error{"accept at", l.addr, err}
			}
			return os.NewFile(uintptr(h), l.path), "", nil
		case errors.Is(err, windows.ERROR_NO_DATA): // a client that came has left
			_ = windows.DisconnectNamedPipe(h)
		default:
			return nil, "", &Error{"accept at", l.addr, err}
		}
	}
}

// File gives nothing: an instance is passed on once its client has come.
func (l *pipeListener) File() *os.File { return nil }

// Close ends Accept. Connections stay.
func (l *pipeListener) Close() error {
	if l.wait.closed.Load() {
		return os.ErrClosed
	}
	l.end()
	l.wait.close()
	return windows.CloseHandle(l.next)
}

// lookAtPipe looks whether a pipe is there. To open it would take its server a client.
func lookAtPipe(path string) (Look, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err == nil {
		err = waitNamedPipe(name, 1)
	}
	if err != nil && !errors.Is(err, windows.ERROR_SEM_TIMEOUT) { // all of its instances have clients
		return Look{}, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return Look{Mode: 0o600}, nil
}

// MakeFIFO looks whether the name is free: the pipe itself is there once a side is open.
func MakeFIFO(path string, _ uint32, o NameOptions) error {
	a := Addr{KindFIFO, path}
	name, err := pipePath(a)
	if err != nil {
		return &Error{"create", a, err}
	}
	h, err := makePipe(name, windows.PIPE_ACCESS_DUPLEX, windows.PIPE_TYPE_BYTE, pipeBuffer, true)
	if err != nil {
		return &Error{"create", a, err}
	}
	windows.CloseHandle(h)
	if _, err := register(a, name, o); err != nil {
		return &Error{"create", a, err}
	}
	return nil
}

// HoldFIFO is refused: a named pipe has two ends, and none is both.
func HoldFIFO(path string) (*os.File, error) {
	err := fmt.Errorf("one process has one end of a named pipe: open each side by its own: %w", errors.ErrUnsupported)
	return nil, &Error{"open", Addr{KindFIFO, path}, err}
}

// OpenFIFO opens one side of a pipe that has two. It waits until the other side is open, or
// until ctx ends. The first to come is the pipe's server. The handle is blocking, as a program
// expects that is started with it.
func OpenFIFO(ctx context.Context, path string, mode Mode) (*os.File, error) {
	a := Addr{KindFIFO, path}
	name, err := pipePath(a)
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	// A server that may only read cannot have its reads wait: SetNamedPipeHandleState asks for more.
	asClient, asServer := uint32(windows.GENERIC_READ|windows.FILE_WRITE_ATTRIBUTES), uint32(windows.PIPE_ACCESS_DUPLEX)
	if mode.Writes() {
		asClient, asServer = windows.GENERIC_WRITE|windows.FILE_READ_ATTRIBUTES, windows.PIPE_ACCESS_OUTBOUND
	}
	for {
		h, err := openPipe(ctx, name, asClient, 0)
		if errors.Is(err, fs.ErrNotExist) {
			if h, err = makePipe(name, asServer, windows.PIPE_TYPE_BYTE|windows.PIPE_NOWAIT, pipeBuffer, true); err == nil {
				if err = awaitClient(ctx, h); err != nil {
					windows.CloseHandle(h)
				}
			} else if errors.Is(err, fs.ErrExist) {
				continue // the other side came at this moment
			}
		}
		if err != nil {
			return nil, &Error{"open", a, err}
		}
		return os.NewFile(uintptr(h), name), nil
	}
}

// awaitClient waits until a client has opened a pipe that was made with PIPE_NOWAIT, and has
// its reads and writes wait from then on.
func awaitClient(ctx context.Context, h windows.Handle) error {
	for {
		err := windows.ConnectNamedPipe(h, nil)
		if errors.Is(err, windows.ERROR_PIPE_CONNECTED) || errors.Is(err, windows.ERROR_NO_DATA) {
			wait := uint32(windows.PIPE_WAIT)
			if err = windows.SetNamedPipeHandleState(h, &wait, nil, nil); err == nil {
				return nil
			}
		}
		if err != nil && !errors.Is(err, windows.ERROR_PIPE_LISTENING) {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pipePoll):
		}
	}
}

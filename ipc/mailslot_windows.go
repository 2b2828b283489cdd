package ipc

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

// Mailslot is a mailslot, CreateMailslot: one server reads, many clients write, messages
// arrive whole. Its name, \\.\mailslot\NAME, goes with the server's last handle.
type Mailslot struct {
	addr        Addr
	server      *os.File // nil at a client
	client      *os.File
	size        int          // bytes of the longest message
	timeout     atomic.Int64 // the server's read timeout; WaitForever is none
	read, write waiter
	path        string     // of a server
	mu          sync.Mutex // of client
}

const (
	slotFolder = `\\.\mailslot\`
	slotDevice = `\Device\Mailslot\` // how the system has it
	// slotPoll is the timeout that the system has of a mailslot: a read that waits looks so
	// often whether it is to end.
	slotPoll = 10 * time.Millisecond
)

func init() {
	implement(KindMailslot, operations{join: joiner(mailslotFromFile),
		open: func(_ context.Context, a Addr) (Object, error) { return object(OpenMailslot(a.Name)) },
		create: func(a Addr, s Spec, o NameOptions) (Object, error) {
			return object(CreateMailslot(a.Name, s.Size, WaitForever, o))
		},
		path: mailslotPath, look: lookAtMailslot})
}

// CreateMailslot makes a mailslot, whose server is the caller. size is the length of the
// longest message; 0 is the longest possible, 64 KiB. Reads wait for readTimeout, or without a
// limit for WaitForever. A second server is fs.ErrExist. Without a name the mailslot is
// private: it has a random one.
func CreateMailslot(name string, size int, readTimeout time.Duration, o NameOptions) (*Mailslot, error) {
	a := Addr{KindMailslot, name}
	if size < 0 || size > maxMailslot {
		return nil, &Error{"create", a, fmt.Errorf("size=%d: must be from 0 to %d", size, maxMailslot)}
	}
	if size == 0 {
		size = maxMailslot
	}
	path := slotFolder + `weir-` + rand.Text()
	if name != "" {
		var err error
		if a, path, err = slotName(name); err != nil {
			return nil, &Error{"create", a, err}
		}
	}
	m := &Mailslot{addr: a, size: size}
	m.timeout.Store(int64(readTimeout))
	n, err := register(a, path, o)
	if err != nil {
		return nil, &Error{"create", a, err}
	}
	if err := m.make(path); err != nil {
		n.withdraw()
		return nil, &Error{"create", a, err}
	}
	return m, nil
}

func (m *Mailslot) make(path string) error {
	s, err := ownerOnly()
	if err != nil {
		return err
	}
	h, err := createMailslot(path, uint32(m.size), milliseconds(slotPoll), s.private)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("another process is its server, and a mailslot has one: %w", windows.ERROR_ALREADY_EXISTS)
	} else if err != nil {
		return err
	}
	m.server, m.path = os.NewFile(uintptr(h), path), path
	return nil
}

// sender gives the clients' end. A server opens it when it is asked for: a client that shares
// the mailslot with readers only, FILE_SHARE_READ, could not open it any more.
func (m *Mailslot) sender() (f *os.File, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.client == nil {
		m.client, err = openSlot(m.path)
	}
	return m.client, err
}

// slotName gives the address and the path of a name.
func slotName(name string) (Addr, string, error) {
	clean, err := objectName(strings.TrimPrefix(name, slotFolder))
	if err == nil && clean[0] != '/' {
		err = errors.New(`a mailslot's name has no backslash but in \\.\mailslot\NAME`)
	}
	a := Addr{KindMailslot, strings.TrimPrefix(clean, "/")}
	if err != nil {
		a.Name = name
	}
	return a, slotFolder + a.Name, err
}

func mailslotPath(name string) (string, error) {
	_, path, err := slotName(name)
	return path, err
}

// openSlot opens a mailslot for writing.
func openSlot(path string) (*os.File, error) {
	h, err := opening(path, func(name *uint16) (windows.Handle, error) {
		return windows.CreateFile(name, windows.GENERIC_WRITE|windows.READ_CONTROL,
			windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, nil, windows.OPEN_EXISTING, 0, 0)
	})
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(h), path), nil
}

func lookAtMailslot(path string) (Look, error) {
	f, err := openSlot(path)
	if err != nil {
		return Look{}, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer f.Close()
	return lookAtHandle(windows.Handle(f.Fd()))
}

// OpenMailslot opens a mailslot for writing, as CreateFile does. The system does not tell a
// client how long a message may be.
func OpenMailslot(name string) (*Mailslot, error) {
	a, path, err := slotName(name)
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	f, err := openSlot(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = errNoServer
	}
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	return &Mailslot{addr: a, client: f, size: maxMailslot}, nil
}

// mailslotFromFile takes over the handle that Files gave.
func mailslotFromFile(f *os.File, name string) (*Mailslot, error) {
	m := &Mailslot{addr: Addr{KindMailslot, name}, size: maxMailslot}
	m.timeout.Store(int64(WaitForever))
	info, err := slotInfo(windows.Handle(f.Fd()))
	if err != nil { // only a server is told
		m.client = f
		return m, nil
	}
	m.server, m.size = f, info.MaxMessage
	full := objectNameOf(windows.Handle(f.Fd()))
	if n := len(slotDevice); len(full) > n && strings.EqualFold(full[:n], slotDevice) {
		m.path = slotFolder + full[n:]
	}
	return m, nil
}

// slotInfo is GetMailslotInfo.
func slotInfo(h windows.Handle) (MailslotInfo, error) {
	size, next, count, err := getMailslotInfo(h)
	if err != nil {
		return MailslotInfo{}, err
	}
	i := MailslotInfo{MaxMessage: int(size), Next: int(int32(next)), Count: int(count)}
	if i.MaxMessage == 0 {
		i.MaxMessage = maxMailslot
	}
	return i, nil
}

// Files gives the server's end, by whose name its holder sends, or a client's. To open one here
// could keep a client from its own.
func (m *Mailslot) Files() []*os.File {
	if m.server == nil {
		return []*os.File{m.client}
	}
	return []*os.File{m.server}
}

// Send writes one message, WriteFile. Only memory is the limit, so it never waits.
func (m *Mailslot) Send(msg []byte) error {
	if err := m.write.begin(); err != nil {
		return &Error{"send to", m.addr, err}
	}
	defer m.write.calls.RUnlock()
	if len(msg) > m.size {
		return &Error{"send to", m.addr, ErrMessageSize}
	}
	client, err := m.sender()
	if err != nil {
		return &Error{"send to", m.addr, err}
	}
	var n uint32
	err = windows.WriteFile(windows.Handle(client.Fd()), msg, &n, nil)
	switch err {
	case nil:
		return nil
	case windows.ERROR_INVALID_PARAMETER, windows.ERROR_BAD_NETPATH: // the server takes no message so long
		err = ErrMessageSize
	case windows.ERROR_HANDLE_EOF, windows.ERROR_FILE_NOT_FOUND, windows.ERROR_INVALID_HANDLE:
		err = syscall.EPIPE // the server has left
	}
	return &Error{"send to", m.addr, err}
}

// Receive reads one message, ReadFile. Only the server may.
func (m *Mailslot) Receive(buf []byte) (int, error) {
	if m.server == nil {
		return 0, &Error{"receive from", m.addr, errors.New("this is a client's end: it only writes")}
	}
	if err := m.read.begin(); err != nil {
		return 0, &Error{"receive from", m.addr, err}
	}
	defer m.read.calls.RUnlock()
	n, err := m.receive(buf)
	if err != nil {
		return 0, &Error{"receive from", m.addr, err}
	}
	return n, nil
}

func (m *Mailslot) receive(buf []byte) (int, error) {
	h, until := windows.Handle(m.server.Fd()), int64(0)
	if d := time.Duration(m.timeout.Load()); d >= 0 {
		until = time.Now().Add(d).UnixNano()
	}
	for last := false; ; {
		n, err := m.read.transfer(h, buf, func(o *windows.Overlapped) error { return windows.ReadFile(h, buf, nil, o) })
		switch {
		case errors.Is(err, windows.ERROR_INSUFFICIENT_BUFFER):
			return 0, io.ErrShortBuffer
		case !errors.Is(err, windows.ERROR_SEM_TIMEOUT):
			return n, err
		case last:
			return 0, io.EOF
		case m.read.closed.Load():
			return 0, os.ErrClosed
		case m.read.end.Load().over():
			last = true // what was sent before the last writer left comes first
			continue
		}
		// A deadline takes precedence over the mailslot's timeout.
		limit := m.read.deadline.Load()
		if limit == 0 {
			limit = until
		}
		if limit != 0 && limit <= time.Now().UnixNano() {
			return 0, os.ErrDeadlineExceeded
		}
	}
}

// Info is GetMailslotInfo.
func (m *Mailslot) Info() (MailslotInfo, error) {
	if m.server == nil {
		return MailslotInfo{}, &Error{"stat", m.addr, errors.New("only the server is told")}
	}
	if err := m.read.begin(); err != nil {
		return MailslotInfo{}, &Error{"stat", m.addr, err}
	}
	defer m.read.calls.RUnlock()
	i, err := slotInfo(windows.Handle(m.server.Fd()))
	if err != nil {
		return i, &Error{"stat", m.addr, err}
	}
	i.Timeout = time.Duration(m.timeout.Load())
	return i, nil
}

// Close gives up this handle's ends.
func (m *Mailslot) Close() error {
	if m.read.closed.Load() {
		return nil
	}
	m.read.close()
	m.write.close()
	return m.closeFiles()
}

func (m *Mailslot) closeFiles() error {
	var err error
	for _, f := range []*os.File{m.server, m.client} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

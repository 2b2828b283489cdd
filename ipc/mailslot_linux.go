package ipc

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Mailslot has the semantics of Win32's CreateMailslot: one server reads, many clients
// write, messages arrive whole. It is emulated over AF_UNIX datagrams, so only users of
// this package join it. Beside the socket there is a small region:
//
//	 0  u64  magic, "weirslot"
//	 8  u32  version, 1
//	12  u32  process number of the server
//	16  u64  size of the longest message in bytes
//	24  u64  messages sent
//	32  u64  messages received
//
// The server holds a lock on the region's file, flock(2). The kernel drops it with the last
// process that has the server's end.
type Mailslot struct {
	addr        Addr
	header      *Region
	server      *os.File // nil at a client
	client      *os.File
	timeout     atomic.Int64 // the server's read timeout; WaitForever is none
	read, write waiter
	names       [2]ownName // the region's and the socket's, if this process made them
	size        int        // bytes of the longest message
}

func init() {
	implement(KindMailslot, operations{open: opener(OpenMailslot), files: mailslotFiles,
		create: func(a Addr, s Spec, o NameOptions) (Object, error) {
			return object(CreateMailslot(a.Name, s.Size, WaitForever, o))
		},
		join: func(a Addr, files []*os.File) (Object, error) { return object(mailslotFromFiles(files, a.Name)) },
		path: mailslotPath, limits: datagramLimits})
}

const (
	slotMagic     = 0x746f6c7372696577 // "weirslot", little-endian
	slotVersion   = 1
	slotHeader    = 64
	mailslotFiles = 3 // the region, the server's end, the clients' end
)

// CreateMailslot makes a mailslot, whose server is the caller. size is the length of the
// longest message; 0 is the longest possible, 64 KiB here. Reads wait for readTimeout, or
// without a limit for WaitForever. A second server is fs.ErrExist. Without a name the
// mailslot is private.
func CreateMailslot(name string, size int, readTimeout time.Duration, o NameOptions) (*Mailslot, error) {
	a := Addr{KindMailslot, name}
	if size < 0 || size > maxMailslot {
		return nil, &Error{"create", a, fmt.Errorf("size=%d: must be from 0 to %d", size, maxMailslot)}
	}
	if size == 0 {
		size = maxMailslot
	}
	init := func(r *Region) error {
		b := r.data
		*word64(b, 0), *word32(b, 8) = slotMagic, slotVersion
		*word32(b, 12), *word64(b, 16) = uint32(os.Getpid()), uint64(size)
		return unix.Flock(int(r.file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}
	m := &Mailslot{addr: a, size: size}
	var err error
	if name == "" {
		err = m.makePrivate(init)
	} else {
		err = m.makeNamed(name, init, o)
	}
	if err != nil {
		m.closeFiles()
		return nil, &Error{"create", a, err}
	}
	m.timeout.Store(int64(readTimeout))
	return m, nil
}

func (m *Mailslot) makePrivate(init func(*Region) error) (err error) {
	if m.header, err = createPrivate(m.addr, slotHeader, init); err != nil {
		return err
	}
	m.server, m.client, err = socketPair(unix.SOCK_DGRAM)
	return err
}

// makeNamed binds the socket first. Clients look for the region's name, which appears last.
func (m *Mailslot) makeNamed(name string, init func(*Region) error, o NameOptions) error {
	clean, err := objectName(name)
	if err != nil {
		return err
	}
	m.addr.Name = strings.TrimPrefix(clean, "/")
	path, err := mailslotPath(clean)
	if err != nil {
		return err
	}
	if err := clearMailslot(path); err != nil {
		return err
	}
	f, n, err := bindDatagram(path+".socket", m.addr, o)
	if err != nil {
		return err
	}
	m.server, m.names[1] = f, n.ownName
	n.ownName = ownName{}
	_ = n.close() // no peer asks the server's socket for its path
	if m.header, err = createRegionAt(m.addr, path, slotHeader, init, o); err != nil {
		return errors.Join(err, m.names[1].remove())
	}
	l, err := lookAtFile(int(m.header.file.Fd()))
	if err != nil {
		return err
	}
	m.names[0] = ownName{path, l.FileID, o.Registrar}
	m.client, err = connectDatagram(path + ".socket")
	return err
}

// clearMailslot removes the names of a server that died. A living server is an error.
func clearMailslot(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|unix.O_NOFOLLOW, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return clearSocket(path + ".socket")
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
		var pid [4]byte
		_, _ = f.ReadAt(pid[:], 12)
		server := *word32(pid[:], 0) & 0x7fffffff
		return fmt.Errorf("process %d is its server, and a mailslot has one: %w", server, fs.ErrExist)
	}
	// Another process may have cleared it before this one got the lock, and made its own.
	held, err := lookAtFile(int(f.Fd()))
	if err != nil {
		return err
	}
	if l, err := LookAt(path); err != nil || l.FileID != held.FileID {
		return fmt.Errorf("another process makes it at this moment: %w", fs.ErrExist)
	}
	return errors.Join(clearSocket(path+".socket"), os.Remove(path))
}

// clearSocket removes the name of a socket whose server died. It is an error if a server has
// made this name, and not yet the next one.
func clearSocket(path string) error {
	f, err := connectDatagram(path)
	switch {
	case err == nil:
		f.Close()
		return fmt.Errorf("another process makes it at this moment: %w", fs.ErrExist)
	case errors.Is(err, unix.ECONNREFUSED):
		return os.Remove(path)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return err
}

// OpenMailslot opens a mailslot for writing, as CreateFile does.
func OpenMailslot(name string) (*Mailslot, error) {
	clean, err := objectName(name)
	a := Addr{KindMailslot, strings.TrimPrefix(clean, "/")}
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	path, err := mailslotPath(clean)
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	m := &Mailslot{addr: a}
	if m.header, err = openRegionAt(a, path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = errNoServer
		}
		return nil, &Error{"open", a, err}
	}
	if unix.Flock(int(m.header.file.Fd()), unix.LOCK_SH|unix.LOCK_NB) == nil {
		err = errNoServer
	} else if m.size, err = checkSlot(m.header); err == nil {
		m.client, err = connectDatagram(path + ".socket")
	}
	if err != nil {
		m.closeFiles()
		return nil, &Error{"open", a, err}
	}
	return m, nil
}

// mailslotFromFiles takes over the descriptors that Files gave.
func mailslotFromFiles(files []*os.File, name string) (*Mailslot, error) {
	header, err := mapRegion(Addr{KindMailslot, name}, files[0])
	size := 0
	if err == nil {
		size, err = checkSlot(header)
	}
	m := &Mailslot{addr: Addr{KindMailslot, name}, size: size, header: header, server: files[1], client: files[2]}
	m.timeout.Store(int64(WaitForever))
	if err != nil {
		m.closeFiles()
		return nil, err
	}
	return m, nil
}

// checkSlot gives the length of the longest message.
func checkSlot(r *Region) (n int, err error) {
	defer recoverFault(catchFaults(), "open", r.addr, &err)
	b := r.Bytes()
	if len(b) < slotHeader || *word64(b, 0) != slotMagic || *word32(b, 8) != slotVersion {
		return 0, errors.New("what has the name is no mailslot of this version")
	}
	size := *word64(b, 16)
	if size > maxMailslot {
		return 0, errors.New("the mailslot's header is damaged: another process has written over it")
	}
	return int(size), nil
}

// mailslotPath gives the path of a mailslot's region. Its socket is beside it.
func mailslotPath(name string) (string, error) {
	folder, err := RuntimeFolder()
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, "mailslot."+strings.TrimPrefix(name, "/")), nil
}

// Files gives the region, the server's end and the clients' end. A client, which has no
// server's end, gives its own instead.
func (m *Mailslot) Files() []*os.File {
	server := m.server
	if server == nil {
		server = m.client
	}
	return []*os.File{m.header.file, server, m.client}
}

// Send writes one message, WriteFile. It waits while the system holds as many messages as it
// may (net.unix.max_dgram_qlen). On Windows only memory is the limit.
func (m *Mailslot) Send(msg []byte) error {
	if len(msg) > m.MessageSize() {
		return &Error{"send to", m.addr, ErrMessageSize}
	}
	err := sendDatagram(m.client, &m.write, msg, nil)
	if err == nil {
		m.count(&m.write, 24)
		return nil
	}
	if errors.Is(err, unix.ECONNREFUSED) || errors.Is(err, unix.ECONNRESET) || errors.Is(err, unix.EPIPE) {
		err = unix.EPIPE // the server has left
	}
	return &Error{"send to", m.addr, err}
}

// Receive reads one message, ReadFile. Only the server may.
func (m *Mailslot) Receive(buf []byte) (int, error) {
	if m.server == nil {
		return 0, &Error{"receive from", m.addr, errors.New("this is a client's end: it only writes")}
	}
	if len(buf) < m.MessageSize() {
		if next := peekDatagram(m.server); next > len(buf) {
			return 0, &Error{"receive from", m.addr, io.ErrShortBuffer}
		}
	}
	if d := time.Duration(m.timeout.Load()); d >= 0 {
		// A deadline that is set meanwhile takes precedence.
		until := time.Now().Add(d).UnixNano()
		if m.read.deadline.CompareAndSwap(0, until) {
			defer m.read.deadline.CompareAndSwap(until, 0)
		}
	}
	n, _, err := receiveDatagram(m.server, &m.read, buf)
	if err != nil {
		return 0, &Error{"receive from", m.addr, err}
	}
	m.count(&m.read, 32)
	return n, nil
}

// count counts a message in the header, unless that was closed meanwhile.
func (m *Mailslot) count(w *waiter, offset int) {
	if w.begin() == nil {
		atomic.AddUint64(word64(m.header.data, offset), 1)
		w.calls.RUnlock()
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
	i := MailslotInfo{MaxMessage: m.size, Next: peekDatagram(m.server), Timeout: time.Duration(m.timeout.Load())}
	if i.Next >= 0 {
		// It is too low if a client died between its message and the count.
		sent, received := atomic.LoadUint64(word64(m.header.data, 24)), atomic.LoadUint64(word64(m.header.data, 32))
		i.Count = max(int(int64(sent-received)), 1)
	}
	return i, nil
}

// Close gives up this handle's ends. If it made the mailslot it removes the names, too:
// there is no mailslot without its server.
func (m *Mailslot) Close() error {
	if m.read.closed.Load() {
		return nil
	}
	m.read.close()
	m.write.close()
	for _, n := range m.names {
		_ = n.remove()
	}
	return m.closeFiles()
}

func (m *Mailslot) closeFiles() error {
	var err error
	for _, f := range []*os.File{m.server, m.client} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	if m.header != nil {
		err = errors.Join(err, m.header.Close())
	}
	return err
}

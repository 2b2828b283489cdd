package runtime

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// errGuardLost is what a run ends with when its guard was killed.
var errGuardLost = errors.New("the guard process was killed from outside: every stage was stopped")

// link is weir's side of the socket to its guard.
type link struct {
	sock int
	pid  int

	mu      sync.Mutex
	runs    map[uint64]*Run
	closing bool
	lost    chan struct{} // closed when the guard is gone

	sending sync.Mutex // sock
	numbers atomic.Uint64

	naming sync.Mutex // one name at a time, so that the answer is known
	named  chan syscall.Errno
}

var (
	linkMu  sync.Mutex
	current *link
)

// guardLink gives the link to the guard, which is started when it is first
// needed, or needed again.
func guardLink() (*link, error) {
	linkMu.Lock()
	defer linkMu.Unlock()
	if current != nil {
		select {
		case <-current.lost:
		default:
			return current, nil
		}
	}
	l, err := startGuard()
	if err != nil {
		return nil, &ipc.Error{Op: "start the guard of", Addr: ipc.Addr{Kind: "process"}, Err: err}
	}
	current = l
	return l, nil
}

// Prepare starts the guard ahead of the first run, so that its own start-up
// passes while a script is still being read. It need not be called.
func Prepare() { go func() { _, _ = guardLink() }() }

// Shutdown ends the guard, and with it everything that was started, and waits
// until it is gone. A later Start starts another.
func Shutdown() {
	linkMu.Lock()
	defer linkMu.Unlock()
	l := current
	if l == nil {
		return
	}
	current = nil
	l.mu.Lock()
	l.closing = true
	l.mu.Unlock()
	l.sending.Lock()
	if l.sock >= 0 {
		_ = unix.Shutdown(l.sock, unix.SHUT_WR)
	}
	l.sending.Unlock()
	<-l.lost
}

func startGuard() (*link, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(pair[1])
	null, err := unix.Open(os.DevNull, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		unix.Close(pair[0])
		return nil, err
	}
	defer unix.Close(null)
	// Should the guard be killed, its orphans come here.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		unix.Close(pair[0])
		return nil, err
	}
	for _, fd := range pair {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, 4*maxDatagram)
	}
	// A group of its own, so that the terminal's signals do not reach it.
	pid, err := syscall.ForkExec("/proc/self/exe", []string{"weir", "guard"}, &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{uintptr(null), uintptr(null), uintptr(null), uintptr(pair[1])},
		Sys:   &syscall.SysProcAttr{Setpgid: true}})
	if err != nil {
		unix.Close(pair[0])
		return nil, err
	}
	l := &link{sock: pair[0], pid: pid, runs: map[uint64]*Run{}, lost: make(chan struct{}),
		named: make(chan syscall.Errno, 1)}
	go l.read()
	return l, nil
}

// read takes the guard's answers until its end of the socket is closed.
func (l *link) read() {
	buf := make([]byte, maxDatagram)
	for {
		n, _, err := unix.Recvfrom(l.sock, buf, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			break
		}
		if each(buf[:n], l.take) != nil {
			break
		}
	}
	l.gone()
}

func (l *link) take(kind byte, u *unpacker) error {
	id := u.uint()
	if kind == msgNamed {
		l.named <- syscall.Errno(id)
		return nil
	}
	l.mu.Lock()
	r := l.runs[id]
	if kind == msgFinished {
		delete(l.runs, id)
	}
	l.mu.Unlock()
	if r == nil {
		u.rest = nil
		return nil
	}
	switch kind {
	case msgSpawned:
		r.spawned(int(u.uint()), int(u.uint()), syscall.Errno(u.uint()))
	case msgExited:
		r.exited(int(u.uint()), unix.WaitStatus(u.uint()), u.uint(), u.uint(), u.uint())
	case msgFinished:
		close(r.swept)
	default:
		return errMalformed
	}
	return nil
}

// gone ends every run that the guard had, and whatever processes it left.
func (l *link) gone() {
	l.mu.Lock()
	closing, runs := l.closing, l.runs
	l.runs = map[uint64]*Run{}
	l.mu.Unlock()
	if !closing {
		killDescendants()
	}
	var status unix.WaitStatus
	for {
		if _, err := unix.Wait4(l.pid, &status, 0, nil); err != unix.EINTR {
			break
		}
	}
	l.sending.Lock()
	unix.Close(l.sock)
	l.sock = -1
	l.sending.Unlock()
	close(l.lost)
	for _, r := range runs {
		r.guardLost(!closing)
	}
}

// batch is messages on their way to the guard, and the descriptors that go
// along. Nothing is sent before flush, or before it grows large.
type batch struct {
	link  *link
	buf   packet
	fds   []int
	files []*os.File // closed when they were sent
}

// number gives one that no other slot or environment of this guard has.
func (l *link) number() uint64 { return l.numbers.Add(1) }

func (b *batch) add(msg packet) error {
	b.buf.add(msg)
	if len(b.buf) > maxDatagram/2 || len(b.fds) > maxDescriptors/2 {
		return b.flush()
	}
	return nil
}

// give passes a copy of f's descriptor on, into the slot returned. f stays
// open until then: see closeLater.
func (b *batch) give(f *os.File) (uint64, error) {
	slot := b.link.number()
	b.fds = append(b.fds, int(f.Fd()))
	return slot, b.add(message(msgTake, slot))
}

// closeLater closes f when what was given of it is on its way.
func (b *batch) closeLater(f *os.File) { b.files = append(b.files, f) }

func (b *batch) flush() error {
	var err error
	if len(b.buf) > 0 {
		b.link.sending.Lock()
		err = b.link.sendLocked(b.buf, b.fds)
		b.link.sending.Unlock()
	}
	for _, f := range b.files {
		f.Close()
	}
	b.buf, b.fds, b.files = b.buf[:0], b.fds[:0], b.files[:0]
	return err
}

// tell sends one message of numbers.
func (l *link) tell(kind byte, values ...uint64) error {
	b := batch{link: l}
	b.buf.add(message(kind, values...))
	return b.flush()
}

// sendLocked sends a datagram; sending is held.
func (l *link) sendLocked(p packet, fds []int) error {
	if l.sock < 0 {
		return errGuardLost
	}
	if len(p) > maxDatagram {
		f, err := ipc.Memory("weir-message", p)
		if err != nil {
			return err
		}
		defer f.Close()
		p, fds = packet{msgLarge}, append([]int{int(f.Fd())}, fds...)
	}
	var oob []byte
	if len(fds) > 0 {
		oob = unix.UnixRights(fds...)
	}
	for {
		err := unix.Sendmsg(l.sock, p, oob, nil, unix.MSG_NOSIGNAL)
		if err == unix.EINTR {
			continue
		}
		if err == unix.EPIPE || err == unix.ECONNRESET {
			return errGuardLost
		}
		return err
	}
}

// makeName has the guard make a name, which it removes should weir die.
func (l *link) makeName(kind ipc.Kind, path string, perm uint32) error {
	p := packet{msgName}
	p.string(string(kind))
	p.string(path)
	p.uint(uint64(perm))
	return l.ask(p)
}

func (l *link) removeName(path string) error {
	p := packet{msgUnname}
	p.string(path)
	return l.ask(p)
}

func (l *link) ask(p packet) error {
	l.naming.Lock()
	defer l.naming.Unlock()
	b := batch{link: l}
	b.buf.add(p)
	if err := b.flush(); err != nil {
		return err
	}
	select {
	case errno := <-l.named:
		if errno != 0 {
			return errno
		}
		return nil
	case <-l.lost:
		return errGuardLost
	}
}

// begin makes a run known on both sides.
func (l *link) begin(r *Run) error {
	l.mu.Lock()
	l.runs[r.id] = r
	l.mu.Unlock()
	err := l.tell(msgBegin, r.id)
	if err != nil {
		l.mu.Lock()
		delete(l.runs, r.id)
		l.mu.Unlock()
	}
	return err
}

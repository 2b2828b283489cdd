package relay

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/runtime/scarce"
)

// forcePortable has tests on Linux use the portable system.
var forcePortable bool

func newSystem() (system, error) {
	if forcePortable {
		return newPortable(), nil
	}
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	return &native{over: fd}, os.NewSyscallError("eventfd", err)
}

// native reads and writes without Go's scheduler: a port is known to have something, or
// does not block.
type native struct {
	over int // an eventfd(2) that is readable when the run is over
	fds  []unix.PollFd
}

func (s *native) add(p *port) error {
	conn, err := p.file.SyscallConn()
	if err == nil {
		err = conn.Control(func(fd uintptr) { p.fd = int(fd) })
	}
	if err != nil {
		return err
	}
	_, err = unix.FcntlInt(uintptr(p.fd), unix.F_GETPIPE_SZ, 0)
	p.pipe = err == nil
	return nil
}

func (s *native) shut(p *port) { p.file.Close() }

func (s *native) finish(*junction) {}

func (s *native) close() {
	if s.over >= 0 {
		unix.Close(s.over)
		s.over = -1
	}
}

func (s *native) stop() { ipc.Wake(s.over) }

// leftEvents are how poll(2) tells that the other side has left: POLLERR for a pipe,
// POLLHUP for a socket, a terminal or an input.
const leftEvents = unix.POLLERR | unix.POLLHUP | unix.POLLNVAL

func (s *native) poll(ports []*port, timeout int) (over bool, err error) {
	s.fds = append(s.fds[:0], unix.PollFd{Fd: int32(s.over), Events: unix.POLLIN})
	for _, p := range ports {
		var events int16
		if p.asked&readable != 0 {
			events |= unix.POLLIN
		}
		if p.asked&writable != 0 {
			events |= unix.POLLOUT
		}
		s.fds = append(s.fds, unix.PollFd{Fd: int32(p.fd), Events: events})
	}
	for {
		_, err = unix.Poll(s.fds, timeout)
		if err != unix.EINTR {
			break
		}
	}
	if err != nil {
		return false, err
	}
	for i, p := range ports {
		events := s.fds[i+1].Revents
		if events&unix.POLLIN != 0 {
			p.got |= readable
		}
		if events&unix.POLLOUT != 0 {
			p.got |= writable
		}
		if events&leftEvents != 0 {
			p.got |= broken
		}
	}
	return s.fds[0].Revents != 0, nil
}

func (s *native) hungUp(p *port) bool {
	fds := []unix.PollFd{{Fd: int32(p.fd)}}
	left := int16(unix.POLLHUP)
	if p.pipe {
		left |= unix.POLLERR // its reader's last copy is closed, poll(2)
	}
	_, err := unix.Poll(fds, 0)
	return err == nil && fds[0].Revents&left != 0
}

func (s *native) late(*port) error { return nil }

func (s *native) held(p *port) (int, error) {
	if !p.pipe {
		return 0, nil
	}
	return unix.IoctlGetInt(p.fd, unix.TIOCINQ)
}

func (s *native) resize(p *port, size int) int {
	if !p.pipe {
		return 0
	}
	capacity, err := unix.FcntlInt(uintptr(p.fd), unix.F_SETPIPE_SZ, size)
	if err != nil {
		capacity, _ = unix.FcntlInt(uintptr(p.fd), unix.F_GETPIPE_SZ, 0)
	}
	return capacity
}

func (s *native) read(p *port, buf []byte) (int, error) {
	for {
		n, err := unix.Read(p.fd, buf)
		if n > 0 {
			p.count.add(n)
		}
		if err != unix.EINTR {
			return n, err
		}
	}
}

// write is one write(2). What others have too is not made non-blocking; there it
// is as much as poll(2) promises room for.
func (s *native) write(p *port, data []byte) (int, error) {
	if !p.pipe {
		data = data[:min(len(data), blockSize)]
	}
	for again := new(scarce.Patience); ; {
		n, err := unix.Write(p.fd, data)
		if n > 0 {
			p.count.add(n)
		}
		if err == nil || !again.Again(err) {
			return max(n, 0), err
		}
	}
}

// most is how much one splice(2) is asked to move.
const most = 1 << 20

// move is a splice(2) from an input to an output, one of which is a pipe.
func (s *native) move(in, out *port) (int, error) {
	n, err := splice(in.fd, out.fd, most)
	if n > 0 {
		in.count.add(n)
		out.count.add(n)
	}
	return n, err
}

// splice moves up to n bytes between descriptors, one of which is a pipe,
// splice(2). It does not wait for a pipe.
func splice(from, to, n int) (int, error) {
	for again := new(scarce.Patience); ; {
		r, _, errno := syscall.RawSyscall6(unix.SYS_SPLICE, uintptr(from), 0, uintptr(to), 0, uintptr(n),
			unix.SPLICE_F_NONBLOCK|unix.SPLICE_F_MOVE)
		if errno == 0 {
			return int(r), nil
		}
		if !again.Again(errno) {
			return 0, errno
		}
	}
}

// duplicate copies up to n bytes from pipe to pipe and leaves them where they
// are, tee(2).
func duplicate(from, to, n int) (int, error) {
	for again := new(scarce.Patience); ; {
		r, _, errno := syscall.RawSyscall6(unix.SYS_TEE, uintptr(from), uintptr(to), uintptr(n), unix.SPLICE_F_NONBLOCK, 0, 0)
		if errno == 0 {
			return int(r), nil
		}
		if !again.Again(errno) {
			return 0, errno
		}
	}
}

// fileWithoutName makes a file that is gone when it is closed. Some file systems have no
// O_TMPFILE.
func fileWithoutName(dir string) (*os.File, error) {
	if fd, err := unix.Open(dir, unix.O_RDWR|unix.O_TMPFILE|unix.O_CLOEXEC, 0o600); err == nil {
		return os.NewFile(uintptr(fd), dir), nil
	}
	f, err := os.CreateTemp(dir, "weir-spill-")
	if err != nil {
		return nil, err
	}
	return f, os.Remove(f.Name())
}

// giveBack frees blocks of a file. A file system that cannot keeps them until the end.
func giveBack(f *os.File, from, n int64) {
	_ = unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, from, n)
}

package script

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/runtime/scarce"
)

// liveness is how the writers and readers of a message channel know of each
// other: a pipe that nothing is ever written to. Whoever may send holds its write
// end, whoever may receive its read end, and the kernel lets go of what a process
// held that died. When no write end is left the messages have come to their end;
// when no read end is left nobody will ever receive. A byte in the pipe says that
// somebody has sent: a channel that other programs know by its name comes to an
// end only after that. There are two bytes where more than one has: what this state
// sent itself does not say that others did.
//
// Whoever lets go of an end only for a while has a lock meanwhile: an open file description
// lock, fcntl(2), on the file in which the channel lies. Its place says which end it is, and why.
type liveness struct {
	pipe *os.File // the pipe itself, O_PATH: neither end, but either can be opened from it
	r, w *os.File // this state's own hold; nil where it has let go
	mine bool     // the first byte is this state's
	file *os.File // the channel's; nil where it lies in none
	own  *os.File // this state's own description of that, once it has needed one
	away [2]why   // its locks, + 1: of the write end, and of the read end
}

func newLiveness() (*liveness, error) {
	r, w, err := ipc.Pipe(0)
	if err != nil {
		return nil, err
	}
	return joinLiveness(r, w)
}

// joinLiveness takes over the ends that came from another process.
func joinLiveness(r, w *os.File) (*liveness, error) {
	p := &liveness{r: r, w: w}
	fd, err := unix.Open(fmt.Sprintf("/proc/self/fd/%d", r.Fd()), unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		p.close()
		return nil, scarce.Proc(os.NewSyscallError("open", err))
	}
	p.pipe = os.NewFile(uintptr(fd), "liveness")
	return p, nil
}

// hold opens the end of a side that this state has let go of.
func (p *liveness) hold(mode ipc.Mode) error {
	end, flag := p.end(mode), unix.O_RDONLY|unix.O_NONBLOCK
	if mode.Writes() {
		flag = unix.O_WRONLY
	}
	if *end != nil {
		return nil
	}
	// A write end is opened without waiting only while a read end is open.
	path := fmt.Sprintf("/proc/self/fd/%d", p.pipe.Fd())
	both, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("open", err)
	}
	defer unix.Close(both)
	fd, err := unix.Open(path, flag|unix.O_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("open", err)
	}
	*end = os.NewFile(uintptr(fd), "liveness")
	return nil
}

// alone reports whether nobody holds the other side of mode: a sender asks for
// readers.
func (p *liveness) alone(mode ipc.Mode) bool {
	f := *p.end(mode)
	return f != nil && hungUp(f)
}

// hungUp reports whether nobody holds the other side of an end.
func hungUp(f *os.File) (up bool) {
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	_ = conn.Control(func(fd uintptr) {
		fds := []unix.PollFd{{Fd: int32(fd)}}
		n, err := unix.Poll(fds, 0)
		up = err == nil && n > 0 && fds[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0
	})
	return up
}

// note leaves word that somebody sends; it needs the write end.
func (p *liveness) note() {
	n := p.words()
	if p.w == nil || n > 1 || n == 1 && p.mine {
		return
	}
	if _, err := p.w.Write([]byte{1}); err == nil && n == 0 {
		p.mine = true
	}
}

// noted reports whether somebody has left word, and othersNoted whether somebody
// else has.
func (p *liveness) noted() bool { return p.words() > 0 }

func (p *liveness) othersNoted() bool {
	n := p.words()
	return n > 1 || n == 1 && !p.mine
}

// words counts the bytes. What was in the pipe is gone when nobody held any of its
// ends for a moment.
func (p *liveness) words() int {
	for _, f := range []*os.File{p.r, p.w} {
		if f == nil {
			continue
		}
		n, err := unix.IoctlGetInt(int(f.Fd()), unix.TIOCINQ)
		if err != nil {
			n = 0
		}
		p.mine = p.mine && n > 0
		return n
	}
	return 0
}

// id is which pipe it is.
func (p *liveness) id() ipc.FileID { return fileID(p.pipe) }

// openFileID is fileID and the descriptor's number. The file stays as it is: File.Fd would make it blocking.
func openFileID(f *os.File) (id ipc.FileID, number int, ok bool) {
	conn, err := f.SyscallConn()
	if err != nil {
		return id, -1, false
	}
	_ = conn.Control(func(fd uintptr) {
		var st unix.Stat_t
		number, ok = int(fd), unix.Fstat(int(fd), &st) == nil
		id = ipc.FileID{Dev: st.Dev, Ino: st.Ino}
	})
	return id, number, ok
}

// fileID is which file is open.
func fileID(f *os.File) ipc.FileID {
	var st unix.Stat_t
	if f == nil || unix.Fstat(int(f.Fd()), &st) != nil {
		return ipc.FileID{}
	}
	return ipc.FileID{Dev: st.Dev, Ino: st.Ino}
}

// files are those by which this state has it; some may be nil.
func (p *liveness) files() []*os.File { return []*os.File{p.pipe, p.r, p.w, p.own} }

func (p *liveness) close() {
	for _, f := range p.files() {
		if f != nil {
			f.Close()
		}
	}
	p.pipe, p.r, p.w, p.own = nil, nil, nil, nil
}

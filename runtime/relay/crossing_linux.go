package relay

import (
	"context"
	"os"
	"slices"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"weir/runtime/scarce"
)

// blockSize is how much is read at a time where bytes must be looked at.
const blockSize = 128 << 10

// port is one end of a crossing.
type port struct {
	number int // of the descriptor, as the plan has it
	file   *os.File
	fd     int
	pipe   bool
	gone   bool // closed: an input at its end, an output without a reader
	count  *Port

	asked, got int16 // of poll(2)
}

// close ends the use of a port.
func (p *port) close() {
	if !p.gone {
		p.gone = true
		p.file.Close()
	}
}

// fault is the error of a call at the port.
func (p *port) fault(call string, err error) error { return &Fault{call, p.number, err} }

// lose ends the use of an output at which a write failed.
func (j *junction) lose(p *port, err error) {
	j.noteFault(p, err)
	p.close()
}

// noteFault keeps the error of a write for the end, unless the reader has left.
func (j *junction) noteFault(p *port, err error) {
	if !readerLeft(err) && !p.hungUp() {
		j.lost = append(j.lost, &Fault{"write", p.number, err})
	}
}

// spliceFailed takes the error of a splice(2) from in to out. A pipe has no faults of its
// own, but for the reader that has left.
func (j *junction) spliceFailed(in, out *port, err error) error {
	if out.pipe && !readerLeft(err) {
		return in.fault("read", err)
	}
	j.lose(out, err)
	return nil
}

// has reports whether poll(2) told of one of these.
func (p *port) has(events int16) bool { return p.got&events != 0 }

// lost reports whether poll(2) told that an output has no reader left: POLLERR
// for a pipe, POLLHUP for a socket or a terminal.
func (p *port) lost() bool { return p.has(unix.POLLERR | unix.POLLHUP | unix.POLLNVAL) }

// hungUp reports whether an output is a terminal that is gone: its writes fail with EIO, and
// poll(2) tells of it as of a reader that left.
func (p *port) hungUp() bool {
	fds := []unix.PollFd{{Fd: int32(p.fd)}}
	_, err := unix.Poll(fds, 0)
	return err == nil && fds[0].Revents&unix.POLLHUP != 0
}

// junction is a crossing at work.
type junction struct {
	in, out []*port
	stop    int // an eventfd(2) that is readable when ctx ends
	release func() bool
	fds     []unix.PollFd
	polled  []*port
	fault   error // of a call whose caller takes no error: the relay ends with it
	lost    OutputError

	mu      sync.Mutex
	waiting []int // descriptors that are waited for
}

// open makes the junction of one run.
func (x *Crossing) open(ctx context.Context, files map[int]*os.File) (*junction, error) {
	j := &junction{stop: -1, release: func() bool { return true }}
	if x.Ports == nil {
		x.Ports = make([]Port, x.Ins+x.Outs)
	}
	ins, outs := x.split(files)
	for i, f := range append(ins, outs...) {
		conn, err := f.SyscallConn()
		p := &port{number: i, file: f, count: &x.Ports[i]}
		if err == nil {
			err = conn.Control(func(fd uintptr) { p.fd = int(fd) })
		}
		if err != nil {
			j.close()
			return nil, err
		}
		_, err = unix.FcntlInt(uintptr(p.fd), unix.F_GETPIPE_SZ, 0)
		p.pipe = err == nil
		if i < x.Ins {
			j.in = append(j.in, p)
		} else {
			j.out = append(j.out, p)
		}
	}
	var err error
	if j.stop, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		j.close()
		return nil, os.NewSyscallError("eventfd", err)
	}
	var told sync.WaitGroup
	told.Add(1)
	cancel := context.AfterFunc(ctx, func() {
		defer told.Done()
		for try := 0; try < tries; try++ {
			if _, err := unix.Write(j.stop, []byte{1, 0, 0, 0, 0, 0, 0, 0}); err == nil {
				break
			}
		}
	})
	j.release = func() bool {
		if cancel() {
			told.Done()
		}
		told.Wait()
		return true
	}
	x.waiting.Store(j)
	return j, nil
}

// tries is how often a call is made that must not fail.
const tries = 100

// end closes everything. Where the relay knows of no error itself it gets that of a
// wait, which looks like the end of a run to whoever waited.
func (j *junction) end(err *error) {
	j.close()
	if *err == nil {
		*err = j.fault
	}
	if *err == nil && len(j.lost) > 0 {
		*err = j.lost
	}
}

// failed keeps the first error of a call, for end.
func (j *junction) failed(call string, err error) {
	if j.fault == nil {
		j.fault = os.NewSyscallError(call, err)
	}
}

func (j *junction) close() {
	for _, p := range append(j.in, j.out...) {
		p.close()
	}
	j.release()
	if j.stop >= 0 {
		unix.Close(j.stop)
		j.stop = -1
	}
}

// Waits lists the descriptors any of which would let the relay go on; nil while
// it works, and once it has ended.
func (x *Crossing) Waits() []int {
	j := x.waiting.Load()
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]int(nil), j.waiting...)
}

// ask adds a port to what the next wait is for. Without events it waits for the
// other side to leave.
func (j *junction) ask(p *port, events int16) {
	if p.gone {
		return
	}
	p.asked, p.got = events, 0
	j.polled = append(j.polled, p)
}

// wait blocks until one of the ports that were asked for has news, for at most
// timeout ms; -1 is for ever. It gives false when the run is over or poll(2) fails,
// and when no output is left: a write, too, can find that the last reader has gone.
func (j *junction) wait(timeout int) bool {
	if !j.alive() {
		j.polled = j.polled[:0]
		return false
	}
	j.fds = append(j.fds[:0], unix.PollFd{Fd: int32(j.stop), Events: unix.POLLIN})
	var numbers []int
	for _, p := range j.polled {
		j.fds = append(j.fds, unix.PollFd{Fd: int32(p.fd), Events: p.asked})
	}
	if timeout < 0 {
		for _, p := range j.polled {
			if p.asked != 0 {
				numbers = append(numbers, p.number)
			}
		}
	}
	j.mu.Lock()
	j.waiting = numbers
	j.mu.Unlock()
	n, err := 0, error(nil)
	for {
		n, err = unix.Poll(j.fds, timeout)
		if err != unix.EINTR {
			break
		}
	}
	j.mu.Lock()
	j.waiting = nil
	j.mu.Unlock()
	if n > 0 {
		for i, p := range j.polled {
			p.got = j.fds[i+1].Revents
		}
	}
	j.polled = j.polled[:0]
	if err != nil {
		j.failed("poll", err)
		return false
	}
	return j.fds[0].Revents == 0
}

// await waits for one port alone, and for whether out's readers leave.
func (j *junction) await(p *port, events int16, watched ...*port) bool {
	j.ask(p, events)
	for _, w := range watched {
		if w != p {
			j.ask(w, 0)
		}
	}
	return j.wait(-1)
}

// alive reports whether an output is left.
func (j *junction) alive() bool {
	return slices.ContainsFunc(j.out, func(p *port) bool { return !p.gone })
}

// left closes the outputs whose readers poll(2) says have gone, and reports
// whether any is left.
func (j *junction) left() bool {
	for _, p := range j.out {
		if !p.gone && p.lost() {
			p.close()
		}
	}
	return j.alive()
}

// read is read(2) without the scheduler: the port is known to have something, or
// does not block.
func (p *port) read(buf []byte) (int, error) {
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

// move is a splice(2) from an input to an output.
func move(in, out *port) (int, error) {
	n, err := splice(in.fd, out.fd, most)
	if n > 0 {
		in.count.add(n)
		out.count.add(n)
	}
	return n, err
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

// write writes all of data and waits while the output is full. It gives false
// when the output is lost, or the run is over.
func (j *junction) write(p *port, data []byte) bool {
	for len(data) > 0 {
		n, err := p.write(data)
		data = data[n:]
		switch {
		case err == unix.EAGAIN:
			if !j.await(p, unix.POLLOUT) {
				return false
			}
		case err != nil:
			j.lose(p, err)
			return false
		}
	}
	return true
}

// write is one write(2). What others have too is not made non-blocking; there it
// is as much as poll(2) promises room for.
func (p *port) write(data []byte) (int, error) {
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

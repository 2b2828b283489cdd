package relay

import (
	"context"
	"os"
	"slices"
	"sync"
	"syscall"
)

// blockSize is how much is read at a time where bytes must be looked at.
const blockSize = 128 << 10

// port is one end of a crossing.
type port struct {
	number int // of the descriptor, as the plan has it
	file   *os.File
	fd     int       // of the native system
	flow   *flow     // of the portable system
	system system    // by which it is read and written
	pipe   bool      // and the system knows how much it holds
	gone   bool      // closed: an input at its end, an output without a reader
	count  *Port     // of what has gone through
	asked  condition // to wait for
	got    condition // when the wait was over
}

// condition is what is true of a port, as poll(2) tells it.
type condition uint8

const (
	readable condition = 1 << iota
	writable
	broken // the other side has left
)

// system is how the ports of a junction are read, written and waited for. Linux has one of
// its own, by poll(2) and splice(2). The portable one does without.
type system interface {
	add(p *port) error
	read(p *port, buf []byte) (int, error)   // EAGAIN if nothing has come
	write(p *port, data []byte) (int, error) // EAGAIN if there is no room
	move(in, out *port) (int, error)         // EINVAL if that takes memory of weir's
	held(p *port) (int, error)               // bytes that were written and that the reader has not taken
	resize(p *port, size int) int            // of an output's pipe; gives how much it holds
	hungUp(p *port) bool
	late(p *port) error // of a write that failed after it was given, once
	shut(p *port)

	// poll waits for the ports that were asked for, for at most timeout ms; -1 is for ever.
	// It reports whether the run is over.
	poll(ports []*port, timeout int) (over bool, err error)
	stop()            // has poll say so; any goroutine may call it
	finish(*junction) // waits for what was written and is still on its way
	close()
}

// close ends the use of a port.
func (p *port) close() {
	if !p.gone {
		p.gone = true
		p.system.shut(p)
	}
}

func (p *port) read(buf []byte) (int, error)   { return p.system.read(p, buf) }
func (p *port) write(data []byte) (int, error) { return p.system.write(p, data) }

// fault is the error of a call at the port.
func (p *port) fault(call string, err error) error { return &Fault{call, p.number, err} }

// lose ends the use of an output at which a write failed.
func (j *junction) lose(p *port, err error) {
	j.noteFault(p, err)
	p.close()
}

// lostReader reports whether a write failed because the reader has left. A pipe says so itself,
// whatever the error.
func (p *port) lostReader(err error) bool {
	return p.system.hungUp(p) || readerLeft(err) && !p.pipe
}

// noteFault keeps the error of a write for the end, unless the reader has left.
func (j *junction) noteFault(p *port, err error) {
	if !p.lostReader(err) {
		fault := &Fault{"write", p.number, err}
		j.lost = append(j.lost, fault)
		j.report(fault)
	}
}

// moveFailed takes the error of a move. A pipe has no faults of its own, but for the reader
// that has left.
func (j *junction) moveFailed(in, out *port, err error) error {
	if out.pipe && !readerLeft(err) {
		return in.fault("read", err)
	}
	j.lose(out, err)
	return nil
}

// has reports whether one of these was true when the wait was over.
func (p *port) has(c condition) bool { return p.got&c != 0 }

// isLost reports whether an output has no reader left.
func (p *port) isLost() bool { return p.has(broken) }

// junction is a crossing at work.
type junction struct {
	system
	in, out []*port
	release func()
	polled  []*port
	fault   error // of a call whose caller takes no error: the relay ends with it
	lost    OutputError
	report  func(*Fault)

	mu      sync.Mutex
	waiting []int // descriptors that are waited for
}

// open makes the junction of a run.
func (x *Crossing) open(ctx context.Context, files map[int]*os.File) (*junction, error) {
	s, err := newSystem()
	if err != nil {
		for _, f := range files {
			f.Close()
		}
		return nil, err
	}
	j := &junction{system: s, release: func() {}, report: x.Lost}
	if j.report == nil {
		j.report = func(*Fault) {}
	}
	if x.Ports == nil {
		x.Ports = make([]Port, x.Ins+x.Outs)
	}
	for i := range x.Ins + x.Outs {
		p := &port{number: i, file: files[i], system: s, count: &x.Ports[i]}
		if i < x.Ins {
			j.in = append(j.in, p)
		} else {
			j.out = append(j.out, p)
		}
	}
	for _, p := range slices.Concat(j.in, j.out) {
		if err := s.add(p); err != nil {
			j.close()
			return nil, err
		}
	}
	j.release = until(ctx, s.stop)
	x.waiting.Store(j)
	return j, nil
}

// end closes everything. Where the relay knows of no error itself it gets that of a
// wait, which looks like the end of a run to whoever waited.
func (j *junction) end(err *error) {
	if *err == nil {
		*err = j.fault
	}
	if *err != nil {
		j.stop()
	}
	j.finish(j)
	j.close()
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
	for _, p := range slices.Concat(j.in, j.out) {
		p.close()
	}
	j.release()
	j.system.close()
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

// ask adds a port to what the next wait is for. Without a condition it waits for the
// other side to leave.
func (j *junction) ask(p *port, what condition) {
	if p.gone {
		return
	}
	p.asked, p.got = what, 0
	j.polled = append(j.polled, p)
}

// wait blocks until one of the ports that were asked for has news, for at most
// timeout ms; -1 is for ever. It gives false when the run is over or the wait fails,
// and when no output is left: a write, too, can find that the last reader has gone.
func (j *junction) wait(timeout int) bool {
	defer func() { j.polled = j.polled[:0] }()
	if !j.alive() {
		return false
	}
	if timeout < 0 {
		var numbers []int
		for _, p := range j.polled {
			if p.asked != 0 {
				numbers = append(numbers, p.number)
			}
		}
		j.waitsAt(numbers)
		defer j.waitsAt(nil)
	}
	over, err := j.poll(j.polled, timeout)
	if err != nil {
		j.failed("poll", err)
	}
	return !over && err == nil
}

func (j *junction) waitsAt(numbers []int) {
	j.mu.Lock()
	j.waiting = numbers
	j.mu.Unlock()
}

// await waits for one port alone, and for whether out's readers leave.
func (j *junction) await(p *port, what condition, watched ...*port) bool {
	j.ask(p, what)
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

// left closes the outputs whose readers have gone, and reports whether any is left.
func (j *junction) left() bool {
	for _, p := range j.out {
		if !p.gone && p.isLost() {
			j.readerGone(p)
			p.close()
		}
	}
	return j.alive()
}

// readerGone notes why an output takes no more, where that is a fault.
func (j *junction) readerGone(p *port) {
	if err := p.system.late(p); err != nil {
		j.noteFault(p, err)
	}
}

// write writes all of data and waits while the output is full. It gives false
// when the output is lost, or the run is over.
func (j *junction) write(p *port, data []byte) bool {
	for len(data) > 0 {
		n, err := p.write(data)
		data = data[n:]
		switch {
		case err == syscall.EAGAIN:
			if !j.await(p, writable) {
				return false
			}
		case err != nil:
			j.lose(p, err)
			return false
		}
	}
	return true
}

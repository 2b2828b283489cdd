package relay

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// teeNative is Tee with splice(2) and tee(2): no byte comes into weir's memory.
//
// A block is moved into a pipe of the relay's own, the stage pipe, duplicated
// from there into all outputs but the last, and moved into the last. An output
// that has no room for all of it gets a pipe of its own, in which the rest of
// its copy waits.
func teeNative(j *junction) (done bool, err error) {
	if _, ok := j.system.(*native); !ok {
		return false, nil
	}
	t := &teeing{junction: j}
	defer t.release()
	if err := t.prepare(); err != nil {
		return true, err
	}
	for {
		n, err := t.fill()
		if n == 0 || err != nil {
			return true, err
		}
		if more, err := t.spread(n); err != nil || !more {
			return true, err
		}
	}
}

// errShort is a pipe of the relay's own that holds less than was put into it.
var errShort = errors.New("splice: a pipe holds less than was put into it")

type teeing struct {
	*junction
	staged pair
	rests  []rest
	null   int
	block  int
}

type pair struct{ r, w int }

// rest is what an output is still to get of the block.
type rest struct {
	pair
	n int
}

func newPair() (p pair, capacity int, err error) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return pair{-1, -1}, 0, os.NewSyscallError("pipe2", err)
	}
	if capacity, err = unix.FcntlInt(uintptr(fds[1]), unix.F_SETPIPE_SZ, most); err != nil {
		capacity, err = unix.FcntlInt(uintptr(fds[1]), unix.F_GETPIPE_SZ, 0)
	}
	return pair{fds[0], fds[1]}, capacity, err
}

// prepare makes the pipes. All have room for the same number of pages, so that
// what fits the first fits all.
func (t *teeing) prepare() (err error) {
	t.staged, t.null = pair{-1, -1}, -1
	t.rests = make([]rest, len(t.out))
	for i := range t.rests {
		t.rests[i].pair = pair{-1, -1}
	}
	if t.null, err = unix.Open(os.DevNull, unix.O_WRONLY|unix.O_CLOEXEC, 0); err != nil {
		return err
	}
	if t.staged, t.block, err = newPair(); err != nil {
		return err
	}
	for i := range t.rests {
		capacity := 0
		if t.rests[i].pair, capacity, err = newPair(); err != nil {
			return err
		}
		if capacity < t.block {
			// The user's budget for pipes is used up.
			if t.block, err = unix.FcntlInt(uintptr(t.staged.w), unix.F_SETPIPE_SZ, capacity); err != nil {
				return os.NewSyscallError("F_SETPIPE_SZ", err)
			}
		}
	}
	return nil
}

func (t *teeing) release() {
	for _, r := range append(t.rests, rest{pair: t.staged}, rest{pair: pair{t.null, -1}}) {
		for _, fd := range []int{r.r, r.w} {
			if fd >= 0 {
				unix.Close(fd)
			}
		}
	}
}

// fill moves a block of the input into the stage pipe; 0 is the end.
func (t *teeing) fill() (int, error) {
	in := t.in[0]
	for {
		n, err := splice(in.fd, t.staged.w, t.block)
		switch {
		case err == unix.EAGAIN:
			if !t.await(in, readable, t.out...) || !t.left() {
				return 0, nil
			}
		case err == unix.EINVAL:
			return t.fillByCopy()
		case err != nil:
			return 0, in.fault("read", err)
		default:
			in.count.add(n)
			return n, nil
		}
	}
}

// fillByCopy is for inputs that splice(2) does not take, as terminals.
func (t *teeing) fillByCopy() (int, error) {
	buf := make([]byte, unix.Getpagesize())
	for {
		if !t.await(t.in[0], readable, t.out...) || !t.left() {
			return 0, nil
		}
		n, err := t.in[0].read(buf)
		if err == unix.EAGAIN {
			continue
		}
		if err == nil && n > 0 {
			n, err = unix.Write(t.staged.w, buf[:n])
		}
		if err != nil {
			return 0, t.in[0].fault("read", err)
		}
		return n, nil
	}
}

// spread gives the n bytes of the stage pipe to every output. It gives false
// when no output is left, or the run is over.
func (t *teeing) spread(n int) (bool, error) {
	last := -1
	for i, p := range t.out {
		if !p.gone {
			last = i
		}
	}
	if last < 0 {
		return false, nil
	}
	for i, p := range t.out[:last] {
		if p.gone {
			continue
		}
		if err := t.give(i, n); err != nil {
			return false, err
		}
	}
	// The last one takes the block itself: from here on the stage pipe is what
	// it is still to get.
	own := t.rests[last].pair
	t.rests[last] = rest{t.staged, n}
	defer func() { t.rests[last].pair = own }()
	return t.drain()
}

// give duplicates the block into an output, and what has no room there into the
// output's own pipe.
func (t *teeing) give(i, n int) error {
	p, done := t.out[i], 0
	if p.pipe {
		var err error
		done, err = duplicate(t.staged.r, p.fd, n)
		p.count.add(done)
		switch {
		case err == unix.EAGAIN:
		case err != nil:
			t.lose(p, err)
			return nil
		}
	}
	if done == n {
		return nil
	}
	r := &t.rests[i]
	switch copied, err := duplicate(t.staged.r, r.w, n); {
	case err != nil:
		return os.NewSyscallError("tee", err)
	case copied != n:
		return fmt.Errorf("tee: %d bytes were copied, not %d", copied, n)
	}
	r.n = n - done
	return t.discard(r.r, done)
}

func (t *teeing) discard(fd, n int) error {
	for n > 0 {
		moved, err := splice(fd, t.null, n)
		switch {
		case err != nil:
			return os.NewSyscallError("splice", err)
		case moved == 0:
			return errShort
		}
		n -= moved
	}
	return nil
}

// drain moves the rests into their outputs as these have room.
func (t *teeing) drain() (bool, error) {
	for {
		full := false
		for i, p := range t.out {
			if err := t.move(&t.rests[i], p); err != nil {
				return false, err
			}
			full = full || t.rests[i].n > 0
		}
		if !full {
			return true, nil
		}
		for i, p := range t.out {
			if t.rests[i].n > 0 {
				t.ask(p, writable)
			} else {
				t.ask(p, 0)
			}
		}
		if !t.wait(-1) {
			return false, nil
		}
		if !t.left() {
			return false, nil
		}
	}
}

// move moves what it can of a rest. That of an output that is lost goes nowhere.
func (t *teeing) move(r *rest, p *port) error {
	for r.n > 0 {
		if p.gone {
			err := t.discard(r.r, r.n)
			r.n = 0
			return err
		}
		n, err := splice(r.r, p.fd, r.n)
		p.count.add(n)
		switch {
		case err == unix.EAGAIN:
			return nil
		case err == unix.EINVAL:
			if err := t.moveByCopy(r, p); err != nil {
				return err
			}
		case err != nil:
			t.lose(p, err)
		case n == 0:
			return errShort
		}
		r.n -= n
	}
	return nil
}

// moveByCopy is for outputs that splice(2) does not take: files that are
// appended to, terminals.
func (t *teeing) moveByCopy(r *rest, p *port) error {
	buf := make([]byte, min(r.n, blockSize))
	n, err := unix.Read(r.r, buf)
	if err != nil {
		return os.NewSyscallError("read", err)
	}
	r.n -= n
	if !t.junction.write(p, buf[:n]) {
		p.close()
	}
	return nil
}

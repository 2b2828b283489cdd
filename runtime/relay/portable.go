package relay

import (
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// portable reads and writes files with Go's os.File alone: a goroutine for each call that is
// under way. It reads a block only when somebody waits for one, and has at most one block on
// its way to each output. That a reader has left it learns from a write that fails, and what
// lies in a pipe it does not know: there Deal gives nothing to others when a reader leaves.
type portable struct {
	mu    sync.Mutex
	ports []*port
	over  bool
	news  chan struct{} // a call has come back, or the run is over
}

// flow is a port of the portable system; portable.mu guards it.
type flow struct {
	buf    []byte // what was read, or is being written
	busy   bool   // a call is under way
	err    error  // of the last call; io.EOF at the end of an input
	told   bool   // a write has given err
	most   int    // bytes that are written at a time
	closed bool   // as soon as nothing is under way
}

func newPortable() *portable { return &portable{news: make(chan struct{}, 1)} }

func (s *portable) add(p *port) error {
	p.flow = &flow{most: blockSize}
	s.ports = append(s.ports, p)
	return nil
}

// back takes what a call gave that was under way.
func (s *portable) back(p *port, rest []byte, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.flow.buf, p.flow.busy, p.flow.err = rest, false, err
	if p.flow.closed {
		p.file.Close()
	}
	s.wake()
}

func (s *portable) wake() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// begin has a block read, unless one is there or on its way.
func (s *portable) begin(p *port) {
	if f := p.flow; !f.busy && len(f.buf) == 0 && f.err == nil {
		f.busy = true
		go func() {
			buf := make([]byte, blockSize)
			n, err := p.file.Read(buf)
			s.back(p, buf[:n], err)
		}()
	}
}

func (s *portable) read(p *port, buf []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := p.flow
	switch {
	case len(f.buf) > 0:
		n := copy(buf, f.buf)
		f.buf = f.buf[n:]
		p.count.add(n)
		return n, nil
	case f.err == io.EOF:
		return 0, nil
	case f.err != nil:
		return 0, cause(f.err)
	}
	s.begin(p)
	return 0, syscall.EAGAIN
}

// cause is the error of the call itself: the file's name is the caller's to tell.
func cause(err error) error {
	if e, ok := err.(*os.PathError); ok {
		return e.Err
	}
	return err
}

func (s *portable) write(p *port, data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := p.flow
	switch {
	case f.busy:
		return 0, syscall.EAGAIN
	case f.err != nil && f.told:
		return 0, syscall.EPIPE
	case f.err != nil:
		return 0, f.failure()
	}
	data = append([]byte(nil), data[:min(len(data), f.most)]...)
	f.buf, f.busy = data, true
	go func() {
		n, err := p.file.Write(data)
		p.count.add(n)
		s.back(p, data[n:], err)
	}()
	return len(data), nil
}

// failure gives the error of a write, which nobody is told again; portable.mu is held.
func (f *flow) failure() error {
	f.told = true
	return cause(f.err)
}

func (s *portable) late(p *port) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := p.flow; f.err != nil && !f.told && !s.over {
		return f.failure()
	}
	return nil
}

func (s *portable) move(in, out *port) (int, error) { return 0, syscall.EINVAL }

// held is what has not come into the pipe.
func (s *portable) held(p *port) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(p.flow.buf), nil
}

func (s *portable) resize(p *port, size int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.flow.most = size
	return size
}

func (s *portable) hungUp(*port) bool { return false }

// shut closes a file, when what is being written to it is written.
func (s *portable) shut(p *port) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.flow.closed = true
	if !p.flow.busy || s.over || p.flow.buf == nil {
		p.file.Close()
	}
}

// poll gives the conditions that are true, once one is.
func (s *portable) poll(ports []*port, timeout int) (over bool, err error) {
	var late <-chan time.Time
	if timeout >= 0 {
		timer := time.NewTimer(time.Duration(timeout) * time.Millisecond)
		defer timer.Stop()
		late = timer.C
	}
	for {
		if s.look(ports) || s.isOver() {
			return s.isOver(), nil
		}
		select {
		case <-s.news:
		case <-late:
			return false, nil
		}
	}
}

func (s *portable) isOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

func (s *portable) look(ports []*port) (found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range ports {
		f := p.flow
		if p.asked&readable != 0 {
			if s.begin(p); !f.busy {
				p.got |= readable
			}
		}
		switch {
		case p.asked&readable != 0:
		case f.err != nil: // late says why
			p.got |= broken
		case p.asked&writable != 0 && !f.busy:
			p.got |= writable
		}
		found = found || p.got != 0
	}
	return found
}

// stop ends the calls that are under way, where the system can.
func (s *portable) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for _, p := range s.ports {
		_ = p.file.SetDeadline(time.Now())
	}
	s.wake()
}

func (s *portable) finish(j *junction) {
	for {
		s.mu.Lock()
		under := false
		for _, p := range j.out {
			under = under || p.flow.busy
		}
		done := !under || s.over
		s.mu.Unlock()
		if done {
			break
		}
		<-s.news
	}
	for _, p := range j.out {
		j.readerGone(p)
	}
}

func (s *portable) close() {}

package relay

import (
	"bytes"
	"context"
	"os"
	"syscall"
)

// Merge moves whole records of all inputs to one output as they come. A record
// that is longer than a block has the output for itself until it ends. A last
// record without its end gets one where something follows.
func (x *Crossing) Merge(ctx context.Context, files map[int]*os.File) (err error) {
	j, err := x.open(ctx, files)
	if err != nil {
		return err
	}
	defer j.end(&err)
	m := &merging{junction: j, to: j.out[0]}
	m.end, m.framed = x.Frame.delimiter()
	for _, p := range j.in {
		m.from = append(m.from, &merged{port: p})
	}
	for {
		only, n := m.feeding()
		if n == 0 {
			return nil
		}
		if n == 1 && only.n == 0 && !m.open {
			_, err := j.pump(only.port, m.to)
			return err
		}
		if more, err := m.round(); err != nil || !more {
			return err
		}
	}
}

type merging struct {
	*junction
	to     *port
	from   []*merged
	end    byte
	framed bool
	floor  *merged // is in the middle of a long record
	open   bool    // the last record written has no end
}

// merged is an input with what it has of an unfinished record.
type merged struct {
	*port
	buf []byte
	n   int
}

func (m *merging) feeding() (only *merged, n int) {
	for _, f := range m.from {
		if !f.gone {
			only = f
			n++
		}
	}
	return only, n
}

// round waits for input and moves what has come. It gives false when the output
// has lost its reader, or the run is over.
func (m *merging) round() (bool, error) {
	m.ask(m.to, 0)
	for _, f := range m.from {
		if m.floor == nil || m.floor == f {
			m.ask(f.port, readable)
		}
	}
	if !m.wait(-1) || m.to.isLost() {
		return false, nil
	}
	for _, f := range m.from {
		if f.gone || !f.has(readable|broken) || m.floor != nil && m.floor != f {
			continue
		}
		f.got = 0
		if more, err := m.take(f); err != nil || !more {
			return more, err
		}
	}
	return true, nil
}

// take reads a block of one input and writes the records that are whole.
func (m *merging) take(f *merged) (bool, error) {
	if f.buf == nil {
		f.buf = make([]byte, blockSize)
	}
	n, err := f.read(f.buf[f.n:])
	switch {
	case err == syscall.EAGAIN:
		return true, nil
	case err != nil:
		return false, f.fault("read", err)
	case n == 0:
		more := m.put(f, f.n, f.n > 0)
		f.close()
		f.buf, m.floor = nil, nil
		return more, nil
	}
	f.n += n
	if !m.framed {
		return m.put(f, f.n, false), nil
	}
	whole := f.n - n + bytes.LastIndexByte(f.buf[f.n-n:f.n], m.end) + 1
	if whole == f.n-n {
		whole = 0
		if f.n < len(f.buf) {
			return true, nil
		}
	}
	if whole == 0 {
		return m.put(f, f.n, true), nil // longer than a block
	}
	return m.put(f, whole, false), nil
}

// put writes the first n bytes of what an input has; open says that they do not
// end a record.
func (m *merging) put(f *merged, n int, open bool) bool {
	if n > 0 {
		if m.open && m.floor != f {
			if !m.write(m.to, []byte{m.end}) {
				return false
			}
		}
		if !m.write(m.to, f.buf[:n]) {
			return false
		}
		m.open = open && m.framed
		copy(f.buf, f.buf[n:f.n])
		f.n -= n
	}
	m.floor = nil
	if m.open {
		m.floor = f
	}
	return true
}

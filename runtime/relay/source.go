package relay

import (
	"bytes"
	"syscall"
)

// source reads an input record by record, a block at a time.
type source struct {
	*port
	end    byte
	framed bool
	buf    []byte
	r, w   int
	eof    bool
}

func newSource(p *port, f Frame) *source {
	s := &source{port: p, buf: make([]byte, blockSize)}
	s.end, s.framed = f.delimiter()
	return s
}

// fill reads once; EAGAIN is no error and nothing read.
func (s *source) fill() error {
	if s.r > 0 {
		copy(s.buf, s.buf[s.r:s.w])
		s.r, s.w = 0, s.w-s.r
	}
	n, err := s.read(s.buf[s.w:])
	switch {
	case err == syscall.EAGAIN:
		return nil
	case err != nil:
		return s.fault("read", err)
	case n == 0:
		s.eof = true
		s.close()
	}
	s.w += max(n, 0)
	return nil
}

// whole gives the whole records that are there, as many as fit in most bytes but
// one at least; at the end of the input a last one need not have its end. It is
// empty where none is whole.
func (s *source) whole(most int) []byte {
	data := s.buf[s.r:s.w]
	switch {
	case len(data) == 0:
		return nil
	case !s.framed:
		return data // as it was read
	}
	if most < len(data) {
		if i := bytes.LastIndexByte(data[:most], s.end); i >= 0 {
			return data[:i+1]
		}
		if i := bytes.IndexByte(data[most:], s.end); i >= 0 {
			return data[:most+i+1]
		}
	} else if i := bytes.LastIndexByte(data, s.end); i >= 0 {
		return data[:i+1]
	}
	if s.eof {
		return data
	}
	return nil
}

// unread puts data before what is there.
func (s *source) unread(data []byte) {
	data = append(bytes.Clone(data), s.buf[s.r:s.w]...)
	s.r, s.w = 0, len(data)
	s.buf = append(data, make([]byte, max(0, blockSize-len(data)))...)
}

// count gives how many records data has; the last need not have its end.
func (s *source) count(data []byte) int {
	if !s.framed {
		return 1
	}
	n := bytes.Count(data, []byte{s.end})
	if len(data) > 0 && data[len(data)-1] != s.end {
		n++
	}
	return n
}

// full reports whether there is no room to read more.
func (s *source) full() bool { return s.r == 0 && s.w == len(s.buf) }

func (s *source) empty() bool { return s.r == s.w }

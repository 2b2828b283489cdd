package luaio

import (
	"bytes"
	"io"

	lua "github.com/yuin/gopher-lua"
)

// How much of what follows is looked at, in bytes: for a line, or for the many that a
// script may read.
const (
	seen     = 4096
	seenMany = readSize
)

// fewReads is how many reads take what they give at once. Those that follow, with no
// process started in between, take it together, before one starts.
const fewReads = 64

// Share has reads take no byte more than they give from a pipe or a stream socket, as
// read(1) does: who shares the descriptor reads on there.
func (r *Reader) Share() { r.shared = true }

// Contended has each read of a shared file take what it gives at once: others read it at
// the same time from here on.
func (r *Reader) Contended() {
	r.leave()
	r.contended = true
}

// Shared reports whether Share was called.
func (r *Reader) Shared() bool { return r.shared }

// shares reports whether reads must leave what they do not give.
func (r *Reader) shares() bool { return r.shared && r.file.stat().shows }

// ReadSharedLine returns the next line, with its newline, and takes nothing behind
// it from a file that is not seekable: who shares the descriptor reads on there. Of a
// regular file what was read ahead is given back before a process starts. io.EOF means
// that there is no line.
func (r *Reader) ReadSharedLine() (string, error) {
	if r.file.stat().regular {
		return r.ReadLine(true)
	}
	r.leave()
	r.window = nil // what ran meanwhile may have read it
	line, err := r.sharedLine(seen)
	return string(line), err
}

// sharedLine reads a line with its newline, and no more than that where what follows
// can be looked at.
func (r *Reader) sharedLine(look int) ([]byte, error) {
	if i := bytes.IndexByte(r.rest(), '\n'); i >= 0 {
		r.next += i + 1
		return r.buf[r.next-i-1 : r.next], nil
	}
	line := bytes.Clone(r.rest())
	r.next, r.end = 0, 0
	for {
		if err := r.mayWait(); err != nil {
			return nil, err
		}
		p := make([]byte, lineEnd(r.ahead(look)))
		n, err := r.take(p)
		if n <= 0 && len(line) > 0 && (err == nil || err == io.EOF) {
			return line, nil
		}
		if n <= 0 {
			return nil, orEnd(err)
		}
		end := bytes.IndexByte(p[:n], '\n') + 1
		if end == 0 {
			line = append(line, p[:n]...)
			continue
		}
		if end < n { // somebody else was quicker, and this is not what was seen
			r.buf, r.next, r.end = p, end, n
		}
		return append(line, p[:end]...), nil
	}
}

// luaSharedLine is line for a shared file.
func (r *Reader) luaSharedLine(keep bool) (lua.LValue, error) {
	if r.reads++; r.reads > fewReads && !r.contended {
		if err := r.look(); err != nil {
			return nil, err
		}
		if i := bytes.IndexByte(r.rest(), '\n'); i >= 0 {
			return r.takeLine(i, keep), nil
		}
	}
	if err := r.leave(); err != nil {
		return nil, err
	}
	line, err := r.sharedLine(seenMany)
	if err != nil {
		return nil, err
	}
	if !keep {
		line = bytes.TrimSuffix(line, []byte{'\n'})
	}
	return NewString(line), nil
}

// sharedBlock is Block for a shared file.
func (r *Reader) sharedBlock(size int) ([]byte, error) {
	var block []byte
	if err := r.leave(); err != nil {
		return nil, err
	}
	for {
		if err := r.mayWait(); err != nil {
			return nil, err
		}
		follows := r.ahead(seenMany)
		end := blockEnd(follows, 0, max(size-len(block), 1))
		p := make([]byte, max(end, min(len(follows), max(size-len(block), 1))))
		if end == 0 && len(p) == 0 {
			p = make([]byte, 1)
		}
		n, err := r.take(p)
		block = append(block, p[:max(n, 0)]...)
		switch {
		case n <= 0 && len(block) > 0 && (err == nil || err == io.EOF):
			return block, nil
		case n <= 0:
			return nil, orEnd(err)
		case bytes.HasSuffix(block, []byte{'\n'}):
			return block, nil
		}
	}
}

// lineEnd is how many bytes to take where these are known to follow: those of the
// line, and one where none is known.
func lineEnd(follows []byte) int {
	if i := bytes.IndexByte(follows, '\n'); i >= 0 {
		return i + 1
	}
	return max(len(follows), 1)
}

// ahead shows what follows in the descriptor, waiting for some of it.
func (r *Reader) ahead(size int) []byte {
	if len(r.window) == 0 {
		r.window = glimpse(r.file.f, size)
	}
	return r.window
}

// take is one read(2) of what was looked at.
func (r *Reader) take(p []byte) (int, error) {
	n, err := r.readOnce(p)
	if n > 0 && bytes.HasPrefix(r.window, p[:n]) {
		r.window = r.window[n:]
	} else {
		r.window = nil
	}
	return n, err
}

// look has the buffer show what follows a shared file's consumed bytes, which are
// taken now; leave takes those of the last look. io.EOF means that nothing follows.
func (r *Reader) look() error {
	if err := r.leave(); err != nil {
		return err
	}
	if err := r.mayWait(); err != nil {
		return err
	}
	if r.buf = r.ahead(seenMany); len(r.buf) == 0 {
		r.buf = make([]byte, 1)
		n, err := r.take(r.buf)
		r.end = max(n, 0)
		if n <= 0 {
			return orEnd(err)
		}
		return nil
	}
	r.end = len(r.buf)
	return nil
}

// looking reports whether the buffer shows what follows, rather than hold what was taken.
func (r *Reader) looking() bool { return len(r.window) > 0 && r.end > 0 && &r.buf[0] == &r.window[0] }

// leave takes what was consumed of what the buffer shows, and leaves the rest.
func (r *Reader) leave() error {
	if !r.looking() {
		return nil
	}
	p := r.buf[:r.next]
	r.buf, r.next, r.end = nil, 0, 0
	for len(p) > 0 {
		n, err := r.take(make([]byte, len(p)))
		if n <= 0 {
			return orEnd(err)
		}
		p = p[n:]
	}
	return nil
}

// orEnd is the error of a read that gave nothing.
func orEnd(err error) error {
	if err == nil {
		return io.EOF
	}
	return err
}

// Follows shows some of what comes next, as far as it is here already and can be
// looked at without taking it.
func (r *Reader) Follows() []byte {
	r.leave()
	if r.file.stat().regular && r.end-r.next < seen && r.buf != nil {
		r.compact()
		n, _ := r.readOnce(r.buf[r.end:])
		r.end += max(n, 0)
	}
	if r.next < r.end || r.file.stat().regular || !readable(r.file.f) {
		return r.rest()
	}
	return glimpse(r.file.f, seen)
}

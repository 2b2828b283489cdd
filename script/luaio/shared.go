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
func (f *File) Share() { f.shared = true }

// Crowded has each read of a shared file take what it gives at once: others read it at
// the same time from here on.
func (f *File) Crowded() {
	f.leave()
	f.crowd = true
}

// Shared reports whether Share was called.
func (f *File) Shared() bool { return f.shared }

// shares reports whether reads must leave what they do not give.
func (f *File) shares() bool { return f.shared && f.stat().shows }

// ReadSharedLine returns the next line, with its newline, and takes nothing behind
// it from a file that is not seekable: who shares the descriptor reads on there. Of a
// regular file what was read ahead is given back before a process starts. io.EOF means
// that there is no line.
func (f *File) ReadSharedLine() (string, error) {
	if f.stat().regular {
		return f.ReadLine(true)
	}
	f.leave()
	f.window = nil // what ran meanwhile may have read it
	line, err := f.sharedLine(seen)
	return string(line), err
}

// sharedLine reads a line with its newline, and no more than that where what follows
// can be looked at.
func (f *File) sharedLine(look int) ([]byte, error) {
	if i := bytes.IndexByte(f.in[f.r:f.w], '\n'); i >= 0 {
		f.r += i + 1
		return f.in[f.r-i-1 : f.r], nil
	}
	line := bytes.Clone(f.in[f.r:f.w])
	f.r, f.w = 0, 0
	for {
		if err := f.mayWait(); err != nil {
			return nil, err
		}
		p := make([]byte, lineEnd(f.ahead(look)))
		n, err := f.take(p)
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
			f.in, f.r, f.w = p, end, n
		}
		return append(line, p[:end]...), nil
	}
}

// luaSharedLine is line for a shared file.
func (f *File) luaSharedLine(keep bool) (lua.LValue, error) {
	if f.reads++; f.reads > fewReads && !f.crowd {
		if err := f.look(); err != nil {
			return nil, err
		}
		if i := bytes.IndexByte(f.in[f.r:f.w], '\n'); i >= 0 {
			return f.takeLine(i, keep), nil
		}
	}
	if err := f.leave(); err != nil {
		return nil, err
	}
	line, err := f.sharedLine(seenMany)
	if err != nil {
		return nil, err
	}
	if !keep {
		line = bytes.TrimSuffix(line, []byte{'\n'})
	}
	return NewString(line), nil
}

// sharedBlock is Block for a shared file.
func (f *File) sharedBlock(size int) ([]byte, error) {
	var block []byte
	if err := f.leave(); err != nil {
		return nil, err
	}
	for {
		if err := f.mayWait(); err != nil {
			return nil, err
		}
		follows := f.ahead(seenMany)
		end := blockEnd(follows, 0, max(size-len(block), 1))
		p := make([]byte, max(end, min(len(follows), max(size-len(block), 1))))
		if end == 0 && len(p) == 0 {
			p = make([]byte, 1)
		}
		n, err := f.take(p)
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
func (f *File) ahead(size int) []byte {
	if len(f.window) == 0 {
		f.window = f.glimpse(size)
	}
	return f.window
}

// take is one read(2) of what was looked at.
func (f *File) take(p []byte) (int, error) {
	n, err := f.readOnce(p)
	if n > 0 && bytes.HasPrefix(f.window, p[:n]) {
		f.window = f.window[n:]
	} else {
		f.window = nil
	}
	return n, err
}

// look has the buffer show what follows a shared file's consumed bytes, which are
// taken now; leave takes those of the last look. io.EOF means that nothing follows.
func (f *File) look() error {
	if err := f.leave(); err != nil {
		return err
	}
	if err := f.mayWait(); err != nil {
		return err
	}
	if f.in = f.ahead(seenMany); len(f.in) == 0 {
		f.in = make([]byte, 1)
		n, err := f.take(f.in)
		f.w = max(n, 0)
		if n <= 0 {
			return orEnd(err)
		}
		return nil
	}
	f.w = len(f.in)
	return nil
}

// looking reports whether the buffer shows what follows, rather than hold what was taken.
func (f *File) looking() bool { return len(f.window) > 0 && f.w > 0 && &f.in[0] == &f.window[0] }

// leave takes what was consumed of what the buffer shows, and leaves the rest.
func (f *File) leave() error {
	if !f.looking() {
		return nil
	}
	p := f.in[:f.r]
	f.in, f.r, f.w = nil, 0, 0
	for len(p) > 0 {
		n, err := f.take(make([]byte, len(p)))
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
func (f *File) Follows() []byte {
	f.leave()
	if f.stat().regular && f.w-f.r < seen && f.in != nil {
		f.w = copy(f.in, f.in[f.r:f.w])
		f.r = 0
		n, _ := f.readOnce(f.in[f.w:])
		f.w += max(n, 0)
	}
	if f.r < f.w || f.stat().regular || !readable(f.f) {
		return f.in[f.r:f.w]
	}
	return f.glimpse(seen)
}

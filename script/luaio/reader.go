package luaio

import (
	"bytes"
	"io"
	"strings"
	"syscall"
	"time"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/scarce"
)

const (
	readSize = 64 << 10 // bytes of one read(2)
	maxChunk = 1 << 20  // to which the reads grow inside a long line
)

// Reader is the reading side of a File, with what was read ahead of the script.
type Reader struct {
	file      *File
	buf       []byte // what is not yet consumed is buf[next:end]
	next, end int
	shared    bool   // others read on where the script stops: take no byte more than it reads
	window    []byte // what is known to follow what was read of a shared file; buf may be it
	contended bool   // others read a shared file at the same time
	reads     int    // of a shared file since the last process was started
}

// rest is what is not yet consumed.
func (r *Reader) rest() []byte { return r.buf[r.next:r.end] }

// Ahead is what was read ahead of the script. It must not be changed.
func (r *Reader) Ahead() []byte { return r.rest() }

// compact moves the rest to the front of the buffer.
func (r *Reader) compact() { r.next, r.end = 0, copy(r.buf, r.rest()) }

// giveBack moves the descriptor back over what was read ahead of the script,
// so that position, writes and processes that share it see what the script
// sees. What is not seekable keeps its buffer.
func (r *Reader) giveBack() error {
	err := r.leave()
	r.window, r.reads = nil, 0
	if err != nil {
		return err
	}
	if r.next == r.end || !r.file.stat().regular {
		return nil
	}
	if _, err := r.file.f.Seek(int64(r.next-r.end), 1); err != nil {
		return err
	}
	r.next, r.end = 0, 0
	return nil
}

// read is one read(2), after everything that must be seen before this state
// may sleep is written: what this file itself holds, and stdout if the read
// would block. It returns what is there: a short read is no end.
func (r *Reader) read(p []byte) (int, error) {
	if r.file.mode&ModeRead == 0 {
		return 0, syscall.EBADF
	}
	if err := r.mayWait(); err != nil {
		return 0, err
	}
	r.window = nil
	return r.readOnce(p)
}

// mayWait does what comes before a read that may sleep.
func (r *Reader) mayWait() error {
	if err := r.file.Writer.flush(); err != nil {
		return err
	}
	if r.file.owner == nil {
		return nil
	}
	if err := r.file.owner.beforeRead(r.file); err != nil {
		return err
	}
	return r.file.await(false, time.Time{})
}

// readOnce is one read(2).
func (r *Reader) readOnce(p []byte) (int, error) {
	for {
		n, err := r.file.transfer(false, p)
		if n == 0 && isAgain(err) {
			// Somebody who shares the open description made it non-blocking.
			if err = waitFor(r.file.f, false); err == nil {
				continue
			}
		}
		if n <= 0 {
			err = r.file.ended(err)
		}
		return n, err
	}
}

// fill replaces a consumed buffer by the next bytes. io.EOF means none.
func (r *Reader) fill() error {
	if r.buf == nil {
		size := readSize
		if s := r.file.stat(); s.regular && s.size < readSize {
			size = max(int(s.size)+1, 4096) // one of /proc says 0
		}
		r.buf = make([]byte, size)
	}
	r.next, r.end = 0, 0
	if err := r.append(); r.end == 0 {
		return err
	}
	return nil
}

// append adds what one read gives to the buffer. io.EOF means nothing.
func (r *Reader) append() error {
	n, err := r.read(r.buf[r.end:])
	r.end += max(n, 0)
	if n <= 0 {
		return orEnd(err)
	}
	return err
}

// line returns the next line as a Lua string, without its newline unless keep
// is set. io.EOF means that there is none.
func (r *Reader) line(keep bool) (lua.LValue, error) {
	if i := bytes.IndexByte(r.rest(), '\n'); i >= 0 {
		return r.takeLine(i, keep), nil
	}
	if r.shares() {
		return r.luaSharedLine(keep)
	}
	return r.lineAcross(keep)
}

// takeLine consumes i bytes and the newline after them.
func (r *Reader) takeLine(i int, keep bool) lua.LValue {
	b := r.buf[r.next : r.next+i]
	if keep {
		b = r.buf[r.next : r.next+i+1]
	}
	r.next += i + 1
	return NewString(b)
}

// lineAcross finishes a line that the buffer holds only the beginning of. The
// beginning moves to the front and the rest of the buffer is filled; a line
// longer than a buffer is gathered in chunks.
func (r *Reader) lineAcross(keep bool) (lua.LValue, error) {
	from := 0
	if r.next == r.end {
		if err := r.fill(); err != nil {
			return nil, err
		}
	} else {
		r.compact()
		from = r.end
	}
	for {
		if i := bytes.IndexByte(r.buf[from:r.end], '\n'); i >= 0 {
			return r.takeLine(from+i, keep), nil
		}
		if r.end == len(r.buf) {
			return r.longLine(keep)
		}
		from = r.end
		if err := r.append(); r.end == from {
			if err != io.EOF {
				return nil, err
			}
			r.next, r.end = 0, 0
			return NewString(r.buf[:from]), nil
		}
	}
}

// longLine gathers a line whose beginning fills the whole buffer.
func (r *Reader) longLine(keep bool) (lua.LValue, error) {
	var g gathered
	for {
		g.add(r.rest())
		size := min(2*len(r.buf), maxChunk)
		if !scarce.HasRoom(g.size + size) { // to join them, too
			return nil, scarce.ErrMemory
		}
		r.buf = make([]byte, size)
		err := r.fill()
		if err != nil && err != io.EOF {
			return nil, err
		}
		i := bytes.IndexByte(r.rest(), '\n')
		if i < 0 && err == nil {
			continue
		}
		if i >= 0 {
			n := i
			if keep {
				n++
			}
			g.add(r.buf[:n])
			r.next = i + 1
		}
		return lua.LString(g.join()), nil
	}
}

// gathered is a string in the making: pieces that are joined once, so that a
// hundred megabytes are copied once and not at each doubling.
type gathered struct {
	pieces [][]byte
	size   int
}

func (g *gathered) add(p []byte) {
	g.pieces = append(g.pieces, p)
	g.size += len(p)
}

func (g *gathered) join() string {
	var sb strings.Builder
	sb.Grow(g.size)
	for i, p := range g.pieces {
		sb.Write(p)
		g.pieces[i] = nil
	}
	return sb.String()
}

// ReadLine returns the next line without its newline, or with it. io.EOF means
// that there is none; a last line without a newline counts as one.
func (r *Reader) ReadLine(keep bool) (string, error) {
	v, err := r.line(keep)
	if err != nil {
		return "", err
	}
	return string(v.(lua.LString)), nil
}

// ReadAll returns all bytes up to the end of the file, maybe none.
func (r *Reader) ReadAll() (string, error) {
	s, err := r.ReadN(-1)
	if err == io.EOF {
		return "", nil
	}
	return s, err
}

// ReadN returns the next n bytes, fewer only at the end of the file; a negative
// n means all. io.EOF means that there was not one.
func (r *Reader) ReadN(n int64) (string, error) {
	have := int64(r.end - r.next)
	if n >= 0 && n <= have {
		s := string(r.buf[r.next : r.next+int(n)])
		r.next += int(n)
		return s, nil
	}
	if r.looking() {
		r.leave()
		have = 0
	}
	var g gathered
	if have > 0 {
		g.add(bytes.Clone(r.rest()))
		r.next, r.end = 0, 0
	}
	chunk := r.file.firstChunk()
	for n < 0 || int64(g.size) < n {
		if n >= 0 {
			chunk = min(chunk, n-int64(g.size))
		}
		if !scarce.HasRoom(int(chunk)) {
			return "", scarce.ErrMemory
		}
		p := make([]byte, chunk)
		k, err := r.readFull(p)
		if k > 0 {
			g.add(p[:k])
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
		chunk = min(2*chunk, maxChunk)
	}
	if g.size == 0 && n != 0 {
		return "", io.EOF
	}
	if len(g.pieces) > 1 && !scarce.HasRoom(g.size) {
		return "", scarce.ErrMemory
	}
	return g.string(), nil
}

// firstChunk is the size of the first read of ReadN: what is left of a regular
// file and one byte more, so that one read shows the end as well.
func (f *File) firstChunk() int64 {
	if s := f.stat(); s.regular {
		if pos, err := f.f.Seek(0, 1); err == nil && pos < s.size {
			return s.size - pos + 1
		}
	}
	return readSize
}

// readFull reads until p is full or the file ends.
func (r *Reader) readFull(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		k, err := r.read(p[n:])
		if k <= 0 {
			err = orEnd(err)
		}
		n += max(k, 0)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// string is join without a copy where one piece is nearly all of its memory.
func (g *gathered) string() string {
	if len(g.pieces) == 1 {
		if p := g.pieces[0]; cap(p)-len(p) <= len(p)/8 {
			return unsafe.String(unsafe.SliceData(p), len(p))
		}
	}
	return g.join()
}

// atEnd reports whether no byte is left, waiting for one if need be.
func (r *Reader) atEnd() (bool, error) {
	if r.next < r.end {
		return false, nil
	}
	err := r.refill()
	if e := r.leave(); err == nil {
		err = e
	}
	if err == io.EOF {
		return true, nil
	}
	return false, err
}

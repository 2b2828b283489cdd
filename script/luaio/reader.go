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

// read is one read(2), after everything that must be seen before this state
// may sleep is written: what this file itself holds, and stdout if the read
// would block. It returns what is there: a short read is no end.
func (f *File) read(p []byte) (int, error) {
	if f.mode&ModeRead == 0 {
		return 0, syscall.EBADF
	}
	if err := f.mayWait(); err != nil {
		return 0, err
	}
	f.window = nil
	return f.readOnce(p)
}

// mayWait does what comes before a read that may sleep.
func (f *File) mayWait() error {
	if len(f.out) > 0 {
		if err := f.flush(); err != nil {
			return err
		}
	}
	if f.owner == nil {
		return nil
	}
	if err := f.owner.beforeRead(f); err != nil {
		return err
	}
	return f.await(false, time.Time{})
}

// readOnce is one read(2).
func (f *File) readOnce(p []byte) (int, error) {
	for {
		over := f.waits(false)
		n, err := f.f.Read(p)
		over()
		if n == 0 && isAgain(err) {
			// Somebody who shares the open description made it non-blocking.
			if err = waitFor(f.f, false); err == nil {
				continue
			}
		}
		if n <= 0 {
			err = f.ended(err)
		}
		return n, err
	}
}

// fill replaces a consumed buffer by the next bytes. io.EOF means none.
func (f *File) fill() error {
	if f.in == nil {
		size := readSize
		if s := f.stat(); s.regular && s.size < readSize {
			size = max(int(s.size)+1, 4096) // one of /proc says 0
		}
		f.in = make([]byte, size)
	}
	f.r, f.w = 0, 0
	n, err := f.read(f.in)
	f.w = max(n, 0)
	if f.w > 0 {
		return nil
	}
	if err == nil {
		err = io.EOF
	}
	return err
}

// line returns the next line as a Lua string, without its newline unless keep
// is set. io.EOF means that there is none.
func (f *File) line(keep bool) (lua.LValue, error) {
	if i := bytes.IndexByte(f.in[f.r:f.w], '\n'); i >= 0 {
		return f.takeLine(i, keep), nil
	}
	if f.shares() {
		return f.luaSharedLine(keep)
	}
	return f.lineAcross(keep)
}

// takeLine consumes i bytes and the newline after them.
func (f *File) takeLine(i int, keep bool) lua.LValue {
	b := f.in[f.r : f.r+i]
	if keep {
		b = f.in[f.r : f.r+i+1]
	}
	f.r += i + 1
	return NewString(b)
}

// lineAcross finishes a line that the buffer holds only the beginning of. The
// beginning moves to the front and the rest of the buffer is filled; a line
// longer than a buffer is gathered in chunks.
func (f *File) lineAcross(keep bool) (lua.LValue, error) {
	from := 0
	if f.r == f.w {
		if err := f.fill(); err != nil {
			return nil, err
		}
	} else {
		f.w = copy(f.in, f.in[f.r:f.w])
		f.r = 0
		from = f.w
	}
	for {
		if i := bytes.IndexByte(f.in[from:f.w], '\n'); i >= 0 {
			return f.takeLine(from+i, keep), nil
		}
		if f.w == len(f.in) {
			return f.longLine(keep)
		}
		from = f.w
		n, err := f.read(f.in[f.w:])
		f.w += max(n, 0)
		if n <= 0 {
			if err != nil && err != io.EOF {
				return nil, err
			}
			b := f.in[f.r:f.w]
			f.r, f.w = 0, 0
			return NewString(b), nil
		}
	}
}

// longLine gathers a line whose beginning fills the whole buffer.
func (f *File) longLine(keep bool) (lua.LValue, error) {
	var g gathered
	for {
		g.add(f.in[f.r:f.w])
		size := min(2*len(f.in), maxChunk)
		if !scarce.HasRoom(g.size + size) { // to join them, too
			return nil, scarce.ErrMemory
		}
		f.in = make([]byte, size)
		err := f.fill()
		if err != nil && err != io.EOF {
			return nil, err
		}
		i := bytes.IndexByte(f.in[f.r:f.w], '\n')
		if i < 0 && err == nil {
			continue
		}
		if i >= 0 {
			n := i
			if keep {
				n++
			}
			g.add(f.in[:n])
			f.r = i + 1
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
func (f *File) ReadLine(keep bool) (string, error) {
	v, err := f.line(keep)
	if err != nil {
		return "", err
	}
	return string(v.(lua.LString)), nil
}

// ReadAll returns all bytes up to the end of the file, maybe none.
func (f *File) ReadAll() (string, error) {
	s, err := f.ReadN(-1)
	if err == io.EOF {
		return "", nil
	}
	return s, err
}

// ReadN returns the next n bytes, fewer only at the end of the file; a negative
// n means all. io.EOF means that there was not one.
func (f *File) ReadN(n int64) (string, error) {
	have := int64(f.w - f.r)
	if n >= 0 && n <= have {
		s := string(f.in[f.r : f.r+int(n)])
		f.r += int(n)
		return s, nil
	}
	if f.looking() {
		f.leave()
		have = 0
	}
	var g gathered
	if have > 0 {
		g.add(bytes.Clone(f.in[f.r:f.w]))
		f.r, f.w = 0, 0
	}
	chunk := f.firstChunk()
	for n < 0 || int64(g.size) < n {
		if n >= 0 {
			chunk = min(chunk, n-int64(g.size))
		}
		if !scarce.HasRoom(int(chunk)) {
			return "", scarce.ErrMemory
		}
		p := make([]byte, chunk)
		k, err := f.readFull(p)
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
func (f *File) readFull(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		k, err := f.read(p[n:])
		if k <= 0 && err == nil {
			err = io.EOF
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
func (f *File) atEnd() (bool, error) {
	if f.r < f.w {
		return false, nil
	}
	err := f.refill()
	if e := f.leave(); err == nil {
		err = e
	}
	if err == io.EOF {
		return true, nil
	}
	return false, err
}

package luaio

import (
	"bytes"
	"io"

	lua "github.com/yuin/gopher-lua"
)

// BlockSize is how large the blocks are that a filter reads, in bytes: they stay
// in the processor's cache.
const BlockSize = 256 << 10

// Block returns whole lines: those that are there, of size bytes together at most
// unless one alone is longer. Only the last line of the file may lack its newline.
// io.EOF means that there is none. The bytes are the caller's until the next call
// that reads.
func (r *Reader) Block(size int) ([]byte, error) {
	if r.shares() && (r.next == r.end || r.looking()) {
		return r.sharedBlock(size)
	}
	looked := 0 // so many bytes of what is buffered hold no newline
	for {
		have := r.rest()
		if end := blockEnd(have, looked, size); end > 0 {
			r.next += end
			return have[:end], nil
		}
		looked = len(have)
		switch err := r.moreLines(size); {
		case err == io.EOF && looked > 0:
			r.next = r.end
			return have, nil
		case err != nil:
			return nil, err
		}
	}
}

// blockEnd gives the end of the last line that ends within size bytes, or of the
// first line; 0 where none ends. The first looked bytes hold no newline.
func blockEnd(b []byte, looked, size int) int {
	if within := min(size, len(b)); within > looked {
		if i := bytes.LastIndexByte(b[looked:within], '\n'); i >= 0 {
			return looked + i + 1
		}
		looked = within
	}
	if i := bytes.IndexByte(b[looked:], '\n'); i >= 0 {
		return looked + i + 1
	}
	return 0
}

// moreLines reads more behind what is buffered, in a buffer that has room for
// size bytes and more than that for a long line.
func (r *Reader) moreLines(size int) error {
	have := r.rest()
	switch {
	case len(r.buf) < size:
		r.buf = append(make([]byte, 0, size), have...)[:size]
	case len(have) == len(r.buf):
		r.buf = append(make([]byte, 0, 2*len(have)), have...)[:2*len(have)]
	default:
		copy(r.buf, have)
	}
	r.next, r.end = 0, len(have)
	return r.append()
}

// Write writes p through the buffer.
func (w *Writer) Write(p []byte) (int, error) {
	if err := w.prepare(); err != nil {
		return 0, err
	}
	err := w.putBytes(p)
	if err == nil {
		err = w.finish()
	}
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// ioBlocks is io.blocks([n]): an iterator over blocks of whole lines, each of
// about n bytes.
func (s *Streams) ioBlocks(L *lua.LState) int {
	f := current(L, s.input, "input")
	size := OptInteger(L, 1, "blocks", BlockSize)
	if size < 1 {
		ArgError(L, 1, "blocks", "a block has at least one byte")
	}
	L.Push(L.NewFunction(func(L *lua.LState) int {
		if f.closed {
			Raise(L, "file is already closed")
		}
		f.mayAct(L, "blocks")
		b, err := f.Reader.Block(min(size, 1<<30))
		if err == io.EOF {
			return 0
		}
		if err != nil {
			raise(L, err)
		}
		L.Push(lua.LString(b))
		return 1
	}))
	return 1
}

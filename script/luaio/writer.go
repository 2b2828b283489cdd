package luaio

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"
	"unsafe"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/scarce"
)

const writeSize = 64 << 10 // bytes of one write(2)

// Writer is the writing side of a File, with what is not yet written.
type Writer struct {
	file   *File
	buf    []byte
	limit  int // bytes that buf may hold; 0 before the first write
	policy policy

	lost       error // the first write error ever, what Streams.Flush returns
	unreported error // a write error that the script has not seen yet
}

// policy says when a Writer empties its buffer by itself, setvbuf(3).
type policy uint8

const (
	policyUnset policy = iota // line for a terminal, full for the rest
	policyFull
	policyLine
	policyNone
)

// prepare readies the write side at the first write and after a read: it
// chooses how to buffer and gives back what was read ahead.
func (w *Writer) prepare() error {
	if w.file.mode&ModeWrite == 0 {
		return syscall.EBADF
	}
	if w.limit == 0 {
		w.limit = writeSize
		if w.policy == policyUnset {
			w.policy = policyFull
			if IsTerminal(w.file.f) {
				w.policy = policyLine
			}
		}
	}
	if w.file.Reader.next < w.file.Reader.end {
		return w.file.Reader.giveBack()
	}
	return nil
}

// put buffers s. prepare has been called.
func (w *Writer) put(s string) error {
	if len(w.buf)+len(s) <= w.limit {
		w.buf = append(w.buf, s...)
		return nil
	}
	return w.putBytes(unsafe.Slice(unsafe.StringData(s), len(s)))
}

// putBytes is put; what fills a buffer is not copied.
func (w *Writer) putBytes(b []byte) error {
	if len(w.buf)+len(b) > w.limit {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if len(b) < w.limit {
		w.buf = append(w.buf, b...)
		return nil
	}
	return w.writeOut(b)
}

// putNumber buffers n as lua5.1 writes it.
func (w *Writer) putNumber(n lua.LNumber) error {
	if len(w.buf)+32 > w.limit {
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.buf = AppendNumber(w.buf, float64(n))
	return nil
}

// putValue buffers a string, what stands for one, or a number, and nothing else.
func (w *Writer) putValue(v lua.LValue) (ok bool, err error) {
	switch v := v.(type) {
	case lua.LString:
		return true, w.put(string(v))
	case lua.LNumber:
		return true, w.putNumber(v)
	case *lua.LUserData:
		if t, ok := v.Value.(Text); ok {
			return true, w.put(t.LuaText())
		}
	}
	return false, nil
}

// finish ends one write or print: it empties the buffer where the file is
// unbuffered, or line-buffered and has a line.
func (w *Writer) finish() error {
	switch w.policy {
	case policyNone:
		return w.flush()
	case policyLine:
		if strings.IndexByte(unsafe.String(unsafe.SliceData(w.buf), len(w.buf)), '\n') >= 0 {
			return w.flush()
		}
	}
	return nil
}

// WriteString writes s through the buffer.
func (w *Writer) WriteString(s string) error {
	if w.file.closed {
		return syscall.EBADF
	}
	err := w.prepare()
	if err == nil {
		err = w.put(s)
	}
	if err == nil {
		err = w.finish()
	}
	return err
}

// Flush writes what is buffered, and returns the first error of a write that no call has
// returned yet.
func (w *Writer) Flush() error {
	err := w.flush()
	if e := w.takeUnreported(); err == nil {
		err = e
	}
	return err
}

// flush writes what is buffered. What cannot be written is dropped, so that an
// error is told once, and not tried again.
func (w *Writer) flush() error {
	if len(w.buf) == 0 {
		return nil
	}
	b := w.buf
	w.buf = w.buf[:0]
	return w.writeOut(b)
}

// writeOut passes all of b to write(2). On descriptor 1 of a process whose
// reader has gone, os.File raises SIGPIPE and this does not return.
func (w *Writer) writeOut(b []byte) error {
	var err error
	if w.file.stat().socket && w.file.mayStop() && !w.file.std {
		err = w.send(b)
	} else {
		_, err = writeAll(w.file.f, func(b []byte) (int, error) { return w.file.transfer(true, b) }, b)
	}
	if err == nil {
		return nil
	}
	if isBrokenPipe(err) && w.file.std {
		err = ErrBrokenPipe
	} else {
		err = w.file.ended(w.file.named(err))
	}
	if w.lost == nil {
		w.lost = err
	}
	return err
}

// send is writeAll for a connection: whoever has its other end need not end with the state,
// so each wait must.
func (w *Writer) send(b []byte) error {
	for again := new(scarce.Patience); len(b) > 0; {
		n, err := sendNow(w.file.f, b)
		b = b[max(n, 0):]
		if isAgain(err) {
			err = w.file.await(true, time.Time{})
		}
		if err != nil && !again.Again(err) {
			return err
		}
	}
	return nil
}

// writeAll passes all of b to write, which it calls again after an error that passes.
func writeAll(f *os.File, write func([]byte) (int, error), b []byte) (n int, err error) {
	var p scarce.Patience
	for {
		k, err := write(b[n:])
		n += max(k, 0)
		if isAgain(err) {
			// Somebody who shares the open description made it non-blocking.
			if err = waitFor(f, true); err == nil {
				continue
			}
		}
		if err == nil || !p.Again(err) {
			return n, err
		}
	}
}

// named has an error of the system's call the file what the script calls it.
func (f *File) named(err error) error {
	if at, ok := err.(*fs.PathError); ok && f.name != "" {
		return &fs.PathError{Op: at.Op, Path: f.name, Err: at.Err}
	}
	return err
}

// tryFlush is flush for callers that return no error: it is noted.
func (w *Writer) tryFlush() { w.note(w.flush()) }

// note keeps a write error that no call of the script returned.
func (w *Writer) note(err error) {
	if w.unreported == nil {
		w.unreported = err
	}
}

// takeUnreported returns, once, the write error that print or a flush for a wait met.
func (w *Writer) takeUnreported() error {
	err := w.unreported
	w.unreported = nil
	return err
}

// setBuffer is setvbuf(3). size is in bytes and counts only above 0.
func (w *Writer) setBuffer(p policy, size int) error {
	err := w.flush()
	w.policy, w.limit = p, writeSize
	if p == policyFull && size > 0 {
		w.limit = size
	}
	return err
}

func isAgain(err error) bool { return err != nil && errors.Is(err, syscall.EAGAIN) }

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

// prepare readies the write side at the first write and after a read: it
// chooses how to buffer and gives back what was read ahead.
func (f *File) prepare() error {
	if f.mode&ModeWrite == 0 {
		return syscall.EBADF
	}
	if f.limit == 0 {
		f.limit = writeSize
		if f.policy == policyUnset {
			f.policy = policyFull
			if IsTerminal(f.f) {
				f.policy = policyLine
			}
		}
	}
	if f.r < f.w {
		return f.giveBack()
	}
	return nil
}

// put buffers s. prepare has been called.
func (f *File) put(s string) error {
	if len(f.out)+len(s) <= f.limit {
		f.out = append(f.out, s...)
		return nil
	}
	return f.putBytes(unsafe.Slice(unsafe.StringData(s), len(s)))
}

// putBytes is put; what fills a buffer is not copied.
func (f *File) putBytes(b []byte) error {
	if len(f.out)+len(b) > f.limit {
		if err := f.flush(); err != nil {
			return err
		}
	}
	if len(b) < f.limit {
		f.out = append(f.out, b...)
		return nil
	}
	return f.writeOut(b)
}

// putNumber buffers n as lua5.1 writes it.
func (f *File) putNumber(n lua.LNumber) error {
	if len(f.out)+32 > f.limit {
		if err := f.flush(); err != nil {
			return err
		}
	}
	f.out = AppendNumber(f.out, float64(n))
	return nil
}

// putValue buffers a string, what stands for one, or a number, and nothing else.
func (f *File) putValue(v lua.LValue) (ok bool, err error) {
	switch v := v.(type) {
	case lua.LString:
		return true, f.put(string(v))
	case lua.LNumber:
		return true, f.putNumber(v)
	case *lua.LUserData:
		if t, ok := v.Value.(Text); ok {
			return true, f.put(t.LuaText())
		}
	}
	return false, nil
}

// settle ends one write or print: it empties the buffer where the file is
// unbuffered, or line-buffered and has a line.
func (f *File) settle() error {
	switch f.policy {
	case policyNone:
		return f.flush()
	case policyLine:
		if strings.IndexByte(unsafe.String(unsafe.SliceData(f.out), len(f.out)), '\n') >= 0 {
			return f.flush()
		}
	}
	return nil
}

// WriteString writes s through the buffer.
func (f *File) WriteString(s string) error {
	if f.closed {
		return syscall.EBADF
	}
	err := f.prepare()
	if err == nil {
		err = f.put(s)
	}
	if err == nil {
		err = f.settle()
	}
	return err
}

// Flush writes what is buffered, and returns the first error of a write that no call has
// returned yet.
func (f *File) Flush() error {
	err := f.flush()
	if e := f.takeUnreported(); err == nil {
		err = e
	}
	return err
}

// flush writes what is buffered. What cannot be written is dropped, so that an
// error is told once, and not tried again.
func (f *File) flush() error {
	if len(f.out) == 0 {
		return nil
	}
	b := f.out
	f.out = f.out[:0]
	return f.writeOut(b)
}

// writeOut passes all of b to write(2). On descriptor 1 of a process whose
// reader has gone, os.File raises SIGPIPE and this does not return.
func (f *File) writeOut(b []byte) error {
	var err error
	if f.stat().socket && f.mayStop() && !f.std {
		err = f.send(b)
	} else {
		over := f.waits(true)
		_, err = writeAll(f.f, b)
		over()
	}
	if err == nil {
		return nil
	}
	if isBrokenPipe(err) && f.std {
		err = ErrBrokenPipe
	} else {
		err = f.ended(f.named(err))
	}
	if f.lost == nil {
		f.lost = err
	}
	return err
}

// send is writeAll for a connection: whoever has its other end need not end with the state,
// so each wait must.
func (f *File) send(b []byte) error {
	for again := new(scarce.Patience); len(b) > 0; {
		n, err := sendNow(f.f, b)
		b = b[max(n, 0):]
		if isAgain(err) {
			err = f.await(true, time.Time{})
		}
		if err != nil && !again.Again(err) {
			return err
		}
	}
	return nil
}

// writeAll passes all of b to write(2), which it makes again after an error that passes.
func writeAll(f *os.File, b []byte) (n int, err error) {
	var p scarce.Patience
	for {
		k, err := f.Write(b[n:])
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

// note keeps a write error that no call of the script returned.
func (f *File) note(err error) {
	if f.unreported == nil {
		f.unreported = err
	}
}

// takeUnreported returns, once, the write error that print or a flush for a wait met.
func (f *File) takeUnreported() error {
	err := f.unreported
	f.unreported = nil
	return err
}

// setBuffer is setvbuf(3). size is in bytes and counts only above 0.
func (f *File) setBuffer(p policy, size int) error {
	err := f.flush()
	f.policy, f.limit = p, writeSize
	if p == policyFull && size > 0 {
		f.limit = size
	}
	return err
}

func isAgain(err error) bool { return err != nil && errors.Is(err, syscall.EAGAIN) }

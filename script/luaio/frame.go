package luaio

import (
	"bytes"
	"io"
	"os"
	"time"
)

// waitSlice is how often a wait asks whether it is to go on.
const waitSlice = 50 * time.Millisecond

// AwaitFrame waits until the read buffer holds a delimiter, or the file has come
// to its end, or until the time is over, which is os.ErrDeadlineExceeded; the zero
// time is no limit. stop is asked now and then, and its error ends the wait.
func (f *File) AwaitFrame(delimiter byte, until time.Time, stop func() error) error {
	from := 0
	for {
		if bytes.IndexByte(f.in[f.r+from:f.w], delimiter) >= 0 {
			return nil
		}
		from = f.w - f.r
		if err := f.awaitReadable(until, stop); err != nil {
			return err
		}
		if err := f.more(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// awaitReadable waits until a read would return at once.
func (f *File) awaitReadable(until time.Time, stop func() error) error {
	for {
		slice := waitSlice
		if !until.IsZero() {
			slice = min(slice, max(time.Until(until), 0))
		}
		ready, err := ready(f.f, false, slice)
		if ready || err != nil {
			return err
		}
		if err := stop(); err != nil {
			return err
		}
		if !until.IsZero() && !time.Now().Before(until) {
			return os.ErrDeadlineExceeded
		}
	}
}

// more adds what one read gives to the buffer.
func (f *File) more() error {
	switch {
	case f.r == f.w:
		return f.fill()
	case f.r > 0:
		f.w = copy(f.in, f.in[f.r:f.w])
		f.r = 0
	case f.w == len(f.in):
		f.in = append(f.in, make([]byte, len(f.in))...)
	}
	n, err := f.read(f.in[f.w:])
	f.w += max(n, 0)
	if n <= 0 && err == nil {
		err = io.EOF
	}
	return err
}

// ReadFrame takes what the buffer holds up to the delimiter, which goes too; at
// the end of the file what is left, and then io.EOF.
func (f *File) ReadFrame(delimiter byte) (string, error) {
	b := f.in[f.r:f.w]
	i := bytes.IndexByte(b, delimiter)
	switch {
	case i >= 0:
		f.r += i + 1
		return string(b[:i]), nil
	case len(b) == 0:
		return "", io.EOF
	}
	f.r = f.w
	return string(b), nil
}

// AwaitWritable waits until a write would find room.
func (f *File) AwaitWritable(until time.Time) error {
	limit := time.Duration(-1)
	if !until.IsZero() {
		limit = max(time.Until(until), 0)
	}
	ok, err := ready(f.f, true, limit)
	if err == nil && !ok {
		err = os.ErrDeadlineExceeded
	}
	return err
}

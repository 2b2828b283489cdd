package luaio

import (
	"bytes"
	"io"
	"time"
)

// AwaitFrame waits until the read buffer holds a delimiter, or the file has come
// to its end, or until the time is over, which is os.ErrDeadlineExceeded; the zero
// time is no limit.
func (f *File) AwaitFrame(delimiter byte, until time.Time) error {
	from := 0
	for {
		if bytes.IndexByte(f.in[f.r+from:f.w], delimiter) >= 0 {
			return nil
		}
		from = f.w - f.r
		if err := f.await(false, until); err != nil {
			return err
		}
		if err := f.more(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
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
func (f *File) AwaitWritable(until time.Time) error { return f.await(true, until) }

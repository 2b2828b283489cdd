package luaio

import (
	"bytes"
	"io"
	"time"
)

// AwaitFrame waits until the read buffer holds a delimiter, or the file has come
// to its end, or until the time is over, which is os.ErrDeadlineExceeded; the zero
// time is no limit.
func (r *Reader) AwaitFrame(delimiter byte, until time.Time) error {
	from := 0
	for {
		if bytes.IndexByte(r.buf[r.next+from:r.end], delimiter) >= 0 {
			return nil
		}
		from = r.end - r.next
		if err := r.file.await(false, until); err != nil {
			return err
		}
		if err := r.more(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// more adds what one read gives to the buffer.
func (r *Reader) more() error {
	switch {
	case r.next == r.end:
		return r.fill()
	case r.next > 0:
		r.compact()
	case r.end == len(r.buf):
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	return r.append()
}

// ReadFrame takes what the buffer holds up to the delimiter, which goes too; at
// the end of the file what is left, and then io.EOF.
func (r *Reader) ReadFrame(delimiter byte) (string, error) {
	b := r.rest()
	i := bytes.IndexByte(b, delimiter)
	switch {
	case i >= 0:
		r.next += i + 1
		return string(b[:i]), nil
	case len(b) == 0:
		return "", io.EOF
	}
	r.next = r.end
	return string(b), nil
}

// AwaitWritable waits until a write would find room.
func (f *File) AwaitWritable(until time.Time) error { return f.await(true, until) }

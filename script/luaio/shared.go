package luaio

import (
	"bytes"
	"io"
)

// seen is how much of what follows is looked at, in bytes.
const seen = 4096

// ReadSharedLine returns the next line, with its newline, and takes nothing behind
// it from a file that is not seekable: who shares the descriptor reads on there. Of a
// regular file what was read ahead is given back before a process starts. io.EOF means
// that there is no line.
func (f *File) ReadSharedLine() (string, error) {
	if f.stat().regular || bytes.IndexByte(f.in[f.r:f.w], '\n') >= 0 {
		return f.ReadLine(true)
	}
	line := bytes.Clone(f.in[f.r:f.w])
	f.r, f.w = 0, 0
	for {
		p := make([]byte, lineEnd(f.glimpse()))
		n, err := f.readOnce(p)
		line = append(line, p[:max(n, 0)]...)
		switch {
		case bytes.HasSuffix(line, []byte{'\n'}):
			return string(line), nil
		case err == nil && n > 0:
		case len(line) > 0 && (err == nil || err == io.EOF):
			return string(line), nil
		case err == nil:
			return "", io.EOF
		default:
			return "", err
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

// Follows shows some of what comes next, as far as it is here already and can be
// looked at without taking it.
func (f *File) Follows() []byte {
	if f.stat().regular && f.w-f.r < seen && f.in != nil {
		f.w = copy(f.in, f.in[f.r:f.w])
		f.r = 0
		n, _ := f.readOnce(f.in[f.w:])
		f.w += max(n, 0)
	}
	if f.r < f.w || f.stat().regular || !readable(f.f) {
		return f.in[f.r:f.w]
	}
	return f.glimpse()
}

package relay

import (
	"bytes"
	"context"
	"os"
	"syscall"
)

// Look passes its input on, and until a line matches looks at each one. Then it
// writes a line to its second output, and closes that.
func (x *Crossing) Look(ctx context.Context, files map[int]*os.File, match func(line []byte) bool) (err error) {
	j, err := x.open(ctx, files)
	if err != nil {
		return err
	}
	defer j.end(&err)
	in, out, told := j.in[0], j.out[0], j.out[1]
	buf := make([]byte, blockSize)
	var line []byte
	for {
		if !j.await(in, readable, out) || out.isLost() {
			return nil
		}
		n, err := in.read(buf)
		switch {
		case err == syscall.EAGAIN:
			continue
		case err != nil:
			return in.fault("read", err)
		}
		found := false
		line, found = look(append(line, buf[:n]...), n == 0, match)
		if found {
			if _, err := told.write([]byte{'\n'}); err != nil {
				j.lose(told, err)
			}
			told.close()
		}
		if n == 0 || !j.write(out, buf[:n]) {
			return nil
		}
		if found {
			_, err := j.pump(in, out)
			return err
		}
	}
}

// look tries the lines of data, and gives what is left of an unfinished one. A
// long one is looked at in parts.
func look(data []byte, end bool, match func([]byte) bool) (rest []byte, found bool) {
	for {
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			break
		}
		if match(data[:i]) {
			return nil, true
		}
		data = data[i+1:]
	}
	if (end || len(data) > blockSize) && match(data) {
		return nil, true
	}
	if len(data) > blockSize {
		data = nil
	}
	return append([]byte(nil), data...), false
}

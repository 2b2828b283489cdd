package relay

import (
	"bytes"
	"context"
	"os"
	"syscall"
)

// Concat moves all of the first input, then all of the next: bytes as they are.
func (x *Crossing) Concat(ctx context.Context, files map[int]*os.File) (err error) {
	j, err := x.open(ctx, files)
	if err != nil {
		return err
	}
	defer j.end(&err)
	for _, p := range j.in {
		if more, err := j.pump(p, j.out[0]); err != nil || !more {
			return err
		}
		p.close()
	}
	return nil
}

// Measure moves one input to one output: its ports count.
func (x *Crossing) Measure(ctx context.Context, files map[int]*os.File) (err error) {
	j, err := x.open(ctx, files)
	if err != nil {
		return err
	}
	defer j.end(&err)
	_, err = j.pump(j.in[0], j.out[0])
	x.moved()
	return err
}

// Count is Measure that counts records, too: all bytes go through memory, where it looks at them.
func (x *Crossing) Count(ctx context.Context, files map[int]*os.File) (err error) {
	j, err := x.open(ctx, files)
	if err != nil {
		return err
	}
	defer j.end(&err)
	in, out := j.in[0], j.out[0]
	in.count.countRecords()
	out.count.countRecords()
	end, _ := x.Frame.delimiter()
	_, err = j.copy(in, out, func(b []byte) {
		n := bytes.Count(b, []byte{end})
		in.count.addRecords(n)
		out.count.addRecords(n)
	})
	x.moved()
	return err
}

func (x *Crossing) moved() {
	if x.Moved != nil {
		x.Moved()
	}
}

// pump moves all of an input into an output: inside the kernel where one of them
// is a pipe. It gives false when the output has lost its reader, or the run is
// over.
func (j *junction) pump(in, out *port) (bool, error) {
	for {
		n, err := j.move(in, out)
		switch {
		case err == syscall.EAGAIN:
			if !j.awaitFlow(in, out) {
				return false, nil
			}
		case err == syscall.EINVAL || err == syscall.ENOSYS:
			return j.copy(in, out, nil) // neither is a pipe, or one appends
		case err != nil:
			return false, j.moveFailed(in, out, err)
		case n == 0:
			return true, nil
		}
	}
}

// awaitFlow waits until the input has something and then until the output has
// room; false says that one of them is lost.
func (j *junction) awaitFlow(in, out *port) bool {
	if !j.await(in, readable, out) || out.isLost() {
		return false
	}
	return !out.pipe || j.await(out, writable) && !out.isLost()
}

// copy moves all of an input into an output through memory. seen is called with what was moved; it may be nil.
func (j *junction) copy(in, out *port, seen func([]byte)) (bool, error) {
	buf := make([]byte, blockSize)
	for {
		if !j.await(in, readable, out) || out.isLost() {
			return false, nil
		}
		n, err := in.read(buf)
		if err == syscall.EAGAIN {
			continue
		}
		if err != nil {
			return false, in.fault("read", err)
		}
		if n == 0 {
			return true, nil
		}
		if !j.write(out, buf[:n]) {
			return false, nil
		}
		if seen != nil {
			seen(buf[:n])
		}
	}
}

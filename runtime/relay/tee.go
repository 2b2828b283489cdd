package relay

import (
	"context"
	"os"
)

// Tee copies its input to each of its outputs, bytes as they are. The slowest output sets the
// pace; one whose reader leaves, or that fails, is left out from there on.
func (x *Crossing) Tee(ctx context.Context, files map[int]*os.File) (err error) {
	j, err := x.open(ctx, files)
	if err != nil {
		return err
	}
	defer j.end(&err)
	if done, err := teeNative(j); done || err != nil {
		return err
	}
	from, rests := newSource(j.in[0], FrameBytes), make([][]byte, len(j.out))
	for !from.eof {
		if !j.await(from.port, readable, j.out...) || !j.left() {
			return nil
		}
		if err := from.fill(); err != nil {
			return err
		}
		for i := range rests {
			rests[i] = from.buf[from.r:from.w]
		}
		from.r = from.w
		if !j.flush(from, rests) {
			return nil
		}
	}
	return nil
}

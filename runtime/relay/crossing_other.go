//go:build !linux

package relay

import (
	"context"
	"errors"
	"os"
)

// junction is a crossing at work.
type junction struct{}

// Waits lists the descriptors any of which would let the relay go on.
func (x *Crossing) Waits() []int { return nil }

func (x *Crossing) absent(files map[int]*os.File) error {
	for _, f := range files {
		f.Close()
	}
	return errors.New("relays between pipes are not built for this system yet")
}

// Tee is refused here.
func (x *Crossing) Tee(ctx context.Context, files map[int]*os.File) error { return x.absent(files) }

// Merge is refused here.
func (x *Crossing) Merge(ctx context.Context, files map[int]*os.File) error { return x.absent(files) }

// Concat is refused here.
func (x *Crossing) Concat(ctx context.Context, files map[int]*os.File) error { return x.absent(files) }

// Deal is refused here.
func (x *Crossing) Deal(ctx context.Context, files map[int]*os.File) error { return x.absent(files) }

// DealInOrder is refused here.
func (x *Crossing) DealInOrder(ctx context.Context, files map[int]*os.File) error {
	return x.absent(files)
}

// Order is refused here.
func (x *Crossing) Order(ctx context.Context, files map[int]*os.File) error { return x.absent(files) }

// Shard is refused here.
func (x *Crossing) Shard(ctx context.Context, files map[int]*os.File, key func([]byte) (int, error)) error {
	return x.absent(files)
}

// Measure is refused here.
func (x *Crossing) Measure(ctx context.Context, files map[int]*os.File) error { return x.absent(files) }

// Spill is refused here.
func (x *Crossing) Spill(ctx context.Context, files map[int]*os.File, dir string, limit int64) error {
	return x.absent(files)
}

// Look is refused here.
func (x *Crossing) Look(ctx context.Context, files map[int]*os.File, match func(line []byte) bool) error {
	return x.absent(files)
}

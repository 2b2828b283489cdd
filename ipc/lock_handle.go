package ipc

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

// handle is one handle of a lock, and where the lock lies. After Close, and once the region
// is closed, its calls give os.ErrClosed, also those that wait.
type handle struct {
	kind       Kind
	region     *Region
	offset     int
	own        bool   // the region is the lock's alone
	param      uint32 // what a lock that has a region of its own was made with
	shrinkable bool   // another process can make the region smaller
	closed     atomic.Bool
}

// handleAt gives the handle of a lock that takes size bytes, aligned to eight, in a region.
func handleAt(kind Kind, r *Region, offset, size int) (*handle, error) {
	var err error
	switch {
	case offset < 0 || offset > r.Size() || size > r.Size()-offset:
		err = fmt.Errorf("it takes %d bytes, and none lies at offset %d of %d bytes", size, offset, r.Size())
	case offset%8 != 0:
		err = fmt.Errorf("the offset %d is not aligned to 8", offset)
	default:
		return &handle{kind: kind, region: r, offset: offset, shrinkable: canShrink(r)}, nil
	}
	return nil, &Error{"open", Addr{kind, r.addr.Name}, err}
}

func (h *handle) word32(at int) *uint32 { return word32(h.region.data, h.offset+at) }
func (h *handle) word64(at int) *uint64 { return word64(h.region.data, h.offset+at) }

// use is a call that uses the memory of a lock.
type use struct {
	*handle
	op     string
	before bool // what catchFaults gave
}

// enter keeps the memory mapped until leave.
func (h *handle) enter(op string) (use, error) {
	if h.closed.Load() || !h.region.enter() {
		return use{}, h.fault(op, errLockClosed)
	}
	u := use{handle: h, op: op}
	if h.shrinkable {
		u.before = catchFaults()
	}
	return u, nil
}

// leave, deferred, ends a use, and makes an error of a fault in the memory. err may be nil.
func (u use) leave(err *error) {
	if u.shrinkable && isFault(recover(), u.before) && err != nil {
		*err = u.fault(u.op, errCut)
	}
	u.region.leave()
}

// untilDone is untilDone of a context, and ends when the handle is closed.
func (h *handle) untilDone(ctx context.Context) timeLeft {
	left := untilDone(ctx)
	return func() (time.Duration, error) {
		if h.closed.Load() || h.region.closing() {
			return 0, errLockClosed
		}
		return left()
	}
}

func (h *handle) fault(op string, err error) error { return &Error{op, h.Addr(), err} }

// Addr gives the lock's name, or that of the region in which it lies.
func (h *handle) Addr() Addr { return Addr{h.kind, h.region.addr.Name} }

// File is the descriptor of its region.
func (h *handle) File() *os.File { return h.region.file }

// Files gives the descriptor of its region.
func (h *handle) Files() []*os.File { return h.region.Files() }

// Offset is where in its region it lies.
func (h *handle) Offset() int { return h.offset }

// Close gives the handle up. If the lock has a region of its own, that is closed.
func (h *handle) Close() error {
	h.closed.Store(true)
	if h.own {
		return h.region.Close()
	}
	return nil
}

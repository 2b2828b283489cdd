package ipc

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// place is where a lock lies, and one handle's hold on it. After Close, and once
// the region is closed, its calls give os.ErrClosed, also those that wait.
type place struct {
	kind   Kind
	region *Region
	offset int
	own    bool   // the region is the lock's alone
	with   uint32 // what a lock that has a region of its own was made with
	cut    bool   // another process can make the region smaller
	closed atomic.Bool
}

// placeAt gives the place of size bytes, aligned to eight, in a region.
func placeAt(kind Kind, r *Region, offset, size int) (*place, error) {
	a := Addr{kind, r.addr.Name}
	switch {
	case offset < 0 || offset > r.Size() || size > r.Size()-offset:
		return nil, &Error{"open", a, fmt.Errorf("it takes %d bytes, and none lies at offset %d of %d bytes", size, offset, r.Size())}
	case offset%8 != 0:
		return nil, &Error{"open", a, fmt.Errorf("the offset %d is not aligned to 8", offset)}
	}
	return &place{kind: kind, region: r, offset: offset, cut: canBeCut(r)}, nil
}

func (p *place) word32(at int) *uint32 { return word32(p.region.data, p.offset+at) }
func (p *place) word64(at int) *uint64 { return word64(p.region.data, p.offset+at) }

// call is a call that uses a lock's memory.
type call struct {
	*place
	op     string
	before bool // what watch gave
}

// enter keeps the memory there until leave.
func (p *place) enter(op string) (call, error) {
	if p.closed.Load() || !p.region.enter() {
		return call{}, p.fault(op, errLockClosed)
	}
	c := call{place: p, op: op}
	if p.cut {
		c.before = watch()
	}
	return c, nil
}

// leave is deferred. It makes an error of memory that is gone; err may be nil.
func (c call) leave(err *error) {
	if c.cut {
		if p := recover(); p != nil {
			if _, fault := p.(interface{ Addr() uintptr }); !fault {
				panic(p)
			}
			if err != nil {
				*err = c.fault(c.op, errLockCut)
			}
		}
		debug.SetPanicOnFault(c.before)
	}
	c.region.leave()
}

// patient waits until ctx ends, or the handle is closed.
func (p *place) patient(ctx context.Context) patience {
	ask := patient(ctx)
	return func() (time.Duration, error) {
		if p.closed.Load() || p.region.closing() {
			return 0, errLockClosed
		}
		return ask()
	}
}

func (p *place) fault(op string, err error) error { return &Error{op, p.Addr(), err} }

// Addr gives the lock's name, or that of the region it lies in.
func (p *place) Addr() Addr { return Addr{p.kind, p.region.addr.Name} }

// File is the descriptor of its region.
func (p *place) File() *os.File { return p.region.file }

// Files gives it.
func (p *place) Files() []*os.File { return []*os.File{p.region.file} }

// Offset is where in its region it lies.
func (p *place) Offset() int { return p.offset }

// Close gives the handle up. A lock inside a region is the region's.
func (p *place) Close() error {
	p.closed.Store(true)
	if p.own {
		return p.region.Close()
	}
	return nil
}

package ipc

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
)

// Region is memory that several processes map, mmap(2) with MAP_SHARED: what one
// stores the others load. Nothing else is between them.
type Region struct {
	addr Addr
	file *os.File
	data []byte
	once sync.Once

	// users counts the calls that use the memory now, such as a lock's wait;
	// regionClosing is added when it is to go, and idle is told by the last of them.
	users atomic.Int64
	idle  chan struct{}
}

const regionClosing = -1 << 62

// maxRegion is a size that is a mistake.
const maxRegion = 1 << 40

// Bytes is the memory. It must not be used after Close.
func (r *Region) Bytes() []byte { return r.data }

// Size is its length in bytes.
func (r *Region) Size() int { return len(r.data) }

// Addr gives its name.
func (r *Region) Addr() Addr { return r.addr }

// File is the descriptor by which another process maps it.
func (r *Region) File() *os.File { return r.file }

// enter keeps the memory mapped until leave. It says no once the region is closed.
func (r *Region) enter() bool {
	if r.users.Add(1) < 0 {
		r.leave()
		return false
	}
	return true
}

func (r *Region) leave() {
	if r.users.Add(-1) == regionClosing {
		select {
		case r.idle <- struct{}{}:
		default:
		}
	}
}

// closing tells those who wait that they keep Close waiting.
func (r *Region) closing() bool { return r.users.Load() < 0 }

// Close unmaps the memory. The region stays while others have it, and by its
// name. Locks that lie in it are given up: who waits for one is told, and one that
// is held stays so until this process ends.
func (r *Region) Close() error {
	var err error
	r.once.Do(func() {
		for v := r.users.Add(regionClosing); v != regionClosing; v = r.users.Load() {
			<-r.idle
		}
		err = errors.Join(unmap(r.data), r.file.Close())
		r.data = nil
	})
	return err
}

func checkRegionSize(size int) error {
	switch {
	case size < 0:
		return fmt.Errorf("the size is %d bytes: it must be 1 or more", size)
	case size == 0:
		return errors.New("the size is zero bytes: there is nothing to share")
	case size > maxRegion:
		return fmt.Errorf("the size is %d bytes: no machine has that", size)
	}
	return nil
}

package ipc

import (
	"errors"
	"fmt"
	"os"
	"sync"
)

// Region is memory that several processes map, mmap(2) with MAP_SHARED: what one
// stores the others load. Nothing else is between them.
type Region struct {
	addr Addr
	file *os.File
	data []byte
	once sync.Once
}

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

// Close unmaps the memory. The region stays while others have it, and by its
// name.
func (r *Region) Close() error {
	var err error
	r.once.Do(func() {
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

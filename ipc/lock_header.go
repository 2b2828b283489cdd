package ipc

import (
	"errors"
	"fmt"
	"os"
)

// A lock that has a region of its own begins with
//
//	 0  u64  magic, "weirlock"
//	 8  u32  version, 1
//	12  u32  number of its kind
//	16  u32  what it was made with: the parties of a barrier, 1 for an event that resets itself
//
// and its words follow at 64.
const (
	lockMagic   = 0x6b636f6c72696577 // "weirlock", little-endian
	lockVersion = 1
	lockBody    = 64
)

// createLock makes a lock whose words take size bytes. param is what it is made with.
func createLock(kind Kind, name string, size int, param uint32, o NameOptions) (*handle, error) {
	r, err := createNamed(kind, name, lockBody+size, func(r *Region) error {
		b := r.data
		*word64(b, 0), *word32(b, 8), *word32(b, 12), *word32(b, 16) = lockMagic, lockVersion, kind.row().number, param
		return nil
	}, o)
	return checkLock(kind, size, r, err)
}

func openLock(kind Kind, name string, size int) (*handle, error) {
	r, err := openNamed(kind, name)
	return checkLock(kind, size, r, err)
}

func lockFromFile(kind Kind, f *os.File, name string, size int) (*handle, error) {
	r, err := mapRegion(Addr{kind, name}, f)
	return checkLock(kind, size, r, err)
}

// checkLock gives the handle of the lock that lies in a region of its own.
func checkLock(kind Kind, size int, r *Region, err error) (*handle, error) {
	if err != nil {
		return nil, err
	}
	h := &handle{kind: kind, region: r, offset: lockBody, own: true, shrinkable: canShrink(r)}
	if err := h.checkHeader(kind, size); err != nil {
		r.Close()
		return nil, err
	}
	return h, nil
}

// checkHeader reads what a lock was made with.
func (h *handle) checkHeader(kind Kind, size int) (err error) {
	use, err := h.enter("open")
	if err != nil {
		return err
	}
	defer use.leave(&err)
	b := h.region.data
	switch {
	case len(b) < lockBody+size || *word64(b, 0) != lockMagic || *word32(b, 12) != kind.row().number:
		return h.fault("open", fmt.Errorf("the region holds no %s", kind))
	case *word32(b, 8) != lockVersion:
		return h.fault("open", errors.New("it was made by another version"))
	}
	h.param = *word32(b, 16)
	return nil
}

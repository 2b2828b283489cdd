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
//	12  u32  kind: 1 mutex, 2 condition, 3 barrier, 4 event
//	16  u32  what it was made with: a barrier's number, 1 for an event that resets itself
//
// and its words follow at 64.
const (
	lockMagic   = 0x6b636f6c72696577 // "weirlock", little-endian
	lockVersion = 1
	lockBody    = 64
)

var lockNumbers = map[Kind]uint32{KindMutex: 1, KindCondition: 2, KindBarrier: 3, KindEvent: 4}

func createLock(kind Kind, name string, size int, with uint32, o NameOptions) (*place, error) {
	r, err := createNamed(kind, name, lockBody+size, func(r *Region) error {
		*word64(r.data, 0), *word32(r.data, 8), *word32(r.data, 12), *word32(r.data, 16) = lockMagic, lockVersion, lockNumbers[kind], with
		return nil
	}, o)
	return checkLock(kind, size, r, err)
}

func openLock(kind Kind, name string, size int) (*place, error) {
	r, err := openNamed(kind, name)
	return checkLock(kind, size, r, err)
}

func lockFromFile(kind Kind, f *os.File, name string, size int) (*place, error) {
	r, err := mapRegion(Addr{kind, name}, f)
	return checkLock(kind, size, r, err)
}

// checkLock gives the place of the lock that has a region of its own.
func checkLock(kind Kind, size int, r *Region, err error) (*place, error) {
	if err != nil {
		return nil, err
	}
	p := &place{kind: kind, region: r, offset: lockBody, own: true, cut: canBeCut(r)}
	if err := p.checkHeader(kind, size); err != nil {
		r.Close()
		return nil, err
	}
	return p, nil
}

func (p *place) checkHeader(kind Kind, size int) (err error) {
	c, err := p.enter("open")
	if err != nil {
		return err
	}
	defer c.leave(&err)
	b := p.region.data
	switch {
	case len(b) < lockBody+size || *word64(b, 0) != lockMagic || *word32(b, 12) != lockNumbers[kind]:
		return p.fault("open", fmt.Errorf("the region holds no %s", kind))
	case *word32(b, 8) != lockVersion:
		return p.fault("open", errors.New("it was made by another version"))
	}
	p.with = *word32(b, 16)
	return nil
}

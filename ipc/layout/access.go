package layout

import (
	"errors"
	"sync/atomic"
	"unsafe"
)

// ErrMisaligned is an atomic access to a field that is not aligned to its size, as packed
// structs have them. No processor has such an access.
var ErrMisaligned = errors.New("the field is not aligned to its size, so that no access to it is atomic")

// Load is one plain load of 1, 2, 4 or 8 bytes from the start of b. What other threads
// store meanwhile may be seen or not. If b is not aligned to size, half of it may be seen.
func Load(b []byte, size int) uint64 {
	_ = b[size-1]
	p := unsafe.Pointer(&b[0])
	switch size {
	case 1:
		return uint64(*(*uint8)(p))
	case 2:
		return uint64(*(*uint16)(p))
	case 4:
		return uint64(*(*uint32)(p))
	}
	return *(*uint64)(p)
}

// Store is one plain store of 1, 2, 4 or 8 bytes.
func Store(b []byte, size int, v uint64) {
	_ = b[size-1]
	p := unsafe.Pointer(&b[0])
	switch size {
	case 1:
		*(*uint8)(p) = uint8(v)
	case 2:
		*(*uint16)(p) = uint16(v)
	case 4:
		*(*uint32)(p) = uint32(v)
	default:
		*(*uint64)(p) = v
	}
}

// Update replaces the value at the start of b atomically, and returns the one before.
// change computes the new value, and reports whether to store it. A field of one or two
// bytes is changed within the four bytes around it, which are in the region, too: regions
// are mapped in pages.
func Update(b []byte, size int, change func(old uint64) (uint64, bool)) (old uint64, err error) {
	_ = b[size-1]
	p := unsafe.Pointer(&b[0])
	if uintptr(p)%uintptr(size) != 0 {
		return 0, ErrMisaligned
	}
	if size == 8 {
		w := (*uint64)(p)
		for {
			old := atomic.LoadUint64(w)
			v, do := change(old)
			if !do || atomic.CompareAndSwapUint64(w, old, v) {
				return old, nil
			}
		}
	}
	shift := uintptr(p) % 4 * 8
	mask := uint32(uint64(1)<<(8*size) - 1)
	w := (*uint32)(unsafe.Add(p, -int(shift/8)))
	for {
		word := atomic.LoadUint32(w)
		old := word >> shift & mask
		v, do := change(uint64(old))
		if !do || atomic.CompareAndSwapUint32(w, word, word&^(mask<<shift)|uint32(v)&mask<<shift) {
			return uint64(old), nil
		}
	}
}

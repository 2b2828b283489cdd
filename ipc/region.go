package ipc

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Region is memory that several processes map, mmap(2) with MAP_SHARED: what one stores the
// others load.
type Region struct {
	addr Addr
	file *os.File
	data []byte
	once sync.Once

	// users counts the calls that use the memory now, such as a lock's wait. Close adds
	// regionClosing, and the last call then sends to idle.
	users atomic.Int64
	idle  chan struct{}
}

const regionClosing = -1 << 62

// maxRegion is the size from which on it must be a mistake.
const maxRegion = 1 << 40

// CreateRegion makes a region of size bytes, shm_open(3), 0600. Its memory is allocated: a
// full tmpfs is an error now, and no SIGBUS later. A name that exists is fs.ErrExist.
// Without a name the region is private, a memfd_create(2) whose size is sealed.
func CreateRegion(name string, size int, o NameOptions) (*Region, error) {
	return createNamed(KindRegion, name, size, nil, o)
}

// OpenRegion maps the region that has the name, whole.
func OpenRegion(name string) (*Region, error) { return openNamed(KindRegion, name) }

// RegionFromFile takes over a region's descriptor.
func RegionFromFile(f *os.File, name string) (*Region, error) {
	return mapRegion(Addr{KindRegion, name}, f)
}

func init() {
	implement(KindRegion, operations{open: opener(OpenRegion), join: joiner(RegionFromFile),
		create: func(a Addr, s Spec, o NameOptions) (Object, error) { return object(CreateRegion(a.Name, s.Size, o)) },
		path:   func(name string) (string, error) { return sharedPath("", name) },
		shown:  folder{path: sharedFolder}, limits: shmLimits,
		trial: Spec{Size: 4096},
		use:   user(func(_ context.Context, r *Region) error { r.data[4095] = 1; return nil })})
}

// createNamed makes the region in which an object of a kind lies. Without a name it is
// private. init writes its first contents, before the name appears.
func createNamed(kind Kind, name string, size int, init func(*Region) error, o NameOptions) (*Region, error) {
	if name == "" {
		return createPrivate(Addr{kind, name}, size, init)
	}
	a, path, err := objectPath(kind, name)
	if err != nil {
		return nil, &Error{"create", a, err}
	}
	return createRegionAt(a, path, size, init, o)
}

// openNamed maps the region in which the object of that name lies.
func openNamed(kind Kind, name string) (*Region, error) {
	a, path, err := objectPath(kind, name)
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	return openRegionAt(a, path)
}

// objectPath gives the address of an object, with the name as the system has it, and the
// path of the name.
func objectPath(kind Kind, name string) (Addr, string, error) {
	clean, err := objectName(name)
	if err != nil {
		return Addr{kind, name}, "", err
	}
	path, err := PathOf(Addr{kind, clean})
	return Addr{kind, clean}, path, err
}

// fillRegion sizes and maps a new file, and has init write its first contents.
func fillRegion(a Addr, f *os.File, size int, init func(*Region) error) (*Region, error) {
	r, err := mapSized(a, f, size)
	if err != nil || init == nil {
		return r, err
	}
	if err := init(r); err != nil {
		r.Close()
		return nil, &Error{"create", a, err}
	}
	return r, nil
}

// mapRegion maps all of a file, which it takes over.
func mapRegion(a Addr, f *os.File) (*Region, error) {
	size, err := regionSize(f)
	if err != nil {
		f.Close()
		return nil, &Error{"map", a, err}
	}
	return mapSized(a, f, size)
}

// Bytes is the memory. It must not be used after Close.
func (r *Region) Bytes() []byte { return r.data }

// Size is the length in bytes.
func (r *Region) Size() int { return len(r.data) }

// Addr gives its name.
func (r *Region) Addr() Addr { return r.addr }

// Files gives its descriptor.
func (r *Region) Files() []*os.File { return []*os.File{r.file} }

// File is the descriptor by which another process maps it.
func (r *Region) File() *os.File { return r.file }

// enter keeps the memory mapped until leave. It reports false once the region is closed.
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

// closing reports whether Close waits for the calls that use the memory.
func (r *Region) closing() bool { return r.users.Load() < 0 }

// Close unmaps the memory. The region stays while others have it, and while it has a name.
// Waits at locks that lie in it end. A lock there that is held stays so until this process
// ends.
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

// word64 is the word at an offset of memory that is shared.
func word64(b []byte, offset int) *uint64 {
	_ = b[offset+7]
	return (*uint64)(unsafe.Pointer(&b[offset]))
}

func word32(b []byte, offset int) *uint32 {
	_ = b[offset+3]
	return (*uint32)(unsafe.Pointer(&b[offset]))
}

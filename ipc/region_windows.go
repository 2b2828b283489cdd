package ipc

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A region is a file mapping of the paging file. Its os.File is the handle of the mapping. It
// has the size that CreateFileMapping was given, in whole pages to those who open it, and
// never another. The system removes its name with its last handle.
//
// A private one has a random name. All who have a handle find by it where to wait, see
// futex_windows.go.

// createPrivate makes a region that nobody finds by its name. init writes its first contents.
func createPrivate(a Addr, size int, init func(*Region) error) (*Region, error) {
	return createRegionAt(a, `Local\`+privateName+rand.Text(), size, init, NameOptions{})
}

// createRegionAt makes a region that has a name. Nobody is let in before init has written the
// first contents.
func createRegionAt(a Addr, path string, size int, init func(*Region) error, o NameOptions) (*Region, error) {
	if err := checkRegionSize(size); err != nil {
		return nil, &Error{"create", a, err}
	}
	s, err := ownerOnly()
	if err != nil {
		return nil, &Error{"create", a, err}
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &Error{"create", a, err}
	}
	n, err := register(a, path, o)
	if err != nil {
		return nil, &Error{"create", a, err}
	}
	r, err := makeRegion(a, name, size, init, s)
	if err != nil {
		n.withdraw()
		return nil, &Error{"create", a, nameTaken(path, err)}
	}
	return r, nil
}

func makeRegion(a Addr, name *uint16, size int, init func(*Region) error, s *security) (*Region, error) {
	h, err := windows.CreateFileMapping(windows.InvalidHandle, s.sealed, windows.PAGE_READWRITE,
		uint32(size>>32), uint32(size), name)
	if err != nil {
		if h != 0 {
			windows.CloseHandle(h)
		}
		return nil, err
	}
	r, err := fillRegion(a, os.NewFile(uintptr(h), windows.UTF16PtrToString(name)), size, init)
	if err != nil {
		return nil, err
	}
	err = windows.SetKernelObjectSecurity(h, windows.DACL_SECURITY_INFORMATION, s.private.SecurityDescriptor)
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// nameTaken says in words that a name is not to be had.
func nameTaken(path string, err error) error {
	switch {
	case errors.Is(err, windows.ERROR_ACCESS_DENIED) && strings.HasPrefix(path, `Global\`):
		return fmt.Errorf(`a name in Global\ takes the right SeCreateGlobalPrivilege, or another user has it; `+
			`Local\ needs no right: %w`, windows.ERROR_ACCESS_DENIED)
	case errors.Is(err, windows.ERROR_INVALID_HANDLE):
		return fmt.Errorf("an object of another kind has the name: %w", windows.ERROR_ALREADY_EXISTS)
	case errors.Is(err, windows.ERROR_ACCESS_DENIED):
		return fmt.Errorf("%w: %w", ErrNotOurs, windows.ERROR_ALREADY_EXISTS)
	}
	return err
}

// sealedTime is how long an opener waits for a maker to let it in.
const sealedTime = 100 * time.Millisecond

// opening calls open again while the maker of an object lets nobody in, and says in words why
// it cannot be opened.
func opening(path string, open func(name *uint16) (windows.Handle, error)) (windows.Handle, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, err
	}
	for until := time.Now().Add(sealedTime); ; time.Sleep(time.Millisecond) {
		h, err := open(name)
		switch {
		case err == nil:
			if err = checkOwner(h); err != nil {
				windows.CloseHandle(h)
			}
			return h, err
		case errors.Is(err, windows.ERROR_INVALID_HANDLE):
			return 0, errors.New("what has the name is of another kind")
		case !errors.Is(err, windows.ERROR_ACCESS_DENIED):
			return 0, err
		case time.Now().After(until):
			return 0, ErrNotOurs
		}
	}
}

// openRegionAt maps the region that has a name. Another user's is refused.
func openRegionAt(a Addr, path string) (*Region, error) {
	h, err := opening(path, func(name *uint16) (windows.Handle, error) {
		const access = sectionQuery | windows.FILE_MAP_READ | windows.FILE_MAP_WRITE | windows.READ_CONTROL
		return openFileMapping(access, name)
	})
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	return mapRegion(a, os.NewFile(uintptr(h), path))
}

// regionSize is how much there is to be mapped.
func regionSize(f *os.File) (int, error) {
	size, err := sectionSize(windows.Handle(f.Fd()))
	if err != nil {
		return 0, errors.New("this is no shared memory")
	}
	return size, checkRegionSize(size)
}

// mapSized maps size bytes of a file mapping, which it takes over.
func mapSized(a Addr, f *os.File, size int) (*Region, error) {
	h := windows.Handle(f.Fd())
	at, err := windows.MapViewOfFile(h, windows.FILE_MAP_READ|windows.FILE_MAP_WRITE, 0, 0, uintptr(size))
	if err != nil {
		f.Close()
		return nil, &Error{"map", a, err}
	}
	data := unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), size)
	parkAt(data, h)
	return &Region{addr: a, file: f, data: data, idle: make(chan struct{}, 1)}, nil
}

// canShrink reports whether a region can be made smaller.
func canShrink(*Region) bool { return false }

func unmap(data []byte) error {
	unpark(data)
	return windows.UnmapViewOfFile(uintptr(unsafe.Pointer(&data[0])))
}

// sharedPath gives the name of an object that any program joins.
func sharedPath(_, name string) (string, error) {
	switch {
	case strings.HasPrefix(name, slotFolder):
		return "", errors.New("this is the name of a mailslot")
	case name[0] != '/':
		return name, nil // with its namespace
	}
	return `Local\` + name[1:], nil
}

// ownPath gives the name of an object that only users of this package join.
func ownPath(kind Kind, name string) (string, error) {
	space, bare := "Local", strings.TrimPrefix(name, "/")
	if before, after, found := strings.Cut(bare, `\`); found {
		space, bare = before, after
	}
	return space + `\weir-` + string(kind) + "." + bare, nil
}

// sharedFolder is where the system shows names: in no folder.
const sharedFolder = ""

func shmLimits() string { return "" }

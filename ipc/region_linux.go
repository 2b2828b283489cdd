package ipc

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// shmFolder is where shm_open(3) has its names: a tmpfs.
const shmFolder = "/dev/shm"

// CreateRegion makes a region of size bytes, shm_open(3), 0600. The memory is
// there when it returns: a tmpfs that is full is an error now and no SIGBUS later.
// A name that exists is fs.ErrExist. Without a name the region is private, a
// memfd_create(2) that is sealed against a change of its size.
func CreateRegion(name string, size int, o NameOptions) (*Region, error) {
	a := Addr{KindRegion, name}
	if name == "" {
		return createPrivate(a, size, nil)
	}
	name, err := objectName(name)
	if err != nil {
		return nil, &Error{"create", a, err}
	}
	return createRegionAt(Addr{KindRegion, name}, shmFolder+name, size, nil, o)
}

// OpenRegion maps the region that has the name, whole.
func OpenRegion(name string) (*Region, error) {
	name, err := objectName(name)
	a := Addr{KindRegion, name}
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	return openRegionAt(a, shmFolder+name)
}

// RegionFromFile takes over a region's descriptor.
func RegionFromFile(f *os.File, name string) (*Region, error) {
	return mapRegion(Addr{KindRegion, name}, f)
}

// createPrivate makes a region that has no name; init writes what it first
// holds.
func createPrivate(a Addr, size int, init func(*Region) error) (*Region, error) {
	if err := checkRegionSize(size); err != nil {
		return nil, &Error{"create", a, err}
	}
	fd, err := unix.MemfdCreate("weir-"+string(a.Kind), unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, &Error{"memfd_create", a, err}
	}
	f := os.NewFile(uintptr(fd), string(a.Kind))
	r, err := fillRegion(a, f, size, init)
	if err != nil {
		return nil, err
	}
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL); err != nil {
		r.Close()
		return nil, &Error{"seal", a, err}
	}
	return r, nil
}

// createRegionAt makes the region whole before it has its name: whoever sees the
// name sees what init wrote.
func createRegionAt(a Addr, path string, size int, init func(*Region) error, o NameOptions) (*Region, error) {
	if err := checkRegionSize(size); err != nil {
		return nil, &Error{"create", a, err}
	}
	var st unix.Stat_t
	if unix.Lstat(path, &st) == nil {
		// link(2) would find the same, after the memory was taken and the name written down.
		return nil, &Error{"create", a, unix.EEXIST}
	}
	fd, err := unix.Open(filepath.Dir(path), unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, &Error{"create", a, err}
	}
	f := os.NewFile(uintptr(fd), path)
	// open(2) takes the umask off the mode.
	if err := unix.Fchmod(fd, 0o600); err != nil {
		f.Close()
		return nil, &Error{"chmod", a, err}
	}
	r, err := fillRegion(a, f, size, init)
	if err != nil {
		return nil, err
	}
	if err := linkFile(a, fd, path, o.Registrar); err != nil {
		r.Close()
		return nil, &Error{"create", a, err}
	}
	return r, nil
}

// linkFile gives a file that has no name one, after the registrar was told.
func linkFile(a Addr, fd int, path string, registrar Registrar) error {
	if _, err := LookAt(path); err == nil {
		return unix.EEXIST // without telling the registrar of what will not be
	}
	l, err := lookAtFile(fd)
	if err != nil {
		return err
	}
	n := ownName{path, l.FileID, registrar}
	if err := n.register(a); err != nil {
		return err
	}
	if err := unix.Linkat(unix.AT_FDCWD, throughDescriptor(fd), unix.AT_FDCWD, path, unix.AT_SYMLINK_FOLLOW); err != nil {
		n.withdraw()
		return err
	}
	return nil
}

// fillRegion sizes and maps a new file, and has init write its first state.
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

// openRegionAt maps a file that is a region of ours.
func openRegionAt(a Addr, path string) (*Region, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		if err == unix.ELOOP {
			err = fmt.Errorf("a symbolic link has the name, and is not followed: %w", err)
		}
		return nil, &Error{"open", a, err}
	}
	f := os.NewFile(uintptr(fd), path)
	var st unix.Stat_t
	err = unix.Fstat(fd, &st)
	switch {
	case err != nil:
	case st.Mode&unix.S_IFMT != unix.S_IFREG:
		err = errors.New("what has the name is no shared memory")
	case int(st.Uid) != os.Geteuid():
		err = ErrNotOurs
	}
	if err != nil {
		f.Close()
		return nil, &Error{"open", a, err}
	}
	return mapRegion(a, f)
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

// regionSize is how much of a file is there to be mapped.
func regionSize(f *os.File) (int, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return 0, err
	case !info.Mode().IsRegular():
		return 0, errors.New("this is no shared memory")
	case info.Size() == 0:
		return 0, errors.New("it has no bytes yet: whoever made it has not sized it, ftruncate(2)")
	}
	return int(info.Size()), checkRegionSize(int(info.Size()))
}

// mapSized maps size bytes of a file, which it takes over, once they are there.
func mapSized(a Addr, f *os.File, size int) (*Region, error) {
	if err := allocate(f, size); err != nil {
		f.Close()
		return nil, &Error{"allocate", a, err}
	}
	data, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		f.Close()
		return nil, &Error{"map", a, err}
	}
	return &Region{addr: a, file: f, data: data, idle: make(chan struct{}, 1)}, nil
}

func unmap(data []byte) error { return unix.Munmap(data) }

// createNamed makes an object that lies in a region: by its name in weir's own
// folder, or private.
func createNamed(kind Kind, name string, size int, init func(*Region) error, o NameOptions) (*Region, error) {
	a := Addr{kind, name}
	if name == "" {
		return createPrivate(a, size, init)
	}
	name, path, err := ownPath(kind, name)
	if err != nil {
		return nil, &Error{"create", a, err}
	}
	return createRegionAt(Addr{kind, name}, path, size, init, o)
}

// openNamed maps an object of weir's own folder.
func openNamed(kind Kind, name string) (*Region, error) {
	a := Addr{kind, name}
	name, path, err := ownPath(kind, name)
	if err != nil {
		return nil, &Error{"open", a, err}
	}
	return openRegionAt(Addr{kind, name}, path)
}

// ownPath gives the place of a name that only programs of weir's join.
func ownPath(kind Kind, name string) (clean, path string, err error) {
	if clean, err = objectName(name); err != nil {
		return "", "", err
	}
	folder, err := ownFolder(shmFolder, fmt.Sprintf("weir-%d", os.Geteuid()))
	if err != nil {
		return "", "", err
	}
	return clean, filepath.Join(folder, string(kind)+"."+strings.TrimPrefix(clean, "/")), nil
}

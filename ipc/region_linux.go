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

// createPrivate makes a region without a name. init writes its first contents.
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
	const seals = unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_SEAL
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, seals); err != nil {
		r.Close()
		return nil, &Error{"seal", a, err}
	}
	return r, nil
}

// createRegionAt makes a region that has a name. The name appears when init has written the
// first contents.
func createRegionAt(a Addr, path string, size int, init func(*Region) error, o NameOptions) (*Region, error) {
	if err := checkRegionSize(size); err != nil {
		return nil, &Error{"create", a, err}
	}
	var st unix.Stat_t
	if unix.Lstat(path, &st) == nil {
		// link(2) would find the same, but after the memory was allocated.
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

// linkFile registers a name for a file that has none, and gives it to the file.
func linkFile(a Addr, fd int, path string, registrar Registrar) error {
	if _, err := LookAt(path); err == nil {
		return unix.EEXIST // which saves a line in the register
	}
	l, err := lookAtFile(fd)
	if err != nil {
		return err
	}
	n := ownName{path, l.FileID, registrar}
	if err := n.register(a); err != nil {
		return err
	}
	if err := unix.Linkat(unix.AT_FDCWD, descriptorPath(fd), unix.AT_FDCWD, path, unix.AT_SYMLINK_FOLLOW); err != nil {
		n.withdraw()
		return err
	}
	return nil
}

// openRegionAt maps the region that has a path. Another user's is refused.
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

// mapSized allocates and maps size bytes of a file, which it takes over.
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

// canShrink reports whether a region's file can be made smaller. A private region is sealed
// against that.
func canShrink(r *Region) bool {
	seals, err := unix.FcntlInt(r.file.Fd(), unix.F_GET_SEALS, 0)
	return err != nil || seals&unix.F_SEAL_SHRINK == 0
}

func unmap(data []byte) error { return unix.Munmap(data) }

// sharedFolder is where the system shows names.
const sharedFolder = shmFolder

// sharedPath gives the path of a name that any program joins.
func sharedPath(prefix, name string) (string, error) {
	return shmFolder + "/" + prefix + strings.TrimPrefix(name, "/"), nil
}

// ownPath gives the path of a name that only users of this package join.
func ownPath(kind Kind, name string) (string, error) {
	folder, err := ownFolder(shmFolder, fmt.Sprintf("weir-%d", os.Geteuid()))
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, string(kind)+"."+strings.TrimPrefix(name, "/")), nil
}

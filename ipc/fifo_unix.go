//go:build unix

package ipc

import (
	"context"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// MakeFIFO makes a FIFO, mkfifo(3), with exactly the permission bits of perm. A name that
// exists is an error (EEXIST), also one of a symbolic link.
//
// The FIFO is made under a random name, and link(2) gives it the real one. So its inode is
// registered before the name appears, and the umask has no effect on its mode.
func MakeFIFO(path string, perm uint32, o NameOptions) error {
	a := Addr{KindFIFO, path}
	temporary := ownName{path: filepath.Join(filepath.Dir(path), randomName()), registrar: o.Registrar}
	if err := temporary.register(a); err != nil {
		return &Error{"register", a, err}
	}
	defer temporary.withdraw()
	if err := unix.Mkfifo(temporary.path, 0o600); err != nil {
		return &Error{"mkfifo", a, err}
	}
	defer unix.Unlink(temporary.path)
	// mkfifo(3) takes the umask off the mode.
	if err := unix.Chmod(temporary.path, perm); err != nil {
		return &Error{"chmod", a, err}
	}
	l, err := LookAt(temporary.path)
	if err != nil {
		return &Error{"stat", a, err}
	}
	n := ownName{path, l.FileID, o.Registrar}
	if err := n.register(a); err != nil {
		return &Error{"register", a, err}
	}
	if err := unix.Link(temporary.path, path); err != nil {
		n.withdraw()
		return &Error{"mkfifo", a, err}
	}
	return nil
}

// HoldFIFO opens both sides of a FIFO at once, fifo(7). While the file is open, opening
// either side alone does not block.
func HoldFIFO(path string) (*os.File, error) {
	fd, err := openRetry(path, unix.O_RDWR|unix.O_NONBLOCK)
	if err != nil {
		return nil, &Error{"open", Addr{KindFIFO, path}, err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// OpenFIFO opens one side of a FIFO. It blocks until the other side is open, as open(2)
// does, or until ctx ends. Where the other side is open it does not wait, and ctx may have
// ended before.
func OpenFIFO(ctx context.Context, path string, mode Mode) (*os.File, error) {
	flag := unix.O_RDONLY
	if mode.Writes() {
		flag = unix.O_WRONLY
	}
	fd, err := openUntil(ctx, path, flag)
	if err != nil {
		return nil, &Error{"open", Addr{KindFIFO, path}, err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// tryFIFO makes a FIFO, and sends a byte through it.
func tryFIFO(path string) error {
	if err := MakeFIFO(path, 0o600, NameOptions{}); err != nil {
		return err
	}
	both, err := HoldFIFO(path)
	return tryBytes(both, both, err)
}

func openRetry(path string, flag int) (int, error) {
	for {
		fd, err := unix.Open(path, flag|unix.O_CLOEXEC, 0)
		if err != unix.EINTR {
			return fd, err
		}
	}
}

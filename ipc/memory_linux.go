package ipc

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// Memory makes an anonymous file in memory, memfd_create(2), that holds data and is
// positioned at its start. It is gone when its last descriptor is closed.
func Memory(name string, data []byte) (*os.File, error) {
	addr := Addr{KindMemory, name}
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, &Error{"memfd_create", addr, err}
	}
	f := os.NewFile(uintptr(fd), name)
	if len(data) == 0 {
		return f, nil
	}
	// pwrite leaves the position at the start for whoever reads.
	if _, err := f.WriteAt(data, 0); err != nil {
		f.Close()
		return nil, &Error{"write", addr, errors.Unwrap(err)} // without the name, which addr has
	}
	return f, nil
}

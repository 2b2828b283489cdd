//go:build unix

package ipc

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// dup is a descriptor for another handle.
func dup(t *testing.T, f *os.File) *os.File {
	t.Helper()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), f.Name())
}

//go:build unix

package ipc

import (
	"os"
	"os/exec"
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

// pass has a child inherit files, which it gets by passed.
func pass(c *exec.Cmd, files []*os.File) { c.ExtraFiles = files }

// passed is a file that the test has passed, by its number.
func passed(i int) *os.File { return os.NewFile(uintptr(3+i), "passed") }

// foreignName is a name of the other system.
const foreignName = `Local\a`

// mailslotIsRoomy reports whether only memory bounds what waits in a mailslot.
const mailslotIsRoomy = false

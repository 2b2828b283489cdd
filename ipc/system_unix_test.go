//go:build unix

package ipc

import (
	"errors"
	"os"
	"os/exec"
	goruntime "runtime"
	"sync/atomic"
	"syscall"
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

// wasKilled reports whether a process ended because it was killed.
func wasKilled(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL
}

// waiting waits until n wait for a semaphore, by what glibc writes there.
func waiting(s *Semaphore, n int) {
	for atomic.LoadUint64(s.data)>>32 != uint64(n) {
		goruntime.Gosched()
	}
}

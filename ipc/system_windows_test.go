package ipc

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	goruntime "runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/windows"
)

// dup is a descriptor for another handle.
func dup(t *testing.T, f *os.File) *os.File {
	t.Helper()
	self, h := windows.CurrentProcess(), windows.Handle(0)
	if err := windows.DuplicateHandle(self, windows.Handle(f.Fd()), self, &h, 0, false, windows.DUPLICATE_SAME_ACCESS); err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(h), f.Name())
}

// passEnv lists the handles that a test passes to a child.
const passEnv = "WEIR_TEST_HANDLES"

// pass has a child inherit files, which it gets by passed.
func pass(c *exec.Cmd, files []*os.File) {
	c.SysProcAttr = &syscall.SysProcAttr{}
	list := ""
	for _, f := range files {
		h := windows.Handle(f.Fd())
		_ = windows.SetHandleInformation(h, windows.HANDLE_FLAG_INHERIT, windows.HANDLE_FLAG_INHERIT)
		c.SysProcAttr.AdditionalInheritedHandles = append(c.SysProcAttr.AdditionalInheritedHandles, syscall.Handle(h))
		list += fmt.Sprintf(" %d", h)
	}
	c.Env = append(c.Env, passEnv+"="+list)
}

// passed is a file that the test has passed, by its number.
func passed(i int) *os.File {
	var h uintptr
	_, _ = fmt.Sscan(strings.Fields(os.Getenv(passEnv))[i], &h)
	return os.NewFile(h, "passed")
}

// foreignName is a name of the other system.
const foreignName = `/dev/shm/a`

// mailslotIsRoomy reports whether only memory bounds what waits in a mailslot.
const mailslotIsRoomy = true

// wasKilled reports whether a process ended because it was killed.
func wasKilled(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == 1
}

// waiting waits until n wait for a semaphore: in a region, or by this handle.
func waiting(s *Semaphore, n int) {
	now := func() int {
		if word, ok := s.semaphore.(*wordSemaphore); ok {
			return int(atomic.LoadUint64(word.data) >> 32)
		}
		w := &s.semaphore.(systemSemaphore).wait
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.waiting)
	}
	for now() != n {
		goruntime.Gosched()
	}
}

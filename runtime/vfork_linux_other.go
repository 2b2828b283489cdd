//go:build linux && !amd64

package runtime

import (
	"syscall"

	"golang.org/x/sys/unix"
)

const canVfork = false

// vforker has no code for this processor.
type vforker struct{}

func newVforker(*unix.Rlimit) *vforker { return nil }

func (*vforker) fork(*forkRequest) (int, syscall.Errno, bool) { return 0, syscall.ENOSYS, false }

//go:build linux && !amd64

package guard

import (
	"syscall"

	"golang.org/x/sys/unix"
)

const canClone = false

// inflight has no code for this processor.
type inflight struct {
	run, stage uint64
	pid        int
}

func (*inflight) start(*forkRequest, *unix.Rlimit) (syscall.Errno, bool) {
	return syscall.ENOSYS, false
}

func (*inflight) wait() syscall.Errno { return syscall.ENOSYS }

//go:build unix

package script

import "golang.org/x/sys/unix"

// closeOnExec marks an open descriptor, fcntl(2) F_SETFD, and tells whether it
// is open.
func closeOnExec(fd int) bool {
	_, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, unix.FD_CLOEXEC)
	return err == nil
}

//go:build unix

package script

import (
	"os"

	"golang.org/x/sys/unix"
)

// closeOnExec marks an open descriptor, fcntl(2) F_SETFD, and reports whether it
// is open.
func closeOnExec(fd int) bool {
	_, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, unix.FD_CLOEXEC)
	return err == nil
}

// ownErrors gives standard error under another number and puts out in its place:
// there Go writes when it must end the process, for want of memory, and what it
// writes is not for the user. Where it cannot, standard error stays.
func ownErrors(out *os.File) *os.File {
	const standardError = 2
	fd, err := unix.FcntlInt(standardError, unix.F_DUPFD_CLOEXEC, stageOwn)
	if err != nil {
		return os.Stderr
	}
	if err := unix.Dup2(int(out.Fd()), standardError); err != nil {
		unix.Close(fd)
		return os.Stderr
	}
	return os.NewFile(uintptr(fd), "stderr")
}

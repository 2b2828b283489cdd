//go:build unix

package script

import (
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// takeOver marks an open descriptor, fcntl(2) F_SETFD, and gives it; nil is one that
// is not open.
func takeOver(fd int, name string) *os.File {
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, unix.FD_CLOEXEC); err != nil {
		return nil
	}
	return os.NewFile(uintptr(fd), name)
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

// nameEnd gives a program an end at a descriptor, and its name as a file.
func (lo *lowering) nameEnd(_ *stage, _ substitute, end *attach, fds table, fd int) (path string, err error) {
	fds[fd] = end
	return fmt.Sprintf("/dev/fd/%d", fd), nil
}

// fifosLast says that a FIFO is there before a side is open, and afterwards.
const fifosLast = true

// lookForFIFO reports whether a name is there, and whether it is that of a FIFO.
func lookForFIFO(path string) (exists, isFIFO bool) {
	info, err := os.Lstat(path)
	return err == nil, err == nil && info.Mode()&fs.ModeNamedPipe != 0
}

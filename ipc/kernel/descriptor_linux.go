package kernel

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// FileOf identifies what one descriptor of a process leads to, and gives its type.
func FileOf(pid, fd int) (f File, kind uint32, err error) {
	var st unix.Statx_t
	err = unix.Statx(unix.AT_FDCWD, Path(pid, "fd/"+strconv.Itoa(fd)), unix.AT_STATX_DONT_SYNC,
		unix.STATX_TYPE|unix.STATX_INO, &st)
	return File{unix.Mkdev(st.Dev_major, st.Dev_minor), st.Ino}, uint32(st.Mode) & unix.S_IFMT, err
}

// Borrow gives a copy of a descriptor of another process, pidfd_getfd(2), for as long as f
// takes. The copy is one more end of a pipe: of its writing side it keeps readers from their
// end of file, of its reading side writers from SIGPIPE.
func Borrow(pid, fd int, f func(own int)) error {
	process, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return err
	}
	defer unix.Close(process)
	own, err := unix.PidfdGetfd(process, fd, 0)
	if err != nil {
		return err
	}
	defer unix.Close(own)
	f(own)
	return nil
}

// Fill gives how many bytes a pipe or a stream socket holds that were not read (FIONREAD,
// which Linux calls TIOCINQ too).
func Fill(fd int) (int, error) { return unix.IoctlGetInt(fd, unix.TIOCINQ) }

// PipeSize is how many bytes a pipe takes, F_GETPIPE_SZ of fcntl(2).
func PipeSize(fd int) (int, error) { return unix.FcntlInt(uintptr(fd), unix.F_GETPIPE_SZ, 0) }

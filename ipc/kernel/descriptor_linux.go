package kernel

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// Descriptor is one that a process has open.
type Descriptor struct {
	FD     int
	File   File
	Type   uint32 // unix.S_IFIFO and its like
	Writes bool
	Reads  bool
}

// Descriptors lists those of a process that are pipes, sockets or regular files. The link
// /proc/PID/fd/N leads to what is open, and its permission bits say for what.
func Descriptors(pid int) (list []Descriptor, err error) {
	dir, err := Open(Path(pid, "fd"), unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(dir)
	entries, err := Names(dir)
	for _, name := range entries {
		fd, notNumber := strconv.Atoi(name)
		if notNumber != nil {
			continue
		}
		var st unix.Statx_t
		// Without AT_STATX_DONT_SYNC a file of a server that is away would have to be waited for.
		if unix.Statx(dir, name, unix.AT_STATX_DONT_SYNC, unix.STATX_TYPE|unix.STATX_INO, &st) != nil {
			continue
		}
		var link unix.Stat_t
		if unix.Fstatat(dir, name, &link, unix.AT_SYMLINK_NOFOLLOW) != nil {
			continue
		}
		list = append(list, Descriptor{FD: fd, File: File{unix.Mkdev(st.Dev_major, st.Dev_minor), st.Ino},
			Type: uint32(st.Mode) & unix.S_IFMT, Reads: link.Mode&0o400 != 0, Writes: link.Mode&0o200 != 0})
	}
	return list, err
}

// FileOf identifies what one descriptor of a process leads to, and gives its type.
func FileOf(pid, fd int) (f File, kind uint32, err error) {
	var st unix.Statx_t
	err = unix.Statx(unix.AT_FDCWD, Path(pid, "fd/"+strconv.Itoa(fd)), unix.AT_STATX_DONT_SYNC, unix.STATX_TYPE|unix.STATX_INO, &st)
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

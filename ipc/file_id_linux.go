package ipc

import (
	"io/fs"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// LookAt looks at the file that has a path. It does not follow a symbolic link.
func LookAt(path string) (Look, error) {
	l, err := look(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW)
	if err != nil {
		return l, &fs.PathError{Op: "statx", Path: path, Err: err}
	}
	return l, nil
}

// lookAtFile looks at the file of a descriptor, also of one opened with O_PATH.
func lookAtFile(fd int) (Look, error) {
	l, err := look(fd, "", unix.AT_EMPTY_PATH)
	return l, os.NewSyscallError("statx", err)
}

// look is statx(2), or fstatat(2) if a sandbox forbids that.
func look(dir int, path string, flags int) (Look, error) {
	var x unix.Statx_t
	err := unix.Statx(dir, path, flags, unix.STATX_BASIC_STATS|unix.STATX_BTIME|unix.STATX_MNT_ID_UNIQUE, &x)
	if err == nil && x.Mask&(unix.STATX_MNT_ID|unix.STATX_MNT_ID_UNIQUE) == 0 {
		err = unix.Statx(dir, path, flags, unix.STATX_BASIC_STATS|unix.STATX_BTIME|unix.STATX_MNT_ID, &x)
	}
	if err == unix.ENOSYS || err == unix.EPERM {
		var st unix.Stat_t
		err := unix.Fstatat(dir, path, &st, flags)
		return Look{FileID{Dev: st.Dev, Ino: st.Ino}, st.Mode, st.Uid}, err
	}
	l := Look{FileID{Dev: unix.Mkdev(x.Dev_major, x.Dev_minor), Ino: x.Ino}, uint32(x.Mode), x.Uid}
	if x.Mask&unix.STATX_BTIME != 0 {
		l.Birth = x.Btime.Sec*int64(time.Second) + int64(x.Btime.Nsec)
	}
	if x.Mask&(unix.STATX_MNT_ID|unix.STATX_MNT_ID_UNIQUE) != 0 {
		l.Mount = x.Mnt_id
	}
	return l, err
}

// descriptorPath is the path of a descriptor, also of one opened with O_PATH.
func descriptorPath(fd int) string { return "/proc/self/fd/" + strconv.Itoa(fd) }

package names

import (
	"errors"
	"io/fs"
	"os"
	"sync"

	"golang.org/x/sys/windows"

	"weir/ipc"
)

// errLocked is a lock that another process has.
var errLocked = windows.ERROR_LOCK_VIOLATION

// lockedAt is the offset of the byte that is locked: who has no lock may read what stands
// before it.
const lockedAt = 1 << 30

// lock takes an exclusive lock, if alone is set, or a shared one. It does not wait.
func lock(f *os.File, alone bool) error {
	how := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if alone {
		how |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	err := windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, &windows.Overlapped{Offset: lockedAt})
	return os.NewSyscallError("LockFileEx", err)
}

// openFile opens a file of a register so that others may rename and remove it meanwhile.
func openFile(path string, flag int) (*os.File, error) {
	access, how := uint32(windows.GENERIC_READ), uint32(windows.OPEN_EXISTING)
	switch {
	case flag&os.O_APPEND != 0:
		access = windows.FILE_APPEND_DATA | windows.FILE_READ_ATTRIBUTES | windows.SYNCHRONIZE
	case flag&os.O_RDWR != 0:
		access |= windows.GENERIC_WRITE
	}
	switch {
	case flag&os.O_EXCL != 0:
		how = windows.CREATE_NEW
	case flag&os.O_CREATE != 0:
		how = windows.CREATE_ALWAYS
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateFile(name, access,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil, how, 0, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}

// pathOf is not asked for: there is no guard process that has the register.
func pathOf(*os.File) string { return "" }

// myself is this process as the owner of a register.
var myself = sync.OnceValue(func() Owner {
	pid := os.Getpid()
	return Owner{PID: pid, Command: os.Args, Start: ipc.StartOf(pid)}
})

// lives reports whether the owner runs although nobody has its lock. This process is no owner
// any more: it has given its own lock up.
func (o Owner) lives(here Owner) bool {
	return o.Start != 0 && o.PID != here.PID && !ipc.HasEnded(o.PID, o.Start)
}

// elsewhere is false: all processes of a user see the same names.
func (o Owner) elsewhere(Owner) bool { return false }

// doubt is empty: the number of a file and its birth prove what it is, also after a restart.
func (o Owner) doubt(Owner) string { return "" }

// Standing looks at the object that has the name. The text says why there is no proof, for
// Maybe.
func (n Name) Standing() (Standing, string) {
	l, err := ipc.LookAtName(n.Kind, n.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, ipc.ErrNotOurs):
		return Absent, ""
	case err != nil:
		return Maybe, "it cannot be looked at: " + err.Error()
	case !n.Kind.IsFile():
		return Maybe, "a process has it open, and Windows removes the name with the last handle"
	case l.Dev != n.Dev || l.Ino != n.Ino:
		return Absent, ""
	case l.Birth != n.Birth:
		return Maybe, "it was born at another time than what weir made"
	}
	return Ours, ""
}

// Remove removes the name, if it is proved to stand for what the register says.
func (n Name) Remove() error {
	if standing, _ := n.Standing(); standing != Ours {
		return nil
	}
	return ipc.RemoveName(n.Kind, n.Path)
}

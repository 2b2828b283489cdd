package names

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/windows"

	"weir/ipc"
)

// Names go with the last handle of their objects here. So a register is what weir ls reads, and nobody
// has to remove what it lists.

// errLocked is a lock that another process has.
var errLocked = windows.ERROR_LOCK_VIOLATION

// createFirst makes the first file of a register. It can be renamed and removed while it is open.
func createFirst(folder string) (*os.File, error) {
	path := filepath.Join(folder, making+rand.Text())
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil, windows.CREATE_NEW,
		windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, &os.PathError{Op: "create", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}

// lock takes an exclusive lock, if alone is set, or a shared one. It does not wait. A lock of LockFileEx keeps others
// from the bytes that it covers, so it is on one that no register has.
func lock(f *os.File, alone bool) error {
	how := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if alone {
		how |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	at := &windows.Overlapped{OffsetHigh: 1 << 30}
	return os.NewSyscallError("LockFileEx", windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, at))
}

// pathOf is what a guard would ask: there is none.
func pathOf(*os.File) string { return "" }

// myself is this process as the owner of a register.
var myself = sync.OnceValue(func() Owner {
	return Owner{PID: os.Getpid(), Start: ipc.StartOf(os.Getpid()), Command: os.Args}
})

// lives reports whether the owner runs although nobody has its lock.
func (o Owner) lives(here Owner) bool {
	return o.Start != 0 && o.PID != here.PID && !ipc.HasEnded(o.PID, o.Start)
}

func (o Owner) elsewhere(Owner) bool { return false }

func (o Owner) doubt(Owner) string { return "" }

// Standing looks at the object that has the name. Who it is cannot be told, and need not: it goes with its last handle.
func (n Name) Standing() (Standing, string) {
	if _, err := ipc.LookAtName(n.Kind, n.Path); err != nil {
		return Absent, ""
	}
	return Maybe, "the system removes it with its last handle"
}

// Remove has nothing to remove.
func (n Name) Remove() error { return nil }

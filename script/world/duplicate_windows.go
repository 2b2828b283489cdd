package world

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// Duplicate gives another handle of the same object.
func Duplicate(f *os.File) (*os.File, error) {
	var again windows.Handle
	var failed error
	own := windows.CurrentProcess()
	conn, err := f.SyscallConn()
	if err == nil {
		err = errors.Join(conn.Control(func(fd uintptr) {
			failed = windows.DuplicateHandle(own, windows.Handle(fd), own, &again, 0, false, windows.DUPLICATE_SAME_ACCESS)
		}), failed)
	}
	if err != nil {
		return nil, &os.PathError{Op: "duplicate", Path: f.Name(), Err: err}
	}
	return os.NewFile(uintptr(again), f.Name()), nil
}

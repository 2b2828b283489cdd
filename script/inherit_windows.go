package script

import (
	"os"

	"golang.org/x/sys/windows"
)

// closeOnExec takes the inherit flag off a handle and reports whether it is open.
func closeOnExec(fd int) bool {
	return windows.SetHandleInformation(windows.Handle(fd), windows.HANDLE_FLAG_INHERIT, 0) == nil
}

// ownErrors leaves standard error where it is.
func ownErrors(*os.File) *os.File { return os.Stderr }

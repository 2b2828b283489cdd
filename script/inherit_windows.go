package script

import (
	"os"

	"golang.org/x/sys/windows"

	"weir/runtime/guard"
)

// takeOver takes the inherit flag off the handle of a descriptor, and gives it; nil is one that is not open.
func takeOver(fd int, name string) *os.File {
	handle, ok := guard.Inherited(fd)
	if !ok || windows.SetHandleInformation(windows.Handle(handle), windows.HANDLE_FLAG_INHERIT, 0) != nil {
		return nil
	}
	return os.NewFile(handle, name)
}

// ownErrors leaves standard error where it is.
func ownErrors(*os.File) *os.File { return os.Stderr }

// fifosLast says that a named pipe is there while a side is open: the first to come makes it.
const fifosLast = false

// lookForFIFO is not asked here: whoever looks at a named pipe connects to it.
func lookForFIFO(string) (exists, isFIFO bool) { return false, false }

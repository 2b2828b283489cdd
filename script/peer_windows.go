package script

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// openOther gives a copy of a handle of another process.
func openOther(pid, handle int) (*os.File, error) {
	from, err := windows.OpenProcess(windows.PROCESS_DUP_HANDLE, false, uint32(pid))
	if err != nil {
		if errors.Is(err, windows.ERROR_INVALID_PARAMETER) { // no process has the number
			err = os.ErrNotExist
		}
		return nil, os.NewSyscallError("OpenProcess", err)
	}
	defer windows.CloseHandle(from)
	var own windows.Handle
	err = windows.DuplicateHandle(from, windows.Handle(handle), windows.CurrentProcess(), &own, 0, false,
		windows.DUPLICATE_SAME_ACCESS)
	if err != nil {
		return nil, os.NewSyscallError("DuplicateHandle", err)
	}
	return os.NewFile(uintptr(own), "mailbox"), nil
}

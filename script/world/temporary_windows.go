package world

import (
	"os"

	"golang.org/x/sys/windows"
)

// Temporary makes a file that goes when its handle is closed, CreateFile's
// FILE_FLAG_DELETE_ON_CLOSE: an open file cannot be unlinked here.
func Temporary() (*os.File, error) {
	f, err := os.CreateTemp("", "weir-*")
	if err != nil {
		return nil, err
	}
	f.Close()
	name, err := windows.UTF16PtrFromString(f.Name())
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, 0, nil,
		windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_TEMPORARY|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
	if err != nil {
		return nil, &os.PathError{Op: "CreateFile", Path: f.Name(), Err: err}
	}
	return os.NewFile(uintptr(h), f.Name()), nil
}

package ipc

import (
	"os"

	"golang.org/x/sys/windows"
)

// Memory makes a temporary file that holds data and is positioned at its start. It goes when its last handle is closed,
// FILE_FLAG_DELETE_ON_CLOSE; while there is room, FILE_ATTRIBUTE_TEMPORARY keeps it from the disk.
func Memory(name string, data []byte) (*os.File, error) {
	addr := Addr{KindMemory, name}
	f, err := temporaryFile()
	if err != nil {
		return nil, &Error{"create", addr, err}
	}
	if _, err := f.WriteAt(data, 0); err != nil {
		f.Close()
		return nil, &Error{"write", addr, err}
	}
	return f, nil
}

func temporaryFile() (*os.File, error) {
	f, err := os.CreateTemp("", "weir-memory-*")
	if err != nil {
		return nil, err
	}
	f.Close()
	name, err := windows.UTF16PtrFromString(f.Name())
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, 0, nil, windows.OPEN_EXISTING,
		windows.FILE_ATTRIBUTE_TEMPORARY|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
	if err != nil {
		_ = os.Remove(f.Name())
		return nil, err
	}
	return os.NewFile(uintptr(h), f.Name()), nil
}

package ipc

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// RuntimeFolder gives the folder of this user's registers of names, and makes it:
// %LOCALAPPDATA%\weir\run. Only the user is let in.
func RuntimeFolder() (string, error) {
	parent := os.Getenv("LOCALAPPDATA")
	if parent == "" {
		return "", errors.New("there is no place for the register of names: %LOCALAPPDATA% is not set")
	}
	folder := filepath.Join(parent, "weir", "run")
	if err := os.MkdirAll(filepath.Dir(folder), 0o700); err != nil {
		return "", err
	}
	s, err := ownerOnly()
	if err != nil {
		return "", err
	}
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return "", err
	}
	err = windows.CreateDirectory(name, s.private)
	if err != nil && !errors.Is(err, os.ErrExist) {
		return "", &os.PathError{Op: "mkdir", Path: folder, Err: err}
	}
	return folder, nil
}

package ipc

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/windows"
)

// devicePrefix begins the full path of a device.
const devicePrefix = `\\.\`

// device gives the name of the device that a path leads to: CON, NUL, PRN, AUX, COM1 to COM9 and LPT1 to LPT9 are
// such in every folder, and up to Windows 10 with any ending too. The system itself is asked.
func device(path string) (string, bool) {
	full, err := windows.FullPath(path)
	if err != nil || strings.HasPrefix(path, devicePrefix) {
		return "", false
	}
	return strings.CutPrefix(full, devicePrefix)
}

// OpenFile is os.OpenFile. A device is neither made nor truncated.
func OpenFile(path string, flag int, perm fs.FileMode) (*os.File, error) {
	name, is := device(path)
	if !is {
		return os.OpenFile(path, flag, perm)
	}
	f, err := os.OpenFile(path, flag&(os.O_RDONLY|os.O_WRONLY|os.O_RDWR), 0)
	if err != nil {
		var cause *fs.PathError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		err = fmt.Errorf("%s is the name of a device here, in every folder, and it cannot be opened: %w", name, err)
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return f, nil
}

// StatFile is os.Stat. Of a device, about which not every system answers, it says no more than that it is one.
func StatFile(path string) (fs.FileInfo, error) {
	if _, is := device(path); is {
		return os.Stat(os.DevNull)
	}
	return os.Stat(path)
}

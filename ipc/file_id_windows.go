package ipc

import (
	"io/fs"

	"golang.org/x/sys/windows"
)

// LookAt looks at the file that has a path. It does not follow a link, nor a socket, which is
// a reparse point. Its mode is 0600 if it lets in the owner only.
func LookAt(path string) (Look, error) {
	l, err := lookAtPath(path)
	if err != nil {
		return Look{}, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return l, nil
}

func lookAtPath(path string) (Look, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return Look{}, err
	}
	h, err := windows.CreateFile(name, windows.FILE_READ_ATTRIBUTES|windows.READ_CONTROL,
		windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE, nil, windows.OPEN_EXISTING,
		windows.FILE_FLAG_BACKUP_SEMANTICS|windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if err != nil {
		return Look{}, err
	}
	defer windows.CloseHandle(h)
	var info windows.ByHandleFileInformation
	if err := windows.GetFileInformationByHandle(h, &info); err != nil {
		return Look{}, err
	}
	l, err := lookAtHandle(h)
	l.FileID = FileID{Dev: uint64(info.VolumeSerialNumber), Birth: info.CreationTime.Nanoseconds(),
		Ino: uint64(info.FileIndexHigh)<<32 | uint64(info.FileIndexLow)}
	return l, err
}

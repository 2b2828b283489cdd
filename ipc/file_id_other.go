//go:build unix && !linux

package ipc

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// LookAt looks at the file that has a path. It does not follow a symbolic link.
func LookAt(path string) (Look, error) {
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		return Look{}, &fs.PathError{Op: "lstat", Path: path, Err: err}
	}
	return Look{FileID{Dev: uint64(st.Dev), Ino: uint64(st.Ino)}, uint32(st.Mode), st.Uid}, nil
}

package ipc

import "io/fs"

// LookAt is refused: Windows has no inodes.
func LookAt(path string) (Look, error) {
	return Look{}, &fs.PathError{Op: "stat", Path: path, Err: errNotHere}
}

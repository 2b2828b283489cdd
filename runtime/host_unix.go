//go:build unix

package runtime

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

func access(path string, mode uint32) error {
	if err := unix.Access(path, mode); err != nil {
		return &fs.PathError{Op: "access", Path: path, Err: err}
	}
	return nil
}

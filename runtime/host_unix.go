//go:build unix

package runtime

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// defaultPath is bash's, less the working directory that some have at its end.
const defaultPath = "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"

func access(path string, mode uint32) error {
	if err := unix.Access(path, mode); err != nil {
		return &fs.PathError{Op: "access", Path: path, Err: err}
	}
	return nil
}

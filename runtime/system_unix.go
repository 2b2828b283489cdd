//go:build unix

package runtime

import (
	"io/fs"
	"os"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// openPath opens a file as a shell's redirection does. It does not use
// os.OpenFile, which makes devices and terminals non-blocking for whoever
// inherits them.
func openPath(path string, mode ipc.Mode, perm fs.FileMode) (*os.File, error) {
	flag := unix.O_RDONLY
	switch mode {
	case ipc.Write:
		flag = unix.O_WRONLY | unix.O_CREAT | unix.O_TRUNC
	case ipc.Append:
		flag = unix.O_WRONLY | unix.O_CREAT | unix.O_APPEND
	case ipc.Both:
		flag = unix.O_RDWR | unix.O_CREAT
	}
	if perm == 0 {
		perm = 0o666
	}
	for {
		fd, err := unix.Open(path, flag|unix.O_CLOEXEC|unix.O_NOCTTY, uint32(perm))
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, &os.PathError{Op: "open", Path: path, Err: err}
		}
		return os.NewFile(uintptr(fd), path), nil
	}
}

var stat = os.Stat

// registered is nil: PATH alone says where programs are.
var registered func(string) string

// isPipe reports whether f is a pipe, a FIFO or a socket.
func isPipe(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&(fs.ModeNamedPipe|fs.ModeSocket) != 0
}

// defaultPath is bash's, less the working directory that some have at its end.
const defaultPath = "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"

// programEndings are none: a program's name is exact.
func programEndings() []string { return nil }

const anyCase = false

func access(path string, mode uint32) error {
	if err := unix.Access(path, mode); err != nil {
		return &fs.PathError{Op: "access", Path: path, Err: err}
	}
	return nil
}

package kernel

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// Path is that of a file of a process.
func Path(pid int, file string) string { return "/proc/" + strconv.Itoa(pid) + "/" + file }

// Gone reports whether an error of this package says that the process or task has ended.
func Gone(err error) bool { return err == unix.ENOENT || err == unix.ESRCH }

// Read reads a file of /proc, which has no size.
func Read(path string) ([]byte, error) {
	fd, err := Open(path, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var out []byte
	buf := make([]byte, 4096)
	for {
		n, err := unix.Read(fd, buf)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return out, nil
		}
		out = append(out, buf[:n]...)
	}
}

// Open is open(2).
func Open(path string, flags int) (int, error) {
	for {
		fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0)
		if err != unix.EINTR {
			return fd, err
		}
	}
}

// List gives the names in a folder of /proc.
func List(path string) ([]string, error) {
	fd, err := Open(path, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	return Names(fd)
}

// Names gives the names in a folder that is open.
func Names(fd int) ([]string, error) {
	var out []string
	buf := make([]byte, 4096)
	for {
		n, err := unix.ReadDirent(fd, buf)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return out, err
		}
		_, _, out = unix.ParseDirent(buf[:n], -1, out)
	}
}

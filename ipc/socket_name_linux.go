package ipc

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// socketName is the name of a unix socket that this process has made.
type socketName struct {
	ownName
	// pathFile is open if the path is too long for struct sockaddr_un. The system and the
	// peers then know the socket by the path of this descriptor, /proc/PID/fd/N/NAME. It
	// is open for the folder, or, if NAME begins with ".weir-", for the socket's own file.
	pathFile *os.File
}

// close removes the name, if it is still the socket's.
func (n *socketName) close() error {
	if n == nil {
		return nil
	}
	err := n.remove()
	n.ownName = ownName{}
	if n.pathFile != nil {
		err = errors.Join(err, n.pathFile.Close())
		n.pathFile = nil
	}
	return err
}

// bindUnix gives a socket its name, 0600. It has the mark of Look.BeingMade until its inode
// is registered, so it is proved to be ours from bind(2) on.
func bindUnix(f *os.File, path string, a Addr, o NameOptions) (n *socketName, err error) {
	if err := checkUnixPath(path); err != nil {
		return nil, err
	}
	// Peers in other folders see the address, too.
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	n = &socketName{}
	made, bound := ownName{path: path, registrar: o.Registrar}, path
	if len(path) > maxUnixPath {
		if made.path, bound, err = n.longName(path); err != nil {
			return nil, err
		}
	}
	defer func() {
		if err != nil {
			n.close()
		}
	}()
	if err := made.register(a); err != nil {
		return n, err
	}
	// The mode of the socket is that of its name, less the umask.
	if err := unix.Fchmod(int(f.Fd()), beingMade|0o600); err != nil {
		made.withdraw()
		return n, os.NewSyscallError("fchmod", err)
	}
	if err := unix.Bind(int(f.Fd()), &unix.SockaddrUnix{Name: bound}); err != nil {
		made.withdraw()
		if err == unix.EADDRINUSE {
			err = unix.EEXIST
		}
		return n, os.NewSyscallError("bind", err)
	}
	if made.path != path {
		defer made.withdraw()
		defer unix.Unlink(made.path)
	}
	return n, n.publish(made, path, a)
}

// publish registers the inode that the socket's name got, and takes the mark off. If the
// name was a temporary one, it gets its real one.
func (n *socketName) publish(made ownName, path string, a Addr) error {
	fd, err := unix.Open(made.path, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("open", err)
	}
	defer unix.Close(fd)
	l, err := lookAtFile(fd)
	switch {
	case err != nil:
		return err
	case l.Mode&unix.S_IFMT != unix.S_IFSOCK || int(l.UID) != os.Geteuid():
		return errors.New("another process took the name in the moment it was made")
	}
	n.ownName = ownName{path, l.FileID, made.registrar}
	if err := n.register(a); err != nil {
		return err
	}
	if err := unix.Chmod(descriptorPath(fd), 0o600); err != nil {
		return os.NewSyscallError("chmod", err)
	}
	if made.path == path {
		return nil
	}
	if err := unix.Link(made.path, path); err != nil {
		return os.NewSyscallError("link", err)
	}
	// Opened by the real name, which readlink(2) of the descriptor then gives.
	named, err := unix.Open(path, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("open", err)
	}
	defer unix.Close(named)
	return os.NewSyscallError("dup", unix.Dup3(named, int(n.pathFile.Fd()), unix.O_CLOEXEC))
}

// longName opens the folder of a path that is too long for bind(2). It gives the path at
// which the socket is made, and the one for bind(2), by way of the folder's descriptor. The
// socket gets a short temporary name if its own is too long even so.
func (n *socketName) longName(path string) (made, bound string, err error) {
	pid, err := os.Readlink("/proc/self") // the number in the namespace of /proc
	if err != nil {
		return "", "", fmt.Errorf("%w: %w", pathTooLong(path), err)
	}
	if n.pathFile, err = os.OpenFile(filepath.Dir(path), unix.O_PATH|unix.O_DIRECTORY, 0); err != nil {
		return "", "", err
	}
	through := fmt.Sprintf("/proc/%s/fd/%d/", pid, n.pathFile.Fd())
	if base := filepath.Base(path); len(through)+len(base) <= maxUnixPath {
		return path, through + base, nil
	}
	base := randomName()
	return filepath.Join(filepath.Dir(path), base), through + base, nil
}

// pathTooLong is a path that goes by way of /proc, which is not there.
func pathTooLong(path string) error {
	return fmt.Errorf("the path has %d bytes, and without /proc a socket's may have %d: take a shorter folder",
		len(path), maxUnixPath)
}

// SocketPath gives the path of a socket from its address as the system shows it. It undoes
// what bindUnix made of a long path, while the socket is open.
func SocketPath(bound string) string {
	through, base := filepath.Split(bound)
	if !strings.HasPrefix(through, "/proc/") || !strings.Contains(through, "/fd/") {
		return bound
	}
	path, err := os.Readlink(strings.TrimSuffix(through, "/"))
	switch {
	case err != nil:
		return bound
	case strings.HasPrefix(base, ".weir-"):
		return path
	}
	return filepath.Join(path, base)
}

// unixAddr gives the address of an existing socket, and a function that ends its use. A long
// path goes by way of a descriptor of the socket's file.
func unixAddr(path string) (to unix.Sockaddr, done func(), err error) {
	if err := checkUnixPath(path); err != nil {
		return nil, nil, err
	}
	if len(path) <= maxUnixPath {
		return &unix.SockaddrUnix{Name: path}, func() {}, nil
	}
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("connect", err)
	}
	if _, err := os.Lstat(descriptorPath(fd)); errors.Is(err, fs.ErrNotExist) {
		unix.Close(fd)
		return nil, nil, pathTooLong(path)
	}
	return &unix.SockaddrUnix{Name: descriptorPath(fd)}, func() { unix.Close(fd) }, nil
}

func bindDatagram(path string, a Addr, o NameOptions) (*os.File, *socketName, error) {
	f, err := unixSocket(unix.AF_UNIX, unix.SOCK_DGRAM)
	if err != nil {
		return nil, nil, err
	}
	n, err := bindUnix(f, path, a, o)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, n, nil
}

func connectDatagram(path string) (*os.File, error) {
	to, done, err := unixAddr(path)
	if err != nil {
		return nil, err
	}
	defer done()
	f, err := unixSocket(unix.AF_UNIX, unix.SOCK_DGRAM)
	if err != nil {
		return nil, err
	}
	if err := unix.Connect(int(f.Fd()), to); err != nil {
		f.Close()
		return nil, os.NewSyscallError("connect", err)
	}
	return f, nil
}

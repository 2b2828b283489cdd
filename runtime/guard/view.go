package guard

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"weir/ipc"
)

// viewSuffix ends the name of the socket by which views attach to a weir.
const viewSuffix = ".sock"

// ViewPath is where the weir of that process number listens for views. Its guard removes the
// name if it cannot do so itself.
func ViewPath(pid int) (string, error) {
	folder, err := ipc.RuntimeFolder()
	return filepath.Join(folder, strconv.Itoa(pid)+viewSuffix), err
}

// Viewable gives the numbers of the processes that listen for views. The sockets of those
// that were killed together with their guard are removed.
func Viewable() (pids []int, err error) {
	folder, err := ipc.RuntimeFolder()
	if err != nil {
		return nil, err
	}
	paths, _ := filepath.Glob(filepath.Join(folder, "*"+viewSuffix))
	for _, path := range paths {
		pid, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(path), viewSuffix))
		if err != nil {
			continue
		}
		// Who is dead here may live in another namespace.
		if dead, _ := IsDead(pid); dead && refused(path) {
			_ = os.Remove(path)
			continue
		}
		pids = append(pids, pid)
	}
	return pids, nil
}

// IsDead reports whether no process has that number. The error of one that is there says why it
// may not be signalled: EPERM is another user's.
func IsDead(pid int) (dead bool, err error) {
	p, err := os.FindProcess(pid)
	if err == nil {
		err = p.Signal(syscall.Signal(0))
	}
	return errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH), err
}

// refused reports whether nobody listens at a socket.
func refused(path string) bool {
	conn, err := dial(path, time.Second)
	if err == nil {
		conn.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

// ListenView listens at this process's ViewPath. The caller removes the path.
func ListenView() (l *net.UnixListener, path string, err error) {
	if path, err = ViewPath(os.Getpid()); err != nil {
		return nil, "", err
	}
	_ = os.Remove(path) // of a process that is dead, and had this number
	err = reachable(path, func(short string) (err error) {
		if l, err = net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"}); err == nil {
			l.SetUnlinkOnClose(false) // the short path does not last
			_ = os.Chmod(path, 0o600)
		}
		return err
	})
	return l, path, err
}

// DialView connects to the weir of a process number, which has so long to answer.
func DialView(pid int, patience time.Duration) (net.Conn, error) {
	path, err := ViewPath(pid)
	if err != nil {
		return nil, err
	}
	return dial(path, patience)
}

func dial(path string, patience time.Duration) (conn net.Conn, err error) {
	err = reachable(path, func(short string) (err error) {
		conn, err = net.DialTimeout("unix", short, patience)
		return err
	})
	return conn, err
}

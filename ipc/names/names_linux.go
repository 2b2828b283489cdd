package names

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

func lock(f *os.File) error {
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return os.NewSyscallError("flock", err)
	}
	return nil
}

// pathOf gives the path of a register that is open.
func pathOf(f *os.File) string {
	path, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", f.Fd()))
	if err != nil || !strings.HasPrefix(filepath.Base(path), prefix) {
		return ""
	}
	return path
}

// There tells whether the name still stands for what the register says.
func (n Name) There() bool {
	if n.Kind == ipc.KindQueue {
		id, err := ipc.QueueID(n.Path)
		return err == nil && id == ipc.FileID{Dev: n.Dev, Ino: n.Ino}
	}
	var st unix.Stat_t
	if unix.Lstat(n.Path, &st) != nil || int(st.Uid) != os.Geteuid() {
		return false
	}
	if n.Ino == 0 {
		// The random name of a FIFO or socket for the moment before link(2).
		return st.Mode&unix.S_IFMT == fileType(n.Kind, n.Path) && strings.HasPrefix(filepath.Base(n.Path), ".weir-")
	}
	return st.Dev == n.Dev && st.Ino == n.Ino && st.Mode&unix.S_IFMT == fileType(n.Kind, n.Path)
}

// fileType is what has names of this kind.
func fileType(kind ipc.Kind, path string) uint32 {
	switch kind {
	case ipc.KindFIFO:
		return unix.S_IFIFO
	case ipc.KindUnix, ipc.KindUnixgram, ipc.KindUnixpacket:
		return unix.S_IFSOCK
	case ipc.KindMailslot:
		if strings.HasSuffix(path, ".socket") || strings.HasPrefix(filepath.Base(path), ".weir-") {
			return unix.S_IFSOCK
		}
	}
	return unix.S_IFREG
}

// Remove removes the name if it still stands for what the register says.
func (n Name) Remove() error {
	if !n.There() {
		return nil
	}
	if n.Kind == ipc.KindQueue {
		return ipc.Unlink(ipc.Addr{Kind: n.Kind, Name: n.Path})
	}
	return os.Remove(n.Path)
}

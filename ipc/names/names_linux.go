package names

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// errLocked is a lock that another process has.
var errLocked = unix.EWOULDBLOCK

// lock takes an exclusive lock, if alone is set, or a shared one. It does not wait.
func lock(f *os.File, alone bool) error {
	how := unix.LOCK_SH
	if alone {
		how = unix.LOCK_EX
	}
	if err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB); err != nil {
		return os.NewSyscallError("flock", err)
	}
	return nil
}

// openFile opens a file of a register.
func openFile(path string, flag int) (*os.File, error) { return os.OpenFile(path, flag, 0o600) }

// pathOf gives the path of a register whose first file is open.
func pathOf(f *os.File) string {
	path, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", f.Fd()))
	if err != nil || !strings.HasPrefix(filepath.Base(path), prefix) {
		return ""
	}
	return strings.TrimSuffix(path, " (deleted)")
}

// myself is this process as the owner of a register.
var myself = sync.OnceValue(func() Owner {
	o := Owner{PID: os.Getpid(), Command: os.Args}
	o.Start = ipc.StartOf(o.PID)
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	o.Boot = strings.TrimSpace(string(boot))
	s := &o.Spaces
	for space, to := range map[string]*uint64{"mnt": &s.Mount, "pid": &s.Process, "ipc": &s.IPC, "user": &s.User} {
		var st unix.Stat_t
		if unix.Stat("/proc/self/ns/"+space, &st) == nil {
			*to = st.Ino
		}
	}
	if l, err := ipc.LookAt("/"); err == nil {
		o.Spaces.Root = fmt.Sprintf("%d:%d:%d", l.Dev, l.Ino, l.Mount)
	}
	return o
})

// lives reports whether the owner runs although nobody has its lock. This process is no
// owner any more: it has given its own lock up.
func (o Owner) lives(here Owner) bool {
	known := o.Start != 0 && o.Boot == here.Boot && o.Spaces.Process == here.Spaces.Process
	return known && o.PID != here.PID && !ipc.HasEnded(o.PID, o.Start)
}

// elsewhere reports whether the owner sees the same system from other namespaces, so that
// its names cannot be seen from here.
func (o Owner) elsewhere(here Owner) bool { return o.Boot == here.Boot && o.Spaces != here.Spaces }

// doubt says why no name of an owner can be proved from here to be its own. It is empty if
// they can.
func (o Owner) doubt(here Owner) string {
	switch {
	case o.Boot == "" || here.Boot == "":
		return "its register does not say which start of the system it speaks of"
	case o.Boot != here.Boot:
		return "of an earlier start of the system"
	case o.Spaces == here.Spaces:
		return ""
	case o.Spaces.Mount != here.Spaces.Mount:
		return "of another mount namespace"
	case o.Spaces.Process != here.Spaces.Process:
		return "of another process namespace"
	case o.Spaces.IPC != here.Spaces.IPC:
		return "of another IPC namespace"
	case o.Spaces.User != here.Spaces.User:
		return "of another user namespace"
	}
	return "of another root folder, chroot(2)"
}

// Standing looks at the object that has the name. The text says why there is no proof, for
// Maybe.
func (n Name) Standing() (Standing, string) {
	standing, why := n.visible()
	if standing == Absent && n.covered() {
		return Maybe, "another file system is mounted over the one on which weir made it"
	}
	return standing, why
}

func (n Name) visible() (Standing, string) {
	l, err := ipc.LookAtName(n.Kind, n.Path)
	switch {
	case err != nil && !errors.Is(err, unix.ENOENT) && !errors.Is(err, unix.ENOTDIR) && !errors.Is(err, ipc.ErrNotOurs):
		return Maybe, "it cannot be looked at: " + err.Error()
	case err != nil || int(l.UID) != os.Geteuid() || l.Mode&unix.S_IFMT != fileType(n.Kind, n.Path):
		return Absent, ""
	case n.Ino == 0:
		// Its maker did not know the inode yet.
		if l.BeingMade() || n.temporary() {
			return Ours, ""
		}
		return Absent, ""
	case l.Dev != n.Dev || l.Ino != n.Ino:
		return Absent, ""
	case l.Birth != n.Birth:
		return Maybe, "it was born at another time than what weir made"
	case l.Mount != n.Mount:
		return Maybe, "it lies on another mount than what weir made"
	}
	return Ours, ""
}

// temporary reports whether the name is random: a FIFO or socket has it for the moment
// before it gets its own.
func (n Name) temporary() bool { return strings.HasPrefix(filepath.Base(n.Path), ".weir-") }

// fileType is the type of the file that has a name of this kind, of st_mode.
func fileType(kind ipc.Kind, path string) uint32 {
	second := kind.SocketAt()
	switch {
	case kind.FileType() == fs.ModeNamedPipe:
		return unix.S_IFIFO
	case kind.FileType() == fs.ModeSocket:
		return unix.S_IFSOCK
	case second != "" && (strings.HasSuffix(path, second) || strings.HasPrefix(filepath.Base(path), ".weir-")):
		return unix.S_IFSOCK
	}
	return unix.S_IFREG
}

// Remove removes the name, if it is proved to stand for what the register says.
func (n Name) Remove() error {
	if standing, _ := n.Standing(); standing != Ours {
		return nil
	}
	return ipc.RemoveName(n.Kind, n.Path)
}

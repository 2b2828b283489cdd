package guard

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"weir/runtime/plan"
)

// forkRequest is a process to start, with every string ready for execve(2).
type forkRequest struct {
	path, dir *byte
	argv, env []*byte // both end with nil
	pgid      int     // the group to join; 0 makes one
	files     []movedFD
	limits    []plan.Limit
}

// movedFD is a descriptor of this process, and its number in the new one.
type movedFD struct{ from, to int }

// errNoGroup says that the group to join has no member left.
const errNoGroup = syscall.ESRCH

// ownDescriptors is where the guard's own descriptors begin. Below it is room for those
// that a stage gets.
const ownDescriptors = 8

// forker starts processes from one thread.
type forker struct {
	fast  bool         // by clone3(2), else by syscall.ForkExec
	limit *unix.Rlimit // of descriptors, for stages; nil is the guard's own
	slow  []uintptr
	now   inflight
	next  []*inflight // children that have not been waited for, and room for more
	busy  int         // how many of next are
}

// ahead is how many children may be on their way to their programs at a time.
const ahead = 2

func newForker() *forker {
	f := &forker{}
	if canClone {
		f.limit, f.fast = originalLimit()
	}
	for range ahead {
		f.next = append(f.next, &inflight{})
	}
	reserveLow()
	return f
}

// reserveLow makes the guard's own descriptors begin above those that stages are given: it
// would have to move them out of the way first.
func reserveLow() {
	for {
		fd, err := unix.FcntlInt(guardSocket, unix.F_DUPFD_CLOEXEC, guardSocket+1)
		if err != nil {
			return
		}
		if fd >= ownDescriptors {
			unix.Close(fd)
			return
		}
	}
}

// originalLimit gives the limit of descriptors that this process was started with,
// getrlimit(2), or nil if it still has that one. Go raises the soft limit for itself.
// syscall.Exec, which has nothing to execute here and fails, puts it back first.
func originalLimit() (*unix.Rlimit, bool) {
	var raised, original unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &raised) != nil {
		return nil, false
	}
	_ = syscall.Exec("", nil, nil)
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &original) != nil {
		return nil, false
	}
	if original == raised {
		return nil, true
	}
	_, _, errno := unix.RawSyscall6(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_NOFILE, uintptr(unsafe.Pointer(&raised)), 0, 0, 0)
	return &original, errno == 0
}

// fork starts what r asks for, and waits until its program is executed. spelled and env
// are the same as strings.
func (f *forker) fork(r *forkRequest, spelled *Spawn, env []string) (int, syscall.Errno) {
	if f.fast {
		errno, able := f.now.start(r, f.limit)
		if able && errno == 0 {
			errno = f.now.wait()
		}
		if able {
			return f.now.pid, errno
		}
		f.fast = false
		if f.limit != nil {
			_ = unix.Setrlimit(unix.RLIMIT_NOFILE, f.limit)
		}
	}
	f.slow = f.slow[:0]
	for _, p := range r.files {
		for len(f.slow) <= p.to {
			f.slow = append(f.slow, ^uintptr(0))
		}
		f.slow[p.to] = uintptr(p.from)
	}
	pid, err := syscall.ForkExec(spelled.Path, spelled.Argv, &syscall.ProcAttr{Dir: spelled.Dir, Env: env, Files: f.slow,
		Sys: &syscall.SysProcAttr{Setpgid: true, Pgid: r.pgid, Pdeathsig: syscall.SIGKILL}})
	for _, l := range r.limits {
		if err == nil {
			_ = unix.Prlimit(pid, int(l.Resource), &unix.Rlimit{Cur: l.Soft, Max: l.Hard}, nil)
		}
	}
	if err == syscall.EPERM && r.pgid != 0 {
		return 0, errNoGroup
	}
	return pid, errnoOf(err)
}

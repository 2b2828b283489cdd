package guard

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"weir/runtime/plan"
)

// forkRequest is a process to start: what execve(2) takes, with every string
// ready for the kernel.
type forkRequest struct {
	path, dir *byte
	argv, env []*byte // both end with nil
	pgid      int     // the group to join; 0 makes one
	files     []movedFD
	limits    []plan.Limit
}

// movedFD is a descriptor of this process and what it is to be in the new one.
type movedFD struct{ from, to int }

// errNoGroup says that the group to join has no member left.
const errNoGroup = syscall.ESRCH

// ownDescriptors is where the guard's own descriptors begin; below it is room
// for those that a stage gets.
const ownDescriptors = 8

// forker starts processes from one thread.
type forker struct {
	fast  bool         // by clone3(2); where it is not, by syscall.ForkExec
	limit *unix.Rlimit // of descriptors, that stages get in place of the guard's own
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

// reserveLow takes the numbers that stages are given, so that no descriptor of
// the guard's own gets one and would have to be moved out of the way first.
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

// originalLimit gives the limit of descriptors that this process was started
// with, getrlimit(2), and nil where it is the one that it has. Go raises the
// soft limit for itself; syscall.Exec puts it back before it fails here, having
// nothing to execute.
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

// fork starts what r asks for, the same as spelled with env, as strings, and
// waits until its program is executed.
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

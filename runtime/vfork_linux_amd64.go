package runtime

import (
	goruntime "runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// call is one system call of a child between clone3 and execve.
type call struct {
	number uintptr
	args   [4]uintptr
}

// fault is the call of the child that failed.
type fault struct {
	errno uintptr
	call  uintptr // its address
}

// cloneArgs is struct clone_args of linux/sched.h, CLONE_ARGS_SIZE_VER0.
type cloneArgs struct {
	flags, pidfd, childTID, parentTID, exitSignal, stack, stackSize, tls uint64
}

//go:noescape
func vforkCalls(args *cloneArgs, size uintptr, calls *call, fault *fault) uintptr

const cloneClearSighand = 0x100000000 // CLONE_CLEAR_SIGHAND of linux/sched.h

const canVfork = true

// vforker starts processes at about the price of vfork(2) in C. What syscall.
// ForkExec does in the child for every signal and through a pipe of its own,
// one flag of clone3(2) and the shared memory do here.
type vforker struct {
	calls []call
	fault *fault
	args  *cloneArgs
	limit *unix.Rlimit // soft limit of descriptors that the children get; nil leaves it
}

func newVforker(limit *unix.Rlimit) *vforker {
	return &vforker{fault: &fault{}, limit: limit, calls: make([]call, 0, 16),
		args: &cloneArgs{flags: unix.CLONE_VM | unix.CLONE_VFORK | cloneClearSighand, exitSignal: uint64(syscall.SIGCHLD)}}
}

func (v *vforker) add(number uintptr, args ...uintptr) {
	c := call{number: number}
	copy(c.args[:], args)
	v.calls = append(v.calls, c)
}

// Signal sets; the kernel's have eight bytes.
var allSignals, noSignals = ^uint64(0), new(uint64)

// fork starts a process. The descriptors of r.files must be above those that
// they are to become. It is not able to where the kernel is older than Linux
// 5.5.
func (v *vforker) fork(r *forkRequest) (pid int, errno syscall.Errno, able bool) {
	v.calls = v.calls[:0]
	v.add(unix.SYS_SETPGID, 0, uintptr(r.pgid))
	v.add(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL))
	for _, f := range r.files {
		v.add(unix.SYS_DUP3, uintptr(f.from), uintptr(f.to), 0)
	}
	if r.dir != nil {
		v.add(unix.SYS_CHDIR, uintptr(unsafe.Pointer(r.dir)))
	}
	if v.limit != nil {
		v.add(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_NOFILE, uintptr(unsafe.Pointer(v.limit)))
	}
	v.add(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(noSignals)), 0, 8)
	v.add(unix.SYS_EXECVE, uintptr(unsafe.Pointer(r.path)), uintptr(unsafe.Pointer(&r.argv[0])), uintptr(unsafe.Pointer(&r.env[0])))
	*v.fault = fault{}
	// A handler of Go's must not run in the child.
	var before uint64
	unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&allSignals)), uintptr(unsafe.Pointer(&before)), 8, 0, 0)
	ret := vforkCalls(v.args, unsafe.Sizeof(*v.args), &v.calls[0], v.fault)
	unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&before)), 0, 8, 0, 0)
	goruntime.KeepAlive(r)
	if ret > ^uintptr(4095) {
		errno = syscall.Errno(-ret)
		return 0, errno, errno != syscall.ENOSYS && errno != syscall.EINVAL && errno != syscall.EPERM
	}
	pid = int(ret)
	if v.fault.errno == 0 {
		return pid, 0, true
	}
	var status unix.WaitStatus
	for {
		if _, err := unix.Wait4(pid, &status, 0, nil); err != unix.EINTR {
			break
		}
	}
	if v.fault.call == uintptr(unsafe.Pointer(&v.calls[0])) {
		return 0, errNoGroup, true
	}
	return 0, syscall.Errno(v.fault.errno), true
}

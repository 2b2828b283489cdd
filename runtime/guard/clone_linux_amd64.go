package guard

import (
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

//lint:file-ignore U1000 cloneArgs has the fields of the kernel's struct, used or not

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
func cloneCalls(args *cloneArgs, size uintptr, calls *call, fault *fault) uintptr

const cloneClearSighand = 0x100000000 // CLONE_CLEAR_SIGHAND of linux/sched.h

const canClone = true

// inflight is a child on its way to its program. Until then it reads this process's
// memory, so all that it needs is kept here.
type inflight struct {
	run, stage uint64
	pid        int

	request forkRequest
	limits  []unix.Rlimit
	calls   []call
	fault   fault
	args    cloneArgs
	here    uint32 // cleared, and a futex woken, when the child leaves this memory
}

// Signal sets; the kernel's have eight bytes.
var allSignals, noSignals = ^uint64(0), new(uint64)

func (c *inflight) add(number uintptr, args ...uintptr) {
	call := call{number: number}
	copy(call.args[:], args)
	c.calls = append(c.calls, call)
}

// start makes a child at less than the price of vfork(2) in C: it does not wait for the
// child to execute its program. syscall.ForkExec resets every signal in the child and reads
// its error from a pipe; a flag of clone3(2) and the shared memory do that here.
//
// The descriptors of r.files must be above those that they are to become. limit is the soft
// limit of descriptors, or nil. It is not able to before Linux 5.5.
func (c *inflight) start(r *forkRequest, limit *unix.Rlimit) (errno syscall.Errno, able bool) {
	c.request, c.calls, c.fault = *r, c.calls[:0], fault{}
	c.add(unix.SYS_SETPGID, 0, uintptr(r.pgid))
	c.add(unix.SYS_PRCTL, unix.PR_SET_PDEATHSIG, uintptr(syscall.SIGKILL))
	var has [3]bool
	for _, f := range r.files {
		c.add(unix.SYS_DUP3, uintptr(f.from), uintptr(f.to), 0)
		if f.to < len(has) {
			has[f.to] = true
		}
	}
	for fd, there := range has {
		if !there { // the guard has it
			c.add(unix.SYS_CLOSE, uintptr(fd))
		}
	}
	if r.dir != nil {
		c.add(unix.SYS_CHDIR, uintptr(unsafe.Pointer(r.dir)))
	}
	if limit != nil {
		c.add(unix.SYS_PRLIMIT64, 0, unix.RLIMIT_NOFILE, uintptr(unsafe.Pointer(limit)))
	}
	c.limits = c.limits[:0]
	for _, l := range r.limits {
		c.limits = append(c.limits, unix.Rlimit{Cur: l.Soft, Max: l.Hard})
	}
	for i, l := range r.limits {
		c.add(unix.SYS_PRLIMIT64, 0, uintptr(l.Resource), uintptr(unsafe.Pointer(&c.limits[i])))
	}
	c.add(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(noSignals)), 0, 8)
	c.add(unix.SYS_EXECVE, uintptr(unsafe.Pointer(r.path)), uintptr(unsafe.Pointer(&r.argv[0])),
		uintptr(unsafe.Pointer(&r.env[0])))
	c.args = cloneArgs{flags: unix.CLONE_VM | unix.CLONE_CHILD_CLEARTID | cloneClearSighand,
		childTID: uint64(uintptr(unsafe.Pointer(&c.here))), exitSignal: uint64(syscall.SIGCHLD)}
	atomic.StoreUint32(&c.here, 1)
	// A handler of Go's must not run in the child.
	var before uint64
	unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&allSignals)),
		uintptr(unsafe.Pointer(&before)), 8, 0, 0)
	ret := cloneCalls(&c.args, unsafe.Sizeof(c.args), &c.calls[0], &c.fault)
	unix.RawSyscall6(unix.SYS_RT_SIGPROCMASK, unix.SIG_SETMASK, uintptr(unsafe.Pointer(&before)), 0, 8, 0, 0)
	if ret > ^uintptr(4095) {
		errno = syscall.Errno(-ret)
		return errno, errno != syscall.ENOSYS && errno != syscall.EINVAL && errno != syscall.EPERM
	}
	c.pid = int(ret)
	return 0, true
}

// stopCheck is how long a child may take to execute its program before wait looks whether it stands.
const stopCheck = 50 * time.Millisecond

// wait returns when the child executes its program. If it does not, wait reaps the child and says why. A Ctrl-Z
// that has stopped the child before is the program's.
func (c *inflight) wait() syscall.Errno {
	const futexWait = 0 // and not private: the kernel's own wake is not
	limit, looked, stands := unix.NsecToTimespec(int64(stopCheck)), time.Now(), false
	for atomic.LoadUint32(&c.here) != 0 {
		unix.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(&c.here)), futexWait, 1,
			uintptr(unsafe.Pointer(&limit)), 0, 0)
		if time.Since(looked) < stopCheck { // a signal of Go's own has ended the wait
			continue
		}
		if looked = time.Now(); c.isStopped() {
			stands = true
			_ = unix.Kill(c.pid, unix.SIGCONT)
		}
	}
	if stands && c.fault.errno == 0 {
		_ = unix.Kill(c.pid, unix.SIGTSTP)
	}
	c.request = forkRequest{}
	if c.fault.errno == 0 {
		return 0
	}
	var status unix.WaitStatus
	for {
		if _, err := unix.Wait4(c.pid, &status, 0, nil); err != unix.EINTR {
			break
		}
	}
	if c.fault.call == uintptr(unsafe.Pointer(&c.calls[0])) {
		return errNoGroup
	}
	return syscall.Errno(c.fault.errno)
}

// isStopped reports whether a signal has stopped the child. Whoever reaps may have been told of it already.
func (c *inflight) isStopped() bool {
	st, err := kernel.StatOf(c.pid)
	return err == nil && st.Stopped()
}

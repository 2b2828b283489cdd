package guard

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// reap is the one place where processes are reaped. It first waits without reaping, so
// that a run can hold the reaping back while it is being started: a dead leader keeps its
// process group alive for the stages that are still to join it.
func (g *guard) reap() {
	for {
		err := awaitChild()
		g.mu.Lock()
		switch {
		case err == unix.ECHILD:
			for len(g.children) == 0 {
				g.change.Wait()
			}
			g.mu.Unlock()
			continue
		case err != nil:
			g.mu.Unlock()
			continue
		}
		for len(g.starting) > 0 {
			g.change.Wait()
		}
		g.reapAll()
		g.send()
		g.mu.Unlock()
	}
}

// awaitChild blocks until a child has ended, was stopped or goes on. It leaves the child to
// be reaped.
func awaitChild() error {
	for {
		var info [128]byte // siginfo_t
		_, _, errno := unix.Syscall6(unix.SYS_WAITID, unix.P_ALL, 0, uintptr(unsafe.Pointer(&info)),
			unix.WEXITED|unix.WSTOPPED|unix.WCONTINUED|unix.WNOWAIT, 0, 0)
		if errno == unix.EINTR {
			continue
		}
		if errno != 0 {
			return errno
		}
		return nil
	}
}

// reapAll waits for every child that has ended, was stopped or goes on, and queues the
// answers; mu is held.
func (g *guard) reapAll() {
	for {
		var status unix.WaitStatus
		var usage unix.Rusage
		pid, err := unix.Wait4(-1, &status, unix.WNOHANG|unix.WUNTRACED|unix.WCONTINUED, &usage)
		if err == unix.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		c, ok := g.children[pid]
		if !ok {
			continue // a stray that was adopted
		}
		if status.Stopped() || status.Continued() {
			by := uint64(0)
			if status.Stopped() {
				by = uint64(status.StopSignal())
			}
			g.reply(msgHalted, c.run, c.stage, by)
			continue
		}
		delete(g.children, pid)
		peak, most := g.stagePeak(usage.Maxrss)
		code, sig := status.ExitStatus(), syscall.Signal(0)
		if status.Signaled() {
			code, sig = 0, status.Signal()
		}
		g.reply(msgExited, c.run, c.stage, uint64(code), uint64(sig),
			uint64(usage.Utime.Nano()/1e3), uint64(usage.Stime.Nano()/1e3), peak, most)
	}
}

func hasChildren() bool {
	var info [128]byte
	_, _, errno := unix.Syscall6(unix.SYS_WAITID, unix.P_ALL, 0, uintptr(unsafe.Pointer(&info)),
		unix.WEXITED|unix.WNOWAIT|unix.WNOHANG, 0, 0)
	return errno == 0
}

// killDescendants kills every process below this one and returns when none is left. It
// kills its own children, again and again. Their children become its own
// (PR_SET_CHILD_SUBREAPER), and one that is not reaped cannot give its number to another
// process. Nobody else may reap meanwhile, or a new child could be missed. A process of
// another user, such as a program that is setuid, stays.
func killDescendants() {
	for round := 0; round < 10_000; round++ {
		killed := false
		children, err := kernel.Children()
		if err != nil && len(children) == 0 && hasChildren() {
			time.Sleep(10 * time.Millisecond) // they are there, and cannot be seen now
			continue
		}
		for _, pid := range children {
			if syscall.Kill(pid, syscall.SIGKILL) == nil {
				killed = true
			}
		}
		if !killed {
			return
		}
		var status unix.WaitStatus
		// Blocks until the next death; then takes all that are dead.
		pid, err := unix.Wait4(-1, &status, 0, nil)
		for err == nil && pid > 0 {
			pid, err = unix.Wait4(-1, &status, unix.WNOHANG, nil)
		}
		if err == unix.ECHILD {
			return
		}
	}
}

package guard

import (
	"syscall"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/kernel"
	"weir/ipc/names"
)

// A stray is a process of a run whose parent has ended: the guard adopts it
// (PR_SET_CHILD_SUBREAPER). It belongs to the run whose label or mark it has. One without
// either ends with the last of the runs that are older than it: it was started without its
// environment, by a guard that could give no label.

// killStrays kills those of a run that has ended, and all below them; mu is held.
func (g *guard) killStrays(run uint64) {
	if len(g.children) == 0 && !hasChildren() {
		return
	}
	found := false
	for range 10_000 {
		strays := g.straysOf(run)
		if len(strays) == 0 {
			break
		}
		found = true
		for _, pid := range strays {
			below, _ := descendants(pid)
			for _, p := range below {
				_ = p.kill(syscall.SIGKILL)
			}
			_ = syscall.Kill(pid, syscall.SIGKILL) // not reaped yet, so that it has its number
		}
		// Their children are adopted now, and killed in the next round.
		for _, pid := range strays {
			reapOne(pid)
		}
	}
	if found {
		// A Lua stage among them may have had a guard of its own.
		_, _ = names.Clean(false)
	}
}

// straysOf lists the adopted children that end with this run. Those of another user cannot
// be killed and are passed over.
func (g *guard) straysOf(run uint64) []int {
	var list []int
	children, _ := kernel.ChildrenFast()
	for _, pid := range children {
		if _, stage := g.children[pid]; stage {
			continue
		}
		owner, marked := g.runOf(pid)
		_, alive := g.groups[owner]
		switch {
		case marked && owner != run && alive, !marked && g.earlier(ipc.StartOf(pid)):
		case unix.Kill(pid, 0) == nil:
			list = append(list, pid)
		}
	}
	return list
}

// earlier reports whether a run is alive that began before that time, in clock ticks.
func (g *guard) earlier(born uint64) bool {
	for run := range g.groups {
		if g.begun[run] <= born {
			return true
		}
	}
	return false
}

// ticks is the time as /proc/PID/stat counts it: hundredths of a second since the system
// started. USER_HZ is 100 on every Linux that Go runs on.
func ticks() uint64 {
	var now unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_BOOTTIME, &now)
	return uint64(now.Nano() / 1e7)
}

// reapOne waits for a child that was killed.
func reapOne(pid int) {
	for {
		if _, err := unix.Wait4(pid, nil, 0, nil); err != unix.EINTR {
			return
		}
	}
}

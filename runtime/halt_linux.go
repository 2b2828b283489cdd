package runtime

import (
	"syscall"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
	"weir/runtime/signals"
)

// stands reports whether a stage that a signal has stopped is still stopped. One that read
// the terminal before it was lent to it goes on. If the signal came after SIGCONT of give,
// it gets another one here.
func (r heard) stands(i int, by syscall.Signal) bool {
	r.mu.Lock()
	pid := 0
	if i < len(r.stages) {
		pid = r.stages[i].result.PID
	}
	r.mu.Unlock()
	if stat, err := kernel.StatOf(pid); err != nil || !stat.Stopped() {
		return false
	}
	if (by == syscall.SIGTTIN || by == syscall.SIGTTOU) && r.tty.isLent() && inForeground(pid) {
		_ = syscall.Kill(pid, signals.Continue)
		return false
	}
	return true
}

// inForeground reports whether a process is in the terminal's foreground group.
func inForeground(pid int) bool {
	group, err := unix.Getpgid(pid)
	front, err2 := unix.IoctlGetInt(ttyFD, unix.TIOCGPGRP)
	return err == nil && err2 == nil && group == front
}

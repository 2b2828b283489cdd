package ipc

import (
	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// StartOf gives the time at which a process started, in clock ticks since the system
// did; 0 where it runs no more, or cannot be looked at. With the number it names one
// process of one start of the system.
func StartOf(pid int) uint64 {
	stat, err := kernel.StatOf(pid)
	if err != nil || stat.Dead() {
		return 0
	}
	return stat.Start
}

// hasEnded reports whether the process ended that has the number, and of whose start the
// low 40 bits are known.
func hasEnded(pid int, start uint64) bool {
	stat, err := kernel.StatOf(pid)
	if err != nil {
		return vanished(pid, err)
	}
	return stat.Start&(1<<40-1) != start || stat.Dead()
}

// vanished reports whether an error of kernel.StatOf means that there is no such
// process. That this one cannot look, having no descriptor left, means nothing.
func vanished(pid int, err error) bool {
	return kernel.Gone(err) && unix.Kill(pid, 0) == unix.ESRCH // /proc may be missing, or hide others' processes
}

package ipc

import (
	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// StartOf gives the time at which a process started, in clock ticks since the system
// started. With the number it identifies a process while the system runs. It is 0 if the
// process has ended, or cannot be looked at.
func StartOf(pid int) uint64 {
	stat, err := kernel.StatOf(pid)
	if err != nil || stat.Dead() {
		return 0
	}
	return stat.Start
}

// HasEnded reports whether the process that had the number and that start has ended. The
// low 40 bits of a start count, and 0 is one that is not known. A process that cannot be
// looked at has not ended.
func HasEnded(pid int, start uint64) bool {
	stat, err := kernel.StatOf(pid)
	if err != nil {
		return vanished(pid, err)
	}
	return start != 0 && (stat.Start^start)&(1<<40-1) != 0 || stat.Dead()
}

// vanished reports whether an error of kernel.StatOf means that there is no such process.
// It does not if /proc is missing or hides others' processes, nor if this process has no
// descriptor left to look with.
func vanished(pid int, err error) bool {
	return kernel.Gone(err) && unix.Kill(pid, 0) == unix.ESRCH
}

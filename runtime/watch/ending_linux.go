package watch

import (
	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// Ending reports whether a process has ended or is about to. Of one that has closed its
// end of a channel by exit(2) it is true.
func Ending(pid int) bool {
	stat, err := kernel.StatOf(pid)
	if err != nil {
		return unix.Kill(pid, 0) == unix.ESRCH
	}
	return stat.Ending()
}

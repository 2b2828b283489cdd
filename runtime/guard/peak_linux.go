package guard

import (
	"strconv"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// counterSlack is by how many KiB the kernel's counts of one process's memory may differ.
// Each processor counts up to 64 pages by itself before others see them.
const counterSlack = 1 << 10

// stagePeak says how much of the peak that wait4(2) gives is the stage's. Until it executes
// its program a child has the guard's memory, whose peak stays in the child's account. So
// a peak not above the guard's own is only an upper bound. The guard's own only grows: it
// is read again only for a stage above what it was; mu is held.
func (g *guard) stagePeak(maxrss int64) (peak, most uint64) {
	if maxrss > g.peak+counterSlack {
		var self unix.Rusage
		if unix.Getrusage(unix.RUSAGE_SELF, &self) == nil && maxrss > self.Maxrss+counterSlack {
			return uint64(maxrss), 0
		}
		g.peak = ownPeak()
	}
	if maxrss > g.peak+counterSlack {
		return uint64(maxrss), 0
	}
	return 0, uint64(maxrss)
}

// ownPeak is the peak of this process's memory since it executed its program, in KiB:
// VmHWM of proc_pid_status(5). That of getrusage(2) counts what was before, too.
func ownPeak() int64 {
	status, _ := kernel.Read("/proc/self/status")
	kib, err := strconv.ParseInt(kernel.Field(status, "VmHWM:"), 10, 64)
	if err != nil {
		return 1 << 61 // not known: then no stage's is
	}
	return kib
}

package sample

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// spent gives the processor time that a function takes. The time that passes meanwhile says
// more of who else runs.
func spent(work func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	begun := threadTime()
	work()
	return threadTime() - begun
}

// threadTime is the processor time of this thread, clock_gettime(2).
func threadTime() time.Duration {
	var ts unix.Timespec
	if unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts) != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}

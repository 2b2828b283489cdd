package runtime

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// threadFile gives a thread a descriptor of its own for f. Where nobody else
// has this side of the pipe it is made non-blocking, so that a read that waits
// ends when the run is stopped.
func threadFile(f *os.File, sole bool) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, &os.PathError{Op: "duplicate", Path: f.Name(), Err: err}
	}
	if sole {
		if err := unix.SetNonblock(fd, true); err != nil {
			unix.Close(fd)
			return nil, &os.PathError{Op: "set non-blocking", Path: f.Name(), Err: err}
		}
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// threadUsage is what the calling thread used, getrusage(2). Its memory is all of weir's.
func threadUsage() exitStatus {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &u) != nil {
		return exitStatus{}
	}
	return exitStatus{user: time.Duration(u.Utime.Nano()), sys: time.Duration(u.Stime.Nano())}
}

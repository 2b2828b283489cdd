package runtime

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"weir/runtime/guard"
)

// threadFile gives a thread a descriptor of its own for f. It is non-blocking, so that reads
// and writes end when the run is stopped, if f is a pipe: one whose side nobody else has,
// or that can be opened once more.
func threadFile(f *os.File, sole bool) (*os.File, error) {
	if !sole {
		if again := openAgain(f); again != nil {
			return again, nil
		}
	}
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

// forThread gives a thread the descriptor.
func (o *openSide) forThread(sole bool) (*os.File, error) { return threadFile(o.file, sole) }

// leaveThread has the thread of a stage end with its goroutine.
func leaveThread() {}

// openAgain opens a pipe once more, non-blocking, so that it stays as it is for all others.
// It gives nil if f is no pipe, or if the other side has gone.
func openAgain(f *os.File) (again *os.File) {
	conn, err := f.SyscallConn()
	if err != nil {
		return nil
	}
	_ = conn.Control(func(fd uintptr) {
		var st unix.Stat_t
		if unix.Fstat(int(fd), &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
			return
		}
		flags, err := unix.FcntlInt(fd, unix.F_GETFL, 0)
		if err != nil {
			return
		}
		own, err := unix.Open(fmt.Sprintf("/proc/self/fd/%d", fd), flags&unix.O_ACCMODE|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		if err == nil {
			again = os.NewFile(uintptr(own), f.Name())
		}
	})
	return again
}

// threadUsage is what the calling thread used, getrusage(2). Its memory is all of weir's.
func threadUsage() guard.ExitStatus {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &u) != nil {
		return guard.ExitStatus{}
	}
	return guard.ExitStatus{User: time.Duration(u.Utime.Nano()), Sys: time.Duration(u.Stime.Nano())}
}

//go:build !linux && !windows

package runtime

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"weir/runtime/guard"
)

// terminal is lent to nobody: weir keeps it, and a stage that reads it is stopped by SIGTTIN.
type terminal struct{}

func newTerminal(Options, func()) *terminal { return nil }

func (*terminal) give(int) bool { return false }
func (*terminal) wasKilled()    {}
func (*terminal) takeBack()     {}
func (*terminal) isLent() bool  { return false }

func (*stageList) oneGroup(int) bool          { return false }
func (heard) stands(int, syscall.Signal) bool { return false }

// threadFile gives a thread a descriptor of its own for f. Where nobody else has that side it is non-blocking, so that
// reads and writes end when the run is stopped.
func threadFile(f *os.File, sole bool) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err == nil && sole {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		return nil, &os.PathError{Op: "duplicate", Path: f.Name(), Err: err}
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// forThread gives a thread the descriptor.
func (o *openSide) forThread(sole bool) (*os.File, error) { return threadFile(o.file, sole) }

func leaveThread() {}

// threadUsage is not known: these systems tell no thread apart.
func threadUsage() guard.ExitStatus { return guard.ExitStatus{User: -1, Sys: -1} }

//go:build !linux && !windows

package runtime

import (
	"errors"
	"os"
	"syscall"

	"weir/runtime/guard"
)

// terminal is lent to nobody where nothing is started.
type terminal struct{}

func newTerminal(Options, func()) *terminal { return nil }

func (*terminal) give(int) bool { return false }
func (*terminal) wasKilled()    {}
func (*terminal) takeBack()     {}
func (*terminal) isLent() bool  { return false }

func (*stageList) oneGroup(int) bool          { return false }
func (heard) stands(int, syscall.Signal) bool { return false }

func threadFile(*os.File, bool) (*os.File, error) { return nil, errors.ErrUnsupported }

func (o *openSide) forThread(bool) (*os.File, error) { return nil, errors.ErrUnsupported }

func leaveThread() {}

func threadUsage() guard.ExitStatus { return guard.ExitStatus{} }

//go:build !linux && !windows

package guard

import (
	"errors"
	"fmt"
	"os"
)

// errNone is what every run ends with before anything is started. Without a guard nobody
// would clean up after a killed weir.
var errNone = fmt.Errorf("this version of weir has no guard for this system, "+
	"and without one no process is started: %w", errors.ErrUnsupported)

// Main says why there is no guard, and returns the exit status.
func Main([]string) int {
	fmt.Fprintln(os.Stderr, "weir guard:", errNone)
	return 1
}

// FinishDead has nothing to do where no process is started.
func FinishDead() []int { return nil }

func descriptorOf(f *os.File) uintptr { return f.Fd() }

func (l *Link) start() error { return errNone }

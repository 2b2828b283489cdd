//go:build !linux

package runtime

import (
	"errors"
	"fmt"
	"os"
)

// errNoGuard is what every run ends with before anything is started: a system
// on which nobody could clean up after a killed weir starts no process.
var errNoGuard = fmt.Errorf("this version of weir has no guard for this system, and without one no process is started: %w", errors.ErrUnsupported)

// GuardMain says why there is no guard, and returns the exit status.
func GuardMain([]string) int {
	fmt.Fprintln(os.Stderr, "weir guard:", errNoGuard)
	return 1
}

// FinishDead has nothing to do where no process is started.
func FinishDead() []int { return nil }

func startGuard() (*link, error) { return nil, errNoGuard }

func (l *link) sendLocked(packet, []int) error { return errNoGuard }

func (l *link) endSending() {}

//go:build !linux && !windows

package names

import (
	"errors"
	"os"
)

var errLocked = errors.New("another process has the lock")

func lock(f *os.File, alone bool) error { return nil }

func pathOf(f *os.File) string { return "" }

func myself() Owner { return Owner{PID: os.Getpid(), Command: os.Args} }

func (o Owner) lives(here Owner) bool { return false }

func (o Owner) elsewhere(here Owner) bool { return false }

func (o Owner) doubt(here Owner) string { return "" }

// Standing is not known here.
func (n Name) Standing() (Standing, string) { return Absent, "" }

func openFile(path string, flag int) (*os.File, error) { return os.OpenFile(path, flag, 0o600) }

// Remove removes nothing here.
func (n Name) Remove() error { return nil }

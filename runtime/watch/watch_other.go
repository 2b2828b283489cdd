//go:build !linux && !windows

package watch

import (
	"errors"
	"os"
)

// Supported reports whether this system tells what processes wait for.
const Supported = false

// Watcher would look at the same stages again and again.
type Watcher struct {
	Source Source
}

// Look says that it cannot.
func (w *Watcher) Look() ([]Blocked, error) { return nil, errors.ErrUnsupported }

// Seen has seen nothing.
func (w *Watcher) Seen() []Seen { return nil }

// SideOf knows of no descriptor here.
func SideOf(fd int) (Side, bool) { return Side{}, false }

// Pipes knows of no process here.
func Pipes(pid int) map[int]Pipe { return nil }

// Thread has no number here.
func Thread() int { return 0 }

// FileOf knows of no file here.
func FileOf(fd int) (Pipe, bool) { return Pipe{}, false }

// Ending knows of no process here.
func Ending(pid int) bool { return false }

// Reads knows of no process here.
func Reads(pid int, f *os.File) bool { return false }

// Program knows of no process here.
func Program(pid int) string { return "" }

// Ready knows of no descriptor here.
func Ready(fd int, writes bool) bool { return true }

//go:build !linux && !windows

package guard

import "os"

// Main is a watcher's main, reached as "weir guard".
func Main(args []string) int { return watcherMain(args) }

// FinishDead has nothing to do: no name is made here that outlives its process.
func FinishDead() []int { return nil }

func descriptorOf(f *os.File) uintptr { return f.Fd() }

func (l *Link) start() error {
	l.startGroups()
	return nil
}

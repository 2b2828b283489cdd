//go:build !linux && !windows

package luaio

import "os"

// isTerminal takes every character device for a terminal: /dev/null is then
// line-buffered, which costs time and nothing else.
func isTerminal(f *os.File) bool {
	fi, err := f.Stat()
	return err == nil && fi.Mode()&os.ModeCharDevice != 0
}

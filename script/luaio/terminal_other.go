//go:build !linux && !windows

package luaio

import "os"

// IsTerminal takes every character device for a terminal, but for /dev/null.
func IsTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

//go:build !windows

package luaio

import "os"

// openTemporary makes a file and unlinks it at once, tmpfile(3).
func openTemporary() (*os.File, error) {
	f, err := os.CreateTemp("", "weir-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

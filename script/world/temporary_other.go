//go:build !windows

package world

import "os"

// Temporary makes a file and unlinks it at once, tmpfile(3).
func Temporary() (*os.File, error) {
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

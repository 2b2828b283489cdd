//go:build !linux && !windows

package ipc

import "os"

// Memory makes a temporary file that has lost its name, holds data and is positioned at its start. This system has
// no memfd_create(2).
func Memory(name string, data []byte) (*os.File, error) {
	addr := Addr{KindMemory, name}
	f, err := os.CreateTemp("", "weir-memory-*")
	if err != nil {
		return nil, &Error{"create", addr, err}
	}
	_ = os.Remove(f.Name())
	if _, err := f.WriteAt(data, 0); err != nil {
		f.Close()
		return nil, &Error{"write", addr, err}
	}
	return f, nil
}

//go:build !linux

package ipc

import "os"

// CreateRegion is refused here.
func CreateRegion(name string, size int, o NameOptions) (*Region, error) {
	return nil, &Error{"create", Addr{KindRegion, name}, errNotHere}
}

// OpenRegion is refused here.
func OpenRegion(name string) (*Region, error) {
	return nil, &Error{"open", Addr{KindRegion, name}, errNotHere}
}

// RegionFromFile is refused here; it closes f.
func RegionFromFile(f *os.File, name string) (*Region, error) {
	f.Close()
	return nil, &Error{"open", Addr{KindRegion, name}, errNotHere}
}

func unmap([]byte) error { return nil }

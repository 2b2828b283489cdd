//go:build !linux

package names

import "os"

func lock(f *os.File) error { return nil }

func pathOf(f *os.File) string { return "" }

// There is not known here.
func (n Name) There() bool { return false }

// Remove removes nothing here.
func (n Name) Remove() error { return nil }

//go:build !linux

package signals

// Plain does nothing here.
func Plain() {}

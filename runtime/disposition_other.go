//go:build !linux

package runtime

// PlainSignals does nothing here.
func PlainSignals() {}

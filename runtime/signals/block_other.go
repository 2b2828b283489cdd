//go:build !linux

package signals

// AtTerminal calls f, which writes to the terminal.
func AtTerminal(f func() error) error { return f() }

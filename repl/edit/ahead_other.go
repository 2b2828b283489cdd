//go:build !linux

package edit

// interruptTyped reports nothing: this system's queue of keys cannot be looked at.
func (e *Editor) interruptTyped() bool { return false }

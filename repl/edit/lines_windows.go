package edit

import "os"

// Lines reads lines that the console itself edits.
type Lines struct{ *os.File }

// NewLines reads from the console in.
func NewLines(in *os.File) (*Lines, error) { return &Lines{in}, nil }

// Interrupt does nothing: the console itself ends the read.
func (l *Lines) Interrupt() {}

// Interrupted reports nothing: no key is a signal here.
func (l *Lines) Interrupted() bool { return false }

// Close leaves the console open.
func (l *Lines) Close() error { return nil }

// stateFolder is where programs keep what they know of a user on this machine.
func stateFolder() string { return os.Getenv("LOCALAPPDATA") }

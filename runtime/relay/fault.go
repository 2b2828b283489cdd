package relay

import "fmt"

// Fault is a call that failed at one of a relay's descriptors. The plan knows what that is
// called.
type Fault struct {
	Call string // "read" or "write"
	FD   int
	Err  error
}

func (f *Fault) Error() string { return fmt.Sprintf("%s descriptor %d: %v", f.Call, f.FD, f.Err) }

func (f *Fault) Unwrap() error { return f.Err }

package relay

import (
	"errors"
	"fmt"
	"syscall"
)

// Fault is a call that failed at one of a relay's descriptors. The plan knows what that is
// called.
type Fault struct {
	Call string // "read" or "write"
	FD   int
	Err  error
}

func (f *Fault) Error() string { return fmt.Sprintf("%s descriptor %d: %v", f.Call, f.FD, f.Err) }

func (f *Fault) Unwrap() error { return f.Err }

// OutputError says which outputs failed, in the order in which they did. The relay went on
// without them, to the end of its input or until no output was left.
type OutputError []*Fault

func (e OutputError) Error() string { return errors.Join(e.Unwrap()...).Error() }

// Unwrap gives the faults.
func (e OutputError) Unwrap() []error {
	list := make([]error, len(e))
	for i, f := range e {
		list[i] = f
	}
	return list
}

// readerLeft reports whether a write failed because nobody can read what is written. That is
// no fault: writers of a shell's pipe end so.
func readerLeft(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || endsPipe(err)
}

package luaio

import (
	"errors"
	"io/fs"
	"os"
	"sync"

	"weir/runtime/cells"
	"weir/runtime/signals"
)

// What messages call the standard streams.
const (
	StandardOutput = "standard output"
	StandardError  = "standard error"
)

// WriteError says that a standard stream did not take what was written to it.
type WriteError struct {
	Stream string // StandardOutput or StandardError
	Err    error
}

func (e *WriteError) Error() string { return "write " + e.Stream + ": " + causeOf(e.Err).Error() }

// Unwrap gives the error of write(2).
func (e *WriteError) Unwrap() error { return e.Err }

// causeOf is an error without its operation and path.
func causeOf(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// Output is a standard stream as weir itself writes to it, beside the scripts and
// processes that have its descriptor. It keeps the first error, so that text that is lost
// is told of once, at the end. It is for any number of goroutines.
type Output struct {
	file   *os.File
	stream string

	// Before is called where a line of weir's own begins; nil is nothing to do.
	Before func()

	mu   sync.Mutex
	open bool // what was written last has no end
	lost error
}

// NewOutput writes to a standard stream: StandardOutput or StandardError.
func NewOutput(f *os.File, stream string) *Output { return &Output{file: f, stream: stream} }

// Write writes all of p, or returns a *WriteError. A message quotes names and texts from
// outside: what would be an order to the terminal is spelt out.
func (o *Output) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if o.begins(p) && o.Before != nil {
		o.Before()
	}
	text := p
	if o.stream == StandardError {
		text = []byte(cells.Harmless(string(p), true))
	}
	n := 0
	err := signals.AtTerminal(func() (err error) {
		n, err = writeAll(o.file, o.file.Write, text)
		return err
	})
	if err == nil {
		n = len(p)
	} else {
		err = &WriteError{o.stream, err}
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.lost == nil {
			o.lost = err
		}
	}
	return n, err
}

// begins reports whether p begins a line, and notes whether it ends one.
func (o *Output) begins(p []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	open := o.open
	o.open = p[len(p)-1] != '\n'
	return !open
}

// LineEnded notes that the line which was written last has been ended by somebody else:
// whoever answers a prompt.
func (o *Output) LineEnded() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.open = false
}

// OS returns the file that Write writes to.
func (o *Output) OS() *os.File { return o.file }

// Lost returns the first error that Write met.
func (o *Output) Lost() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.lost
}

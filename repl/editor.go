package repl

import "weir/repl/edit"

// Editor reads the inputs of a prompt, which knows no more of a terminal.
type Editor interface {
	// Read shows a prompt and reads one whole input. Its error is io.EOF at the end of
	// input, and ErrInterrupt after Ctrl-C.
	Read(r edit.Request) (string, error)
	// Remember adds an input to the history.
	Remember(input string)
	Close() error
}

// Interruptible is an Editor beside which Ctrl-C can be a signal.
type Interruptible interface {
	Editor
	// Interrupt is that signal. It may be called from any goroutine; ends says that it ends the session.
	Interrupt() (ends bool)
	// Interrupted reports whether it came after the last input was entered.
	Interrupted() bool
}

// ErrInterrupt is what Ctrl-C gives in an input.
var ErrInterrupt = edit.ErrInterrupt

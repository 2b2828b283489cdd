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

// ErrInterrupt is what Ctrl-C gives in an input.
var ErrInterrupt = edit.ErrInterrupt

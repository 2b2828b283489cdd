// Package repl is weir's prompt: a loop that reads Lua, evaluates it and runs
// the topologies that an expression yields.
package repl

import "weir/repl/edit"

// Editor reads the inputs of a prompt. The prompt knows no more of a terminal.
type Editor interface {
	// Read shows a prompt and reads one whole input. Its error is io.EOF at the end
	// of input and ErrInterrupt where the input was given up.
	Read(r edit.Request) (string, error)
	// Remember adds an input to the history.
	Remember(input string)
	Close() error
}

// ErrInterrupt is what Ctrl-C gives in an input.
var ErrInterrupt = edit.ErrInterrupt

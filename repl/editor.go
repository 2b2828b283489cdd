// Package repl is weir's prompt: a loop that reads Lua, evaluates it and runs
// the topologies that an expression yields.
package repl

import "errors"

// Editor reads the lines of a prompt. The prompt knows no more of a terminal.
type Editor interface {
	// ReadLine shows prompt and reads a line, without its end. Its error is io.EOF
	// at the end of input and ErrInterrupt where the line was given up.
	ReadLine(prompt string) (string, error)
	// Remember adds an input to the history.
	Remember(input string)
	Close() error
}

// ErrInterrupt is what Ctrl-C gives in a line.
var ErrInterrupt = errors.New("interrupt")

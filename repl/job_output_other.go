//go:build !linux

package repl

import (
	"errors"
	"io"
	"os"
)

// NewJobOutput is not built for this system yet: jobs write to the terminal.
func NewJobOutput(io.Writer) (*os.File, func(), error) {
	return nil, nil, errors.New("the output of jobs is not kept apart on this system yet")
}

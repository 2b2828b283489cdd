package repl

import (
	"bufio"
	"io"
	"strings"
)

// plainEditor reads lines where nobody types them: from a pipe or a file. It
// shows no prompt.
type plainEditor struct{ in *bufio.Reader }

// NewPlainEditor reads from in.
func NewPlainEditor(in io.Reader) Editor { return &plainEditor{bufio.NewReader(in)} }

func (e *plainEditor) ReadLine(string) (string, error) {
	line, err := e.in.ReadString('\n')
	if err == io.EOF && line != "" {
		err = nil
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), err
}

// Continues tells whether the next line is here already and begins with |.
func (e *plainEditor) Continues() bool {
	ahead, _ := e.in.Peek(e.in.Buffered())
	return strings.HasPrefix(strings.TrimLeft(string(ahead), " \t\r\n"), "|")
}

func (e *plainEditor) Remember(string) {}

func (e *plainEditor) Close() error { return nil }

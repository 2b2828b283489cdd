package repl

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"weir/repl/edit"
)

// plainEditor reads lines where nobody types them, from a pipe or a file, and shows
// no prompt; or where somebody does whose terminal, or whose screen reader, wants
// plain lines.
type plainEditor struct {
	in  *bufio.Reader
	out io.Writer // shows the prompts; nil for none
}

// NewPlainEditor reads from in, and shows prompts on out unless that is nil.
func NewPlainEditor(in io.Reader, out io.Writer) Editor {
	return &plainEditor{bufio.NewReaderSize(in, 64<<10), out}
}

// Read reads lines until they are a whole input. A chain may break before |, where
// the next line is here already.
func (e *plainEditor) Read(r edit.Request) (string, error) {
	text, err := e.line(r.First)
	for err == nil {
		if r.Whole(text) && !e.continues() {
			return text, nil
		}
		var line string
		if line, err = e.line(r.More); err == io.EOF {
			return text, nil // say what is missing
		}
		text += "\n" + line
	}
	return text, err
}

func (e *plainEditor) line(prompt string) (string, error) {
	if e.out != nil {
		fmt.Fprint(e.out, prompt)
	}
	line, err := e.in.ReadString('\n')
	if err == io.EOF && e.out != nil {
		fmt.Fprintln(e.out) // as Enter would have
	}
	if err == io.EOF && line != "" {
		err = nil
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), err
}

func (e *plainEditor) continues() bool {
	ahead, _ := e.in.Peek(e.in.Buffered())
	return strings.HasPrefix(strings.TrimLeft(string(ahead), " \t\r\n"), "|")
}

func (e *plainEditor) Remember(string) {}

func (e *plainEditor) Close() error { return nil }

package repl

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"weir/repl/edit"
)

// plainEditor reads lines where nobody types them, from a pipe or a file, and shows
// no prompt; or where somebody does whose terminal, or whose screen reader, wants
// plain lines.
type plainEditor struct {
	in    *bufio.Reader
	out   io.Writer   // shows the prompts; nil for none
	lines *edit.Lines // behind in, where that is a terminal
}

// NewPlainEditor reads what nobody types, and shows no prompts.
func NewPlainEditor(in io.Reader) Editor { return &plainEditor{in: bufio.NewReaderSize(in, 64<<10)} }

// NewPlainTerminal reads the lines of a terminal, and shows prompts on out.
func NewPlainTerminal(in *os.File, out io.Writer) (Editor, error) {
	lines, err := edit.NewLines(in)
	return &plainEditor{bufio.NewReader(lines), out, lines}, err
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
	if err != nil && e.out != nil {
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

// Interrupt gives up the input that is being read, as Ctrl-C wants it.
func (e *plainEditor) Interrupt() {
	if e.lines != nil {
		e.lines.Interrupt()
	}
}

func (e *plainEditor) Close() error {
	if e.lines != nil {
		return e.lines.Close()
	}
	return nil
}

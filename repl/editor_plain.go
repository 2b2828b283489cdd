package repl

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"weir/repl/edit"
	"weir/repl/input"
	"weir/script/luaio"
)

// plainEditor reads lines from a pipe or a file, and then shows no prompt. It also reads those of
// a terminal, or for a screen reader, that wants plain lines.
type plainEditor struct {
	in      lineSource
	out     io.Writer   // shows the prompts; nil for none
	lines   *edit.Lines // behind in, if that is a terminal
	shebang bool        // the next line is a file's first, which may begin with #!
}

// lineSource is what a plain editor reads.
type lineSource interface {
	// ReadSharedLine gives the next line with its newline, io.EOF at the end.
	ReadSharedLine() (string, error)
	// Follows shows as much of what comes next as has been read already.
	Follows() []byte
}

// buffered reads lines that nobody else reads.
type buffered struct{ *bufio.Reader }

func (b buffered) ReadSharedLine() (string, error) {
	line, err := b.ReadString('\n')
	if err == io.EOF && line != "" {
		err = nil
	}
	return line, err
}

func (b buffered) Follows() []byte {
	follows, _ := b.Peek(b.Buffered())
	return follows
}

// NewPlainEditor reads lines that nobody types, and shows no prompts.
func NewPlainEditor(in io.Reader) Interruptible {
	return &plainEditor{in: buffered{bufio.NewReaderSize(in, 64<<10)}}
}

// NewFileEditor reads lines of a file that its VM shares: the statements, and what they run, read
// on behind them.
func NewFileEditor(in *luaio.Reader) Interruptible { return &plainEditor{in: in, shebang: true} }

// NewPlainTerminal reads the lines of a terminal, and shows prompts on out.
func NewPlainTerminal(in *os.File, out io.Writer) (Interruptible, error) {
	lines, err := edit.NewLines(in)
	return &plainEditor{in: buffered{bufio.NewReader(lines)}, out: out, lines: lines}, err
}

// Read reads lines until they are a whole input. A chain may be broken before | if the next line
// has been read already.
func (e *plainEditor) Read(r edit.Request) (string, error) {
	text, err := e.line(r.First)
	for err == nil {
		if r.Whole(text) && !input.GoesOn(string(e.in.Follows())) {
			return text, nil
		}
		var line string
		if line, err = e.line(r.More); err == io.EOF {
			return text, nil // the error says what is missing
		}
		text += "\n" + line
	}
	return text, err
}

func (e *plainEditor) line(prompt string) (string, error) {
	if e.out != nil {
		fmt.Fprint(e.out, prompt)
	}
	line, err := e.in.ReadSharedLine()
	if out, ok := e.out.(*luaio.Output); ok {
		out.LineEnded()
	}
	if e.shebang && strings.HasPrefix(line, "#!") {
		line = ""
	}
	e.shebang = false
	if err != nil && e.out != nil {
		fmt.Fprintln(e.out) // as Enter would have
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), err
}

func (e *plainEditor) Remember(string) {}

// FreshRow goes to a row of its own with what terminfo(5) has of a dumb terminal alone: a row
// flows on into the next, and \r goes to its start.
func (e *plainEditor) FreshRow() {
	if f := fileOf(e.out); f != nil {
		_, _ = f.WriteString(strings.Repeat(" ", WidthOf(f)) + "\r") // the prompt itself reports a fault
	}
}

// Interrupt drops the input that is being read, at Ctrl-C. Of a file the rest is dropped, and the
// session ends.
func (e *plainEditor) Interrupt() (ends bool) {
	if e.lines == nil {
		return true
	}
	e.lines.Interrupt()
	return false
}

// Interrupted reports whether Ctrl-C came after the last input was read.
func (e *plainEditor) Interrupted() bool { return e.lines != nil && e.lines.Interrupted() }

func (e *plainEditor) Close() error {
	if e.lines != nil {
		return e.lines.Close()
	}
	return nil
}

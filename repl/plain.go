package repl

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"weir/repl/edit"
	"weir/script/luaio"
)

// plainEditor reads lines where nobody types them, from a pipe or a file, and shows
// no prompt; or where somebody does whose terminal, or whose screen reader, wants
// plain lines.
type plainEditor struct {
	in    lineSource
	out   io.Writer   // shows the prompts; nil for none
	lines *edit.Lines // behind in, where that is a terminal
	first bool        // the next line is a file's first, which may name the program that reads it: #!
}

// lineSource is what a plain editor reads.
type lineSource interface {
	// ReadSharedLine gives the next line with its newline, io.EOF at the end.
	ReadSharedLine() (string, error)
	// Follows shows what comes next as far as it is here already.
	Follows() []byte
}

// ahead reads lines that nobody else reads.
type ahead struct{ *bufio.Reader }

func (a ahead) ReadSharedLine() (string, error) {
	line, err := a.ReadString('\n')
	if err == io.EOF && line != "" {
		err = nil
	}
	return line, err
}

func (a ahead) Follows() []byte {
	b, _ := a.Peek(a.Buffered())
	return b
}

// NewPlainEditor reads what nobody types, and shows no prompts.
func NewPlainEditor(in io.Reader) Editor {
	return &plainEditor{in: ahead{bufio.NewReaderSize(in, 64<<10)}}
}

// NewFileEditor reads what nobody types from a file that the statements read, too:
// they and what they run find what stands behind them. Its VM shares it.
func NewFileEditor(in *luaio.File) Editor { return &plainEditor{in: in, first: true} }

// NewPlainTerminal reads the lines of a terminal, and shows prompts on out.
func NewPlainTerminal(in *os.File, out io.Writer) (Editor, error) {
	lines, err := edit.NewLines(in)
	return &plainEditor{in: ahead{bufio.NewReader(lines)}, out: out, lines: lines}, err
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
	line, err := e.in.ReadSharedLine()
	if out, ok := e.out.(*luaio.Output); ok {
		out.LineEnded()
	}
	if e.first && strings.HasPrefix(line, "#!") {
		line = ""
	}
	e.first = false
	if err != nil && e.out != nil {
		fmt.Fprintln(e.out) // as Enter would have
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), err
}

func (e *plainEditor) continues() bool {
	return strings.HasPrefix(strings.TrimLeft(string(e.in.Follows()), " \t\r\n"), "|")
}

func (e *plainEditor) Remember(string) {}

// FreshRow is that of the line editor, with no more than terminfo(5) has of a dumb terminal:
// its rows flow on into the next, and \r goes back.
func (e *plainEditor) FreshRow() {
	if f := fileOf(e.out); f != nil {
		_, _ = f.WriteString(strings.Repeat(" ", WidthOf(f)) + "\r") // the prompt tells of a fault
	}
}

// Interrupt gives up the input that is being read, as Ctrl-C wants it. A file is given
// up as a whole: then the session ends.
func (e *plainEditor) Interrupt() (ends bool) {
	if e.lines == nil {
		return true
	}
	e.lines.Interrupt()
	return false
}

func (e *plainEditor) Close() error {
	if e.lines != nil {
		return e.lines.Close()
	}
	return nil
}

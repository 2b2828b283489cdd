package repl

import (
	"fmt"
	"io"
	"os"

	"weir/repl/edit"
)

// lineEditor edits inputs at a terminal, with a history that outlives the process.
type lineEditor struct {
	*edit.Editor
	errs io.Writer
	told bool // that inputs are not kept
}

// NewLineEditor edits inputs at the terminal in. What is wrong with the history is
// told on errs, once.
func NewLineEditor(in, out *os.File, errs io.Writer, opts edit.Options) (Editor, error) {
	e := &lineEditor{errs: errs}
	history, err := edit.OpenHistory(edit.HistoryFile())
	e.tell(err)
	e.Editor, err = edit.New(in, out, history, opts)
	if err == nil {
		e.note()
	}
	return e, err
}

func (e *lineEditor) tell(err error) {
	if err != nil && !e.told {
		e.told = true
		fmt.Fprintln(e.errs, err)
	}
}

// note says what is to be said of the history, and is no fault.
func (e *lineEditor) note() {
	if text := e.Notice(); text != "" {
		fmt.Fprintln(e.errs, text)
	}
}

func (e *lineEditor) Remember(input string) {
	e.tell(e.Editor.Remember(input))
	e.note()
}

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
	errs     io.Writer
	reported bool // errs has had an error already
}

// NewLineEditor edits inputs at the terminal in. The first fault of the history goes to errs.
func NewLineEditor(in, out *os.File, errs io.Writer, opts edit.Options) (Interruptible, error) {
	e := &lineEditor{errs: errs}
	history, err := edit.OpenHistory(edit.HistoryFile())
	e.report(err)
	e.Editor, err = edit.New(in, out, history, opts)
	if err == nil {
		e.showNotice()
	}
	return e, err
}

func (e *lineEditor) report(err error) {
	if err != nil && !e.reported {
		e.reported = true
		fmt.Fprintln(e.errs, err)
	}
}

// showNotice shows what happened to the history and is no fault.
func (e *lineEditor) showNotice() {
	if text := e.Notice(); text != "" {
		fmt.Fprintln(e.errs, text)
	}
}

func (e *lineEditor) Remember(input string) {
	e.report(e.Editor.Remember(input))
	e.showNotice()
}

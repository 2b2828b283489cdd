package edit

import (
	"io"
	"strings"
)

const (
	pastesOn   = "\x1b[?2004h" // pastes are bracketed
	pastesOff  = "\x1b[?2004l"
	cursorBack = "\x1b[0m\x1b[?25h" // no style, and a visible cursor
)

// leaveRaw restores the terminal.
func (e *Editor) leaveRaw() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.leaveRawLocked()
}

func (e *Editor) leaveRawLocked() {
	if e.restore != nil {
		io.WriteString(e.out, pastesOff+cursorBack)
		e.restore()
		e.restore = nil
	}
}

// measure asks for the terminal's size.
func (e *Editor) measure() { e.screen.resize(e.size()) }

func (e *Editor) size() (cols, rows int) {
	if cols, rows = Size(e.outFD); cols > 0 {
		return cols, max(rows, 1)
	}
	return 80, 24
}

// FreshRow goes, between two inputs, to the next row if the cursor is not in the first column: a row of
// blanks reaches it from any other. It may be called from any goroutine.
func (e *Editor) FreshRow() {
	e.mu.Lock()
	defer e.mu.Unlock()
	cols, _ := e.size()
	io.WriteString(e.out, strings.Repeat(" ", cols)+"\r\x1b[K")
}

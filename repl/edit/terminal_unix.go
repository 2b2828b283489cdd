//go:build unix

package edit

import (
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/chzyer/readline"
)

const (
	pastesOn   = "\x1b[?2004h" // pastes are bracketed
	pastesOff  = "\x1b[?2004l"
	cursorBack = "\x1b[0m\x1b[?25h" // no style, and a visible cursor
)

// enterRaw puts the terminal into raw mode.
func (e *Editor) enterRaw() error {
	fd := e.inFD
	state, err := readline.MakeRaw(fd)
	if err != nil {
		return err
	}
	e.mu.Lock()
	e.restore = func() { _ = readline.Restore(fd, state) }
	e.mu.Unlock()
	_, err = io.WriteString(e.out, pastesOn)
	return err
}

// enterRawAgain is for a process that was stopped and has continued: the shell had the terminal.
func (e *Editor) enterRawAgain() {
	_, _ = readline.MakeRaw(e.inFD)
	e.screen.forget()
	io.WriteString(e.out, pastesOn)
}

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

// signals wakes the loop at SIGWINCH and SIGCONT.
func (e *Editor) signals() (stop func()) {
	came := make(chan os.Signal, 2)
	signal.Notify(came, syscall.SIGWINCH, syscall.SIGCONT)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case s := <-came:
				if s == syscall.SIGCONT {
					e.continued.Store(true)
				}
				e.wake.ring()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(came)
		close(done)
		<-ended
	}
}

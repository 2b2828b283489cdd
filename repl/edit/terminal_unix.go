//go:build unix

package edit

import (
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/chzyer/readline"
	"golang.org/x/sys/unix"
)

const (
	pastesOn   = "\x1b[?2004h"      // pastes are bracketed
	pastesOff  = "\x1b[?2004l"      // as they were
	cursorBack = "\x1b[0m\x1b[?25h" // no style is left, and the cursor is seen
)

// take has the terminal give every key as it comes, and notes how it was.
func (e *Editor) take() error {
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

// takeAgain is take after the process was stopped and goes on: the shell has had the
// terminal meanwhile.
func (e *Editor) takeAgain() {
	_, _ = readline.MakeRaw(e.inFD)
	e.screen.forget()
	io.WriteString(e.out, pastesOn)
}

// giveBack leaves the terminal as it was.
func (e *Editor) giveBack() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.giveBackLocked()
}

func (e *Editor) giveBackLocked() {
	if e.restore != nil {
		io.WriteString(e.out, pastesOff+cursorBack)
		e.restore()
		e.restore = nil
	}
}

// measure asks for the terminal's size.
func (e *Editor) measure() { e.screen.resize(e.size()) }

func (e *Editor) size() (cols, rows int) {
	if w, err := unix.IoctlGetWinsize(e.outFD, unix.TIOCGWINSZ); err == nil && w.Col > 0 {
		return int(w.Col), max(int(w.Row), 1)
	}
	return 80, 24
}

// FreshRow goes, between two inputs, to the next row where others have left the cursor
// behind what they wrote: so many blanks reach it from any column but the first. It may
// be called from any goroutine.
func (e *Editor) FreshRow() {
	e.mu.Lock()
	defer e.mu.Unlock()
	cols, _ := e.size()
	io.WriteString(e.out, strings.Repeat(" ", cols)+"\r\x1b[K")
}

// signals wake the loop: the window has another size, or the process goes on after
// it was stopped.
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

package edit

import (
	"errors"
	"io"
	"os"
	"sync"
)

// ErrInterrupt is what Ctrl-C gives in an input.
var ErrInterrupt = errors.New("interrupt")

// Options are what an editor is told by its prompt. Any of the functions may be
// nil.
type Options struct {
	Complete func(text string, at int) (from int, candidates []Candidate)
	Paint    func(text string) []Span
	Colours  func() bool
	Vi       func() bool
}

// Request asks for one input.
type Request struct {
	First, More string                 // the prompts of its first line and of the others
	Whole       func(text string) bool // tells whether it is whole; else Enter begins another line
}

// Editor edits inputs at a terminal.
type Editor struct {
	in, out *os.File
	opts    Options
	history *History
	decoder decoder
	killed  string
	screen  screen

	mu      sync.Mutex
	room    *sync.Cond // on mu: pending has been taken
	pending []byte     // from Write, while an input is edited
	editing bool
	wake    *waker
}

// maxPending is how much others may write before they have to wait, in bytes.
const maxPending = 256 << 10

// New makes an editor for the terminal in, which paints on out.
func New(in, out *os.File, h *History, opts Options) (*Editor, error) {
	e := &Editor{in: in, out: out, history: h, opts: opts, screen: screen{out: out}}
	e.room = sync.NewCond(&e.mu)
	var err error
	e.wake, err = newWaker()
	return e, err
}

// Remember adds an input to the history.
func (e *Editor) Remember(input string) error { return e.history.Add(input) }

// Write shows what others have to say: above the input while one is edited, and
// whole lines only.
func (e *Editor) Write(p []byte) (int, error) {
	e.mu.Lock()
	for e.editing && len(e.pending) > maxPending {
		e.room.Wait()
	}
	if e.editing {
		e.pending = append(e.pending, p...)
		e.mu.Unlock()
		e.wake.ring()
		return len(p), nil
	}
	defer e.mu.Unlock()
	return e.out.Write(p)
}

// takePending gives the whole lines that others have written. Where the editing
// has ended, it gives all.
func (e *Editor) takePending(all bool) []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := len(e.pending)
	if !all {
		for n > 0 && e.pending[n-1] != '\n' {
			n--
		}
		if n == 0 && len(e.pending) > maxPending { // a line without an end
			n = len(e.pending)
		}
	}
	out := e.pending[:n:n]
	e.pending = append([]byte(nil), e.pending[n:]...)
	e.room.Broadcast()
	return out
}

// Read edits one input. Its error is io.EOF at Ctrl-D in an empty one, or where the
// terminal has gone, and ErrInterrupt at Ctrl-C.
func (e *Editor) Read(r Request) (string, error) {
	restore, err := e.rawMode()
	if err != nil {
		return "", err
	}
	_ = e.history.refresh()
	s := &session{Editor: e, request: r, keys: emacs, place: len(e.history.entries)}
	if e.opts.Vi != nil && e.opts.Vi() {
		s.vi = &vi{}
	}
	e.screen.colours = e.opts.Colours == nil || e.opts.Colours()
	e.mu.Lock()
	e.editing = true
	e.mu.Unlock()
	io.WriteString(e.out, "\x1b[?2004h")
	err = e.loop(s)
	if err == nil && !errors.Is(s.err, io.EOF) {
		s.screen.paint(s.view()) // without ghost and list
	}
	e.screen.leave()
	io.WriteString(e.out, "\x1b[?2004l")
	e.mu.Lock()
	e.editing = false
	e.mu.Unlock()
	e.out.Write(e.takePending(true))
	restore()
	if err != nil {
		return "", err
	}
	return s.s, s.err
}

// Close lets go of what the editor holds.
func (e *Editor) Close() error { return e.wake.close() }

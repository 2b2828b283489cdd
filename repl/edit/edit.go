package edit

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
)

// ErrInterrupt is what Ctrl-C gives in an input.
var ErrInterrupt = errors.New("interrupt")

// Options are what a prompt gives its editor. Any of the functions may be nil.
type Options struct {
	Complete func(text string, at int) (from int, candidates []Candidate)
	Paint    func(text string) []Span
	Colours  func() bool
	Vi       func() bool
	Asked    func() string // what Ctrl-T in an empty input shows above it; may be nil
}

// Request asks for one input.
type Request struct {
	First, More string                 // the prompts of its first line and of the others
	Whole       func(text string) bool // reports whether it is whole; else Enter begins another line
}

// Editor edits inputs at a terminal.
type Editor struct {
	in, out *os.File
	opts    Options
	inFD    int // of in: to ask it each time is a system call
	outFD   int
	history *History
	decoder decoder
	killed  string
	screen  screen

	mu      sync.Mutex
	room    *sync.Cond // on mu: pending has become shorter
	pending []byte     // from Write, while an input is edited
	seen    int        // bytes of it that stood above an earlier input: a line without an end
	editing bool
	wake    *waker
	restore func() // ends raw mode; nil if there is none

	continued   atomic.Bool // the process was stopped, and has continued
	interrupted bool        // Ctrl-C came behind Enter; on mu
}

// maxPending is how much others may write before they must wait, in bytes.
const maxPending = 256 << 10

// New makes an editor for the terminal in, which paints on out.
func New(in, out *os.File, h *History, opts Options) (*Editor, error) {
	e := &Editor{in: in, out: out, inFD: int(in.Fd()), outFD: int(out.Fd()), history: h, opts: opts}
	e.screen.out = out
	e.room = sync.NewCond(&e.mu)
	var err error
	e.wake, err = newWaker()
	return e, err
}

// Remember adds an input to the history.
func (e *Editor) Remember(input string) error { return e.history.Add(input) }

// Notice returns what happened to the history, once; else it is empty.
func (e *Editor) Notice() string { return e.history.Notice() }

// Write shows what others write. While an input is edited, that is whole lines above it.
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
	if len(e.pending) > 0 { // p goes on with it
		e.out.Write(e.pending)
		e.pending, e.seen = nil, 0
	}
	return e.out.Write(p)
}

// pendingLines gives whole lines that others have written, not many more than limit bytes, and reports
// whether there are more.
func (e *Editor) pendingLines(limit int) (lines []byte, more bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	whole := bytes.LastIndexByte(e.pending, '\n') + 1
	if whole == 0 && len(e.pending) > maxPending { // a line without an end
		whole = len(e.pending)
	}
	n := whole
	if n > limit {
		n = limit + bytes.IndexByte(e.pending[limit-1:n], '\n')
		n = max(n, limit)
	}
	lines = e.pending[:n:n]
	e.pending = slices.Clone(e.pending[n:])
	if n > 0 {
		e.seen = 0
	}
	e.room.Broadcast()
	return lines, n < whole
}

// EndLine ends, between two inputs, the line that others have begun: they have exited.
func (e *Editor) EndLine() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.pending) > e.seen {
		e.out.Write(append(e.pending, '\n'))
	}
	e.pending, e.seen = nil, 0
}

// maxOpen is how much is shown of a line that others have not ended, in bytes.
const maxOpen = 4 << 10

// openLine gives the line that others have begun and not ended.
func (e *Editor) openLine() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if bytes.IndexByte(e.pending, '\n') >= 0 || len(e.pending) == e.seen {
		return ""
	}
	return unended(e.pending[:min(len(e.pending), maxOpen)])
}

// Read edits one input. Its error is io.EOF at Ctrl-D in an empty input, or if the terminal is gone, and
// ErrInterrupt at Ctrl-C.
func (e *Editor) Read(r Request) (string, error) {
	if err := e.enterRaw(); err != nil {
		return "", err
	}
	finished := false
	defer func() {
		e.leaveRaw()
		if finished && e.interruptTyped() {
			e.Interrupt()
		}
	}()
	_ = e.history.refresh() // without it the inputs of other prompts are missing
	s := &session{Editor: e, request: r, keys: emacs, entry: len(e.history.entries)}
	if e.opts.Vi != nil && e.opts.Vi() {
		s.vi, s.undo = newVi(), []text{{}}
	}
	e.decoder.vi = s.vi != nil
	e.screen.colours = e.opts.Colours == nil || e.opts.Colours()
	e.mu.Lock()
	e.editing, e.interrupted = true, false
	e.mu.Unlock()
	defer e.stopEditing()
	if err := e.loop(s); err != nil {
		return "", err
	}
	if !errors.Is(s.err, io.EOF) {
		e.screen.open = e.openLine()
		e.measure()
		e.screen.paint(s.view()) // without ghost and list
	}
	e.screen.leave()
	finished = s.err == nil
	return s.s, s.err
}

// Interrupt notes a Ctrl-C between two inputs, which ends no session. It may be called from any
// goroutine.
func (e *Editor) Interrupt() (ends bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.interrupted = e.interrupted || !e.editing
	return false
}

// Interrupted reports whether Ctrl-C came after the last input was finished: it is for what the input
// starts.
func (e *Editor) Interrupted() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.interrupted
}

// stopEditing shows what others have written; from now on Write does. A line without an end waits for
// its end.
func (e *Editor) stopEditing() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.editing = false
	whole := bytes.LastIndexByte(e.pending, '\n') + 1
	e.out.Write(e.pending[:whole])
	e.pending = e.pending[whole:]
	e.seen = len(e.pending)
	e.screen.open = ""
	e.room.Broadcast()
}

// Close closes the editor's descriptors. While an input is edited, as when a signal ends the process, it
// ends raw mode instead.
func (e *Editor) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.editing {
		io.WriteString(e.out, "\r\n")
		e.leaveRawLocked()
		return nil
	}
	return e.wake.close()
}

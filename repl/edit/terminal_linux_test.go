package edit

import (
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"weir/ipc/leak"
	"weir/repl/pty"
	"weir/repl/vt"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m, nil)) }

// rig is an editor at a pseudo-terminal whose screen is a model.
type rig struct {
	t      testing.TB
	e      *Editor
	master *os.File
	slave  *os.File
	read   sync.WaitGroup
	edits  sync.WaitGroup

	mu      sync.Mutex
	model   *vt.Model
	changed *sync.Cond
	awaited func(*vt.Model) bool // nil once it was so
}

func newRig(t testing.TB, cols, rows int, h *History, opts Options) *rig {
	t.Helper()
	master, slave, err := pty.Open(cols, rows)
	if err != nil {
		t.Skip(err)
	}
	if h == nil {
		h = &History{}
	}
	if opts.Colours == nil {
		opts.Colours = func() bool { return false }
	}
	e, err := New(slave, slave, h, opts)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, e: e, master: master, slave: slave, model: vt.New(cols, rows)}
	r.changed = sync.NewCond(&r.mu)
	r.read.Add(1)
	go r.follow()
	t.Cleanup(func() {
		if t.Failed() {
			master.WriteString("\x1b[201~\x03")
		}
		r.edits.Wait()
		slave.Close()
		r.read.Wait()
		master.Close()
		e.Close()
	})
	return r
}

// follow paints what the editor writes.
func (r *rig) follow() {
	defer r.read.Done()
	buf := make([]byte, 64<<10)
	for {
		n, err := r.master.Read(buf)
		r.mu.Lock()
		// Whoever waits is asked after every picture, not after every read: under
		// much output a read hardly ever ends with one.
		for _, part := range strings.SplitAfter(string(buf[:max(n, 0)]), "\x1b[?25h") {
			r.model.Write(part)
			r.look()
		}
		r.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// look tells whoever waits when the screen is what they wait for.
func (r *rig) look() {
	if r.awaited != nil && r.awaited(r.model) {
		r.awaited = nil
		r.changed.Broadcast()
	}
	if r.model.Fault != "" {
		r.changed.Broadcast()
	}
}

func (r *rig) size(cols, rows int) {
	if err := pty.Size(r.master, cols, rows); err != nil {
		r.t.Fatal(err)
	}
}

// resize changes the window while an input is edited.
func (r *rig) resize(cols, rows int) {
	r.mu.Lock()
	r.model.Resize(cols, rows)
	r.mu.Unlock()
	r.size(cols, rows)
	_ = syscall.Kill(os.Getpid(), syscall.SIGWINCH)
}

func (r *rig) keys(s string) {
	r.t.Helper()
	if _, err := r.master.WriteString(s); err != nil {
		r.t.Fatal(err)
	}
}

// shows waits until the screen, with | for the cursor, ends with a text.
func (r *rig) shows(want string) {
	r.t.Helper()
	r.await(want, func(m *vt.Model) bool { return strings.HasSuffix("\n"+m.Text(true), "\n"+want) })
}

func (r *rig) await(what string, met func(*vt.Model) bool) {
	r.t.Helper()
	timeout := time.AfterFunc(leak.Patience, func() {
		r.mu.Lock()
		r.model.Fault = "waited for too long"
		r.changed.Broadcast()
		r.mu.Unlock()
	})
	defer timeout.Stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.awaited = met
	r.look()
	for r.awaited != nil {
		if r.model.Fault != "" {
			r.t.Fatalf("%s\nthe screen is\n%s\nwant\n%s", r.model.Fault, r.model.Text(true), what)
		}
		r.changed.Wait()
	}
}

// outcome is what one Read gave.
type outcome struct {
	text string
	err  error
}

// edit edits one input in the background.
func (r *rig) edit(whole func(string) bool) chan outcome {
	r.t.Helper()
	r.await("the end of the input before", func(m *vt.Model) bool { return !m.Pastes })
	done := make(chan outcome, 1)
	r.edits.Add(1)
	go func() {
		defer r.edits.Done()
		text, err := r.e.Read(Request{First: "> ", More: ". ", Whole: whole})
		done <- outcome{text, err}
	}()
	return done
}

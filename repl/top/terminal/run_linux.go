package terminal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"weir/repl/pty"
	"weir/runtime/sample"
)

// Run is a weir that runs a script for a view. Those of its standard streams that would be the view's
// terminal are a pseudo-terminal of its own, pty(7); the others it has as they are.
type Run struct {
	cmd     *exec.Cmd
	on      *Terminal
	master  *os.File
	name    string // of its terminal
	keys    bool   // its standard input is that
	printed chan []byte
	ended   chan struct{} // the process has
	drained chan struct{} // all that it has printed is taken
	err     error

	mu    sync.Mutex
	spool *os.File // what was printed while the view was there; nil afterwards
	kept  int64
}

// Start starts the command. terminals says which of its three streams are the terminal.
func (t *Terminal) Start(cmd *exec.Cmd, terminals [3]bool) (r *Run, err error) {
	r = &Run{cmd: cmd, on: t, keys: terminals[0], printed: make(chan []byte, 16), ended: make(chan struct{}), drained: make(chan struct{})}
	var slave *os.File
	// The run ends with the view; after q the view is still there.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGTERM}
	if at := slices.Index(terminals[:], true); at >= 0 {
		cols, rows := t.size()
		if r.master, slave, err = pty.Open(cols, rows); err != nil {
			return nil, err
		}
		defer slave.Close()
		r.name = slave.Name()
		if modes, err := unix.IoctlGetTermios(t.fd(), unix.TCGETS); err == nil {
			_ = unix.IoctlSetTermios(int(slave.Fd()), unix.TCSETS, modes)
		}
		for i, to := range []any{&cmd.Stdin, &cmd.Stdout, &cmd.Stderr} {
			if !terminals[i] {
				continue
			}
			switch to := to.(type) {
			case *io.Reader:
				*to = slave
			case *io.Writer:
				*to = slave
			}
		}
		cmd.SysProcAttr.Setctty, cmd.SysProcAttr.Ctty = true, at
		if r.spool, err = unnamed(); err != nil {
			r.master.Close()
			return nil, err
		}
	}
	if err = cmd.Start(); err != nil {
		r.close()
		return nil, err
	}
	go func() {
		r.err = cmd.Wait()
		close(r.ended)
	}()
	go r.pump()
	return r, nil
}

// unnamed makes a file that nobody else sees.
func unnamed() (*os.File, error) {
	f, err := os.CreateTemp("", "weir-top-")
	if err == nil {
		err = os.Remove(f.Name())
	}
	return f, err
}

func (r *Run) close() {
	if r.master != nil {
		r.master.Close()
	}
	if r.spool != nil {
		r.spool.Close()
	}
}

// Printed gives what the run prints, for the view.
func (r *Run) Printed() <-chan []byte { return r.printed }

// Resized gives the run's terminal the size of the view's.
func (r *Run) Resized(cols, rows int) {
	if r.master != nil {
		_ = pty.Size(r.master, cols, rows)
	}
}

// pump takes what the run prints until it has ended and printed all.
func (r *Run) pump() {
	defer r.on.mend()
	defer close(r.drained)
	if r.master == nil {
		return
	}
	defer close(r.printed)
	for {
		b := make([]byte, 32<<10)
		n, err := r.master.Read(b) // EIO: nobody has the other side any more
		if n > 0 {
			r.print(b[:n])
		}
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return
		}
	}
}

// print keeps what the run prints while there is a view, and writes it to the terminal afterwards.
func (r *Run) print(b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.spool == nil {
		_, _ = r.on.Write(b)
		return
	}
	n, _ := r.spool.Write(b)
	r.kept += int64(n)
	select {
	case r.printed <- b:
	default: // the view is slower than this; the spool has all of it
	}
}

// pour writes what was printed while the view was there, and has all that follows written at once.
func (r *Run) pour() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.spool == nil {
		return
	}
	_, _ = io.Copy(r.on, io.NewSectionReader(r.spool, 0, r.kept))
	r.spool.Close()
	r.spool = nil
}

// Interrupt does what Ctrl-C does to a script.
func (r *Run) Interrupt() { _ = r.cmd.Process.Signal(os.Interrupt) }

// Stop ends the run.
func (r *Run) Stop(sig syscall.Signal) { _ = r.cmd.Process.Signal(sig) }

// Ended reports whether the process has ended.
func (r *Run) Ended() bool {
	select {
	case <-r.ended:
		return true
	default:
		return false
	}
}

// Refuse says why a run cannot have this view: one of its stages reads the terminal, or has put it into a
// mode for the whole screen.
func (r *Run) Refuse(f *sample.Frame) string {
	const way = "%s the terminal, whose keys the view has: run it by weir run FILE here, and watch it by weir top PID from another terminal"
	if !r.keys {
		return ""
	}
	for i := range f.Stages {
		if s := &f.Stages[i]; s.State == sample.Sleeps && s.FD == 0 {
			if file, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/0", s.PID)); err == nil && file == r.name {
				return fmt.Sprintf(way, s.Stage+" reads")
			}
		}
	}
	if modes, err := unix.IoctlGetTermios(int(r.master.Fd()), unix.TCGETS); err == nil && modes.Lflag&unix.ICANON == 0 {
		return fmt.Sprintf(way, "a stage wants all of")
	}
	return ""
}

// Finish is the run's terminal from when the view has left until the run ends: what it prints is written,
// and what is typed it gets. The error is how the process has ended.
func (r *Run) Finish() error {
	if r.master == nil {
		r.on.Restore()
		<-r.ended
		return r.err
	}
	stop := make(chan struct{})
	var typed <-chan []byte
	if r.keys && !r.Ended() {
		if r.on.raw() == nil {
			typed = r.on.read(stop)
		}
	}
	r.pour()
	if !r.keys {
		r.on.Restore()
	}
	for open := true; open; {
		select {
		case b, ok := <-typed:
			if !ok {
				typed = nil
				break
			}
			_, _ = r.master.Write(b)
		case <-r.ended:
			open = false
		}
	}
	<-r.drained
	close(stop)
	if typed != nil {
		for range typed {
		}
	}
	r.on.Restore()
	r.close()
	return r.err
}

package terminal

import (
	"io"
	"os"
	"os/exec"
	"slices"
	"syscall"

	"weir/repl/pty"
	"weir/runtime/sample"
)

// Run is a weir that runs a script for a view. Those of its standard streams that would be the view's
// terminal are a pseudo-terminal of its own, pty(7); the others it has as they are.
type Run struct {
	*output // nil where it has no terminal
	cmd     *exec.Cmd
	on      *Terminal
	keys    bool          // its standard input is its terminal
	ended   chan struct{} // the process has
	err     error
}

// Start starts the command. terminals says which of its three streams are the terminal.
func (t *Terminal) Start(cmd *exec.Cmd, terminals [3]bool) (r *Run, err error) {
	r = &Run{cmd: cmd, on: t, keys: terminals[0], ended: make(chan struct{})}
	// The run ends with the view; after q the view is still there.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGTERM}
	if at := slices.Index(terminals[:], true); at >= 0 {
		if r.output, err = t.openOutput(); err != nil {
			return nil, err
		}
		for i, to := range []any{&cmd.Stdin, &cmd.Stdout, &cmd.Stderr} {
			if !terminals[i] {
				continue
			}
			switch to := to.(type) {
			case *io.Reader:
				*to = r.slave
			case *io.Writer:
				*to = r.slave
			}
		}
		cmd.SysProcAttr.Setctty, cmd.SysProcAttr.Ctty = true, at
	}
	if err = cmd.Start(); err != nil {
		if r.output != nil {
			r.slave.Close()
			r.output.close()
		}
		return nil, err
	}
	go func() {
		r.err = cmd.Wait()
		close(r.ended)
	}()
	if r.output != nil {
		r.slave.Close()
		go r.pump()
	}
	return r, nil
}

// Printed gives what the run prints, for the view.
func (r *Run) Printed() <-chan []byte {
	if r.output == nil {
		return nil
	}
	return r.printed
}

// Resized gives the run's terminal the size of the view's.
func (r *Run) Resized(cols, rows int) {
	if r.output != nil {
		_ = pty.Size(r.master, cols, rows)
	}
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

// Refuse says why a run cannot have this view.
func (r *Run) Refuse(f *sample.Frame) string {
	if !r.keys {
		return ""
	}
	return refuse(f, r.master, r.slave, "weir run FILE")
}

// Finish is the run's terminal from when the view has left until the run ends: what it prints is written,
// and what is typed it gets. The error is how the process has ended.
func (r *Run) Finish() error {
	if r.output == nil {
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
	r.output.close()
	return r.err
}

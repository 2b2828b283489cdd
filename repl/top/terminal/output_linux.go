package terminal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"weir/repl/pty"
	"weir/runtime/sample"
)

// output is a pseudo-terminal, pty(7), for what prints while a view has the terminal.
type output struct {
	on      *Terminal
	master  *os.File
	slave   *os.File
	printed chan []byte   // for the view
	drained chan struct{} // closed when all that was printed is taken

	mu    sync.Mutex
	spool *os.File // what was printed while the view was there; nil afterwards
	kept  int64
}

// openOutput makes one with the size and the modes of the terminal.
func (t *Terminal) openOutput() (*output, error) {
	o := &output{on: t, printed: make(chan []byte, 16), drained: make(chan struct{})}
	cols, rows := t.size()
	var err error
	if o.master, o.slave, err = pty.Open(cols, rows); err != nil {
		return nil, err
	}
	if modes, err := unix.IoctlGetTermios(t.fd(), unix.TCGETS); err == nil {
		_ = unix.IoctlSetTermios(int(o.slave.Fd()), unix.TCSETS, modes)
	}
	if o.spool, err = unnamed(); err != nil {
		o.master.Close()
		o.slave.Close()
		return nil, err
	}
	return o, nil
}

// unnamed makes a file that nobody else sees.
func unnamed() (*os.File, error) {
	f, err := os.CreateTemp("", "weir-top-")
	if err == nil {
		err = os.Remove(f.Name())
	}
	return f, err
}

func (o *output) close() {
	o.master.Close()
	if o.spool != nil {
		o.spool.Close()
	}
}

// pump takes what is printed until nobody has the other side any more.
func (o *output) pump() {
	defer o.on.mend()
	defer close(o.drained)
	defer close(o.printed)
	for {
		b := make([]byte, 32<<10)
		n, err := o.master.Read(b) // EIO: nobody has the other side any more
		if n > 0 {
			o.print(b[:n])
		}
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return
		}
	}
}

// print keeps what is printed while there is a view, and writes it to the terminal afterwards.
func (o *output) print(b []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.spool == nil {
		_, _ = o.on.Write(b)
		return
	}
	n, _ := o.spool.Write(b)
	o.kept += int64(n)
	select {
	case o.printed <- b:
	default: // the view is slower than this; the spool has all of it
	}
}

// pour writes what was printed while the view was there, and has all that follows written at once.
func (o *output) pour() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.spool == nil {
		return
	}
	_, _ = io.Copy(o.on, io.NewSectionReader(o.spool, 0, o.kept))
	o.spool.Close()
	o.spool = nil
}

// refuse says why a run that has a pseudo-terminal as its standard input cannot have the view: one of its
// stages reads it, or has put it into a mode for the whole screen. run is how to run it without.
func refuse(f *sample.Frame, master, slave *os.File, run string) string {
	const way = "%s the terminal, whose keys the view has: run it by %s here, and watch it by weir top PID " +
		"from another terminal"
	for i := range f.Stages {
		if s := &f.Stages[i]; (s.State == sample.Sleeps || s.State == sample.Reads) && s.FD == 0 {
			if file, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/0", s.PID)); err == nil && file == slave.Name() {
				return fmt.Sprintf(way, s.Stage+" reads", run)
			}
		}
	}
	if modes, err := unix.IoctlGetTermios(int(master.Fd()), unix.TCGETS); err == nil && modes.Lflag&unix.ICANON == 0 {
		return fmt.Sprintf(way, "a stage wants all of", run)
	}
	return ""
}

// Output is a terminal for the stages of a run of this process, while a view has the real one. What they would
// read is another, which nobody types at: it ends when the view leaves.
type Output struct {
	*output
	keys, input *os.File
}

// Output makes one.
func (t *Terminal) Output() (Output, error) {
	o, err := t.openOutput()
	if err != nil {
		return Output{}, err
	}
	keys, input, err := pty.Open(t.size())
	if err != nil {
		o.master.Close()
		o.slave.Close()
		o.spool.Close()
		return Output{}, err
	}
	go o.pump()
	return Output{o, keys, input}, nil
}

// Files are where the stages read and print, by their descriptors.
func (o Output) Files() [3]*os.File { return [3]*os.File{o.input, o.slave, o.slave} }

// Printed gives what they print, for the view.
func (o Output) Printed() <-chan []byte { return o.printed }

// Refuse says why the run cannot have the view.
func (o Output) Refuse(f *sample.Frame) string { return refuse(f, o.keys, o.input, "run(t)") }

// Resized gives it the size of the view.
func (o Output) Resized(cols, rows int) { _ = pty.Size(o.master, cols, rows) }

// Left writes what was printed, behind the view, and has all that follows written at once. Who reads finds
// the end of the input.
func (o Output) Left() {
	o.keys.Close()
	o.pour()
	o.on.Restore()
}

// Close writes the rest, when all stages have ended.
func (o Output) Close() {
	o.Left()
	o.input.Close()
	o.slave.Close()
	<-o.drained
	o.output.close()
}

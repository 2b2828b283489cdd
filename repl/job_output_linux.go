package repl

import (
	"io"
	"os"

	"golang.org/x/sys/unix"

	"weir/repl/pty"
)

// NewJobOutput makes a pseudo-terminal for the jobs of a prompt, pty(7): they write
// as they do at a terminal, and what they write comes out at w, which puts it above
// the line that is being typed. stop waits until all of it has.
func NewJobOutput(w io.Writer) (jobs *os.File, stop func(), err error) {
	cols, rows := 80, 24
	if size, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ); err == nil {
		cols, rows = int(size.Col), int(size.Row)
	}
	master, jobs, err := pty.Open(cols, rows)
	if err != nil {
		return nil, nil, err
	}
	slave := int(jobs.Fd())
	if modes, err := unix.IoctlGetTermios(slave, unix.TCGETS); err == nil {
		modes.Oflag &^= unix.OPOST // lines end as they are written
		modes.Lflag &^= unix.ECHO
		_ = unix.IoctlSetTermios(slave, unix.TCSETS, modes)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(w, master) // until the last that has the other side is gone: EIO
	}()
	return jobs, func() {
		jobs.Close()
		<-done
		master.Close()
	}, nil
}

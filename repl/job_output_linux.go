package repl

import (
	"io"
	"os"

	"golang.org/x/sys/unix"

	"weir/repl/edit"
	"weir/repl/pty"
)

// NewJobOutput makes a pseudo-terminal, pty(7), for the jobs of a prompt. They write as they do at a
// terminal, and their text goes to w, which puts it above the line that is being typed. stop waits for
// all of it.
func NewJobOutput(w io.Writer) (jobs *os.File, stop func(), err error) {
	cols, rows := edit.Size(0)
	if cols == 0 {
		cols, rows = 80, 24
	}
	master, jobs, err := pty.Open(cols, rows)
	if err != nil {
		return nil, nil, err
	}
	slave := int(jobs.Fd())
	if modes, err := unix.IoctlGetTermios(slave, unix.TCGETS); err == nil {
		modes.Oflag &^= unix.OPOST // no \r is put before \n
		modes.Lflag &^= unix.ECHO
		_ = unix.IoctlSetTermios(slave, unix.TCSETS, modes)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(w, master) // it ends with EIO when the last job closes the other side
	}()
	return jobs, func() {
		jobs.Close()
		<-done
		master.Close()
	}, nil
}

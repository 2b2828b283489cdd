package repl

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// NewJobOutput makes a pseudo-terminal for the jobs of a prompt, pty(7): they write
// as they do at a terminal, and what they write comes out at w, which puts it above
// the line that is being typed. stop waits until all of it has.
func NewJobOutput(w io.Writer) (jobs *os.File, stop func(), err error) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		master.Close()
		return nil, nil, os.NewSyscallError("TIOCSPTLCK", err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		jobs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	}
	if err != nil {
		master.Close()
		return nil, nil, err
	}
	slave := int(jobs.Fd())
	if modes, err := unix.IoctlGetTermios(slave, unix.TCGETS); err == nil {
		modes.Oflag &^= unix.OPOST // lines end as they are written
		modes.Lflag &^= unix.ECHO
		_ = unix.IoctlSetTermios(slave, unix.TCSETS, modes)
	}
	if size, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ); err == nil {
		_ = unix.IoctlSetWinsize(slave, unix.TIOCSWINSZ, size)
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

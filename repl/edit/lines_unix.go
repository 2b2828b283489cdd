//go:build unix

package edit

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Lines reads lines that the terminal itself edits. A read that waits can be interrupted.
type Lines struct {
	in   *os.File
	wake *waker
}

// NewLines reads from the terminal in.
func NewLines(in *os.File) (*Lines, error) {
	wake, err := newWaker()
	return &Lines{in, wake}, err
}

// Read reads what was entered. Its error is ErrInterrupt after Interrupt.
func (l *Lines) Read(p []byte) (int, error) {
	fds := []unix.PollFd{{Fd: int32(l.in.Fd()), Events: unix.POLLIN}, {Fd: int32(l.wake.r), Events: unix.POLLIN}}
	for {
		switch _, err := unix.Poll(fds, -1); {
		case err == unix.EINTR:
		case err != nil:
			return 0, os.NewSyscallError("poll", err)
		case fds[1].Revents != 0:
			l.wake.drain()
			return 0, ErrInterrupt
		default:
			return l.in.Read(p)
		}
	}
}

// Interrupt ends the read that waits, or the next.
func (l *Lines) Interrupt() { l.wake.ring() }

// Interrupted reports whether Interrupt was called and no read has ended by it.
func (l *Lines) Interrupted() bool {
	fds := []unix.PollFd{{Fd: int32(l.wake.r), Events: unix.POLLIN}}
	if n, err := unix.Poll(fds, 0); err != nil || n == 0 {
		return false
	}
	l.wake.drain()
	return true
}

// Close closes the descriptors of Lines; the terminal stays open.
func (l *Lines) Close() error { return l.wake.close() }

// stateFolder is where programs keep what they know of a user; empty if there is no home.
func stateFolder() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".local", "state")
}

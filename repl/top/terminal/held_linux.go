package terminal

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// held is what this process prints to its terminal while a view is there: what its jobs print, and what it
// says of them.
type held struct {
	spool *os.File
	usual map[int]int // copies of the standard streams, by their numbers
}

// Hold keeps what this process prints from the view. Restore prints it.
func (t *Terminal) Hold() error {
	spool, err := unnamed()
	if err != nil {
		return err
	}
	h := &held{spool: spool, usual: map[int]int{}}
	for _, fd := range []int{1, 2} {
		if _, err := unix.IoctlGetTermios(fd, unix.TCGETS); err != nil {
			continue // it is no terminal
		}
		if copied, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 3); err == nil {
			h.usual[fd] = copied
			_ = unix.Dup3(int(spool.Fd()), fd, 0)
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held = h
	return nil
}

// release gives the streams back, and writes what has come.
func (h *held) release(to io.Writer) {
	for fd, usual := range h.usual {
		_ = unix.Dup3(usual, fd, 0)
		unix.Close(usual)
	}
	if info, err := h.spool.Stat(); err == nil {
		_, _ = io.Copy(to, io.NewSectionReader(h.spool, 0, info.Size()))
	}
	h.spool.Close()
}

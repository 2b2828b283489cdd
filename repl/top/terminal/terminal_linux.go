package terminal

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"weir/repl/edit"
	"weir/repl/top"
)

// Terminal is one that shows views.
type Terminal struct {
	file    *os.File
	mu      sync.Mutex
	usual   *unix.Termios // the modes before it was raw; nil while it is not
	full    bool          // it shows the other screen
	held    *held         // what this process prints meanwhile; nil while it may print
	Colours int
}

// ErrNone says that there is no terminal to draw on.
var ErrNone = errors.New("there is no terminal to draw on; --plain prints lines, --once one frame, and --once --json " +
	"is for programs")

// Open opens the terminal of this process.
func Open() (*Terminal, error) {
	if name := os.Getenv("TERM"); name == "" || name == "dumb" {
		return nil, ErrNone
	}
	f, err := os.OpenFile("/dev/tty", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, ErrNone
	}
	t := &Terminal{file: f, Colours: top.Few}
	if c := os.Getenv("COLORTERM"); c == "truecolor" || c == "24bit" {
		t.Colours = top.Many
	}
	if os.Getenv("NO_COLOR") != "" || strings.HasPrefix(os.Getenv("TERM"), "vt") {
		t.Colours = 0
	}
	return t, nil
}

func (t *Terminal) fd() int { return int(t.file.Fd()) }

// Close leaves the terminal as it was.
func (t *Terminal) Close() error {
	t.Restore()
	return t.file.Close()
}

// raw has each key come as it is typed, and nothing that is written changed: cfmakeraw(3).
func (t *Terminal) raw() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	modes, err := unix.IoctlGetTermios(t.fd(), unix.TCGETS)
	if err != nil {
		return err
	}
	if t.usual == nil {
		usual := *modes
		t.usual = &usual
	}
	modes.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR |
		unix.ICRNL | unix.IXON
	modes.Oflag &^= unix.OPOST
	modes.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	modes.Cc[unix.VMIN], modes.Cc[unix.VTIME] = 1, 0
	return unix.IoctlSetTermios(t.fd(), unix.TCSETS, modes)
}

// enter shows the other screen.
func (t *Terminal) enter() error {
	if err := t.raw(); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.full = true
	_, err := t.file.WriteString(top.Enter)
	return err
}

// leave shows the usual screen again. The terminal stays raw.
func (t *Terminal) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.full {
		t.full = false
		_, _ = t.file.WriteString(top.Leave)
	}
}

// Restore shows the usual screen, in the modes that the terminal had, and what was held.
func (t *Terminal) Restore() {
	t.leave()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.usual != nil {
		_ = unix.IoctlSetTermios(t.fd(), unix.TCSETS, t.usual)
		t.usual = nil
	}
	if t.held != nil {
		t.held.release(t.file)
		t.held = nil
	}
}

// mend restores the terminal before a panic ends the process.
func (t *Terminal) mend() {
	if fault := recover(); fault != nil {
		t.Restore()
		panic(fault)
	}
}

// size is the terminal's, in cells.
func (t *Terminal) size() (w, h int) {
	if w, h = edit.Size(t.fd()); w <= 0 || h <= 0 {
		return 80, 24
	}
	return w, h
}

// read sends what is typed, until stop is closed: no read is left behind that would take a key of whoever
// has the terminal next.
func (t *Terminal) read(stop <-chan struct{}) <-chan []byte {
	typed := make(chan []byte)
	wake, waker, err := os.Pipe()
	if err != nil {
		close(typed)
		return typed
	}
	go func() {
		<-stop
		waker.Close()
	}()
	go func() {
		defer t.mend()
		defer close(typed)
		defer wake.Close()
		fds := []unix.PollFd{{Fd: int32(t.fd()), Events: unix.POLLIN}, {Fd: int32(wake.Fd()), Events: unix.POLLIN}}
		for {
			if _, err := unix.Poll(fds, -1); err != nil && err != unix.EINTR {
				return
			}
			switch {
			case fds[1].Revents != 0:
				return
			case fds[0].Revents == 0:
				continue
			}
			b := make([]byte, 4096)
			n, err := unix.Read(t.fd(), b)
			if err == unix.EINTR || err == unix.EAGAIN {
				continue
			}
			if n <= 0 {
				return
			}
			select {
			case typed <- b[:n]:
			case <-stop:
				return
			}
		}
	}()
	return typed
}

// Write writes to the terminal.
func (t *Terminal) Write(b []byte) (int, error) { return t.file.Write(b) }

var _ io.Writer = (*Terminal)(nil)

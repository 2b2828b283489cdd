//go:build unix

package edit

import (
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/chzyer/readline"
	"golang.org/x/sys/unix"
)

// escapeWait is how long the rest of an escape sequence may take.
const escapeWait = 50 * time.Millisecond

// rawMode has the terminal give every key as it comes.
func (e *Editor) rawMode() (restore func(), err error) {
	fd := int(e.in.Fd())
	state, err := readline.MakeRaw(fd)
	if err != nil {
		return nil, err
	}
	return func() { _ = readline.Restore(fd, state) }, nil
}

// measure asks for the terminal's size.
func (e *Editor) measure() {
	cols, rows := 80, 24
	if w, err := unix.IoctlGetWinsize(int(e.out.Fd()), unix.TIOCGWINSZ); err == nil && w.Col > 0 {
		cols, rows = int(w.Col), max(int(w.Row), 1)
	}
	e.screen.resize(cols, rows)
}

// loop edits until the input is finished. Nobody else touches the screen
// meanwhile.
func (e *Editor) loop(s *session) error {
	e.screen.cols = 0
	e.measure()
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	defer signal.Stop(resized)
	stop := e.wake.on(resized)
	defer stop()
	e.screen.paint(s.view())
	for !s.finished {
		typed, woken, err := e.await()
		if err != nil {
			return err
		}
		changed := false
		if typed {
			changed = true
			if err := e.readKeys(s); err != nil {
				return err
			}
		} else if !woken { // nothing more comes of what has begun
			for k, ok := e.decoder.next(true); ok && !s.finished; k, ok = e.decoder.next(true) {
				s.press(k)
				changed = true
			}
		}
		if woken && !s.finished {
			e.wake.drain()
			if lines := e.takePending(false); len(lines) > 0 {
				e.screen.above(lines)
			}
			changed = true
		}
		if changed && !s.finished {
			e.measure() // the signal may come later than the new size
			e.screen.paint(s.view())
		}
	}
	return nil
}

// await waits for keys, or to be woken; neither is that a sequence that has begun
// did not go on.
func (e *Editor) await() (typed, woken bool, err error) {
	if k := len(e.decoder.buf); k > 0 && !e.decoder.pasting && e.decoder.buf[0] != 0x1b {
		return true, false, nil // was read with the paste before
	}
	timeout := -1
	if e.decoder.waits() && !e.decoder.pasting {
		timeout = int(escapeWait / time.Millisecond)
	}
	fds := []unix.PollFd{{Fd: int32(e.in.Fd()), Events: unix.POLLIN}, {Fd: int32(e.wake.r), Events: unix.POLLIN}}
	for {
		_, err = unix.Poll(fds, timeout)
		if err != unix.EINTR {
			break
		}
	}
	return fds[0].Revents != 0, fds[1].Revents != 0, err
}

// readKeys reads one byte, so that what follows the end of the input stays for
// whoever runs then; within a paste it reads all that comes.
func (e *Editor) readKeys(s *session) error {
	if len(e.decoder.buf) == 0 || e.decoder.pasting || e.decoder.buf[0] == 0x1b || !completeKey(e.decoder.buf) {
		var buf [4096]byte
		b := buf[:1]
		if e.decoder.pasting {
			b = buf[:]
		}
		n, err := unix.Read(int(e.in.Fd()), b)
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
			return nil
		case err != nil || n <= 0:
			return io.EOF
		}
		e.decoder.feed(b[:n])
	}
	for !s.finished {
		k, ok := e.decoder.next(false)
		if !ok {
			break
		}
		s.press(k)
	}
	return nil
}

// waker wakes the loop: a pipe.
type waker struct{ r, w int }

func newWaker() (*waker, error) {
	var p [2]int
	syscall.ForkLock.RLock()
	err := syscall.Pipe(p[:])
	if err == nil {
		unix.CloseOnExec(p[0])
		unix.CloseOnExec(p[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, os.NewSyscallError("pipe", err)
	}
	for _, fd := range p {
		_ = unix.SetNonblock(fd, true)
	}
	return &waker{p[0], p[1]}, nil
}

func (w *waker) ring() { _, _ = unix.Write(w.w, []byte{0}) }

func (w *waker) drain() {
	var buf [512]byte
	for {
		if n, err := unix.Read(w.r, buf[:]); n < len(buf) || err != nil {
			return
		}
	}
}

// on rings for each signal until stop is called.
func (w *waker) on(signals chan os.Signal) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-signals:
				w.ring()
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

func (w *waker) close() error {
	_ = unix.Close(w.r)
	return unix.Close(w.w)
}

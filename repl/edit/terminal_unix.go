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

// enterRaw puts the terminal into raw mode.
func (e *Editor) enterRaw() error {
	fd := e.inFD
	state, err := readline.MakeRaw(fd)
	if err != nil {
		return err
	}
	e.mu.Lock()
	e.restore = func() { _ = readline.Restore(fd, state) }
	e.mu.Unlock()
	_, err = io.WriteString(e.out, pastesOn)
	return err
}

// enterRawAgain is for a process that was stopped and has continued: the shell had the terminal.
func (e *Editor) enterRawAgain() {
	_, _ = readline.MakeRaw(e.inFD)
	e.screen.forget()
	io.WriteString(e.out, pastesOn)
}

// signals wakes the loop at SIGWINCH and SIGCONT.
func (e *Editor) signals() (stop func()) {
	came := make(chan os.Signal, 2)
	signal.Notify(came, syscall.SIGWINCH, syscall.SIGCONT)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case s := <-came:
				if s == syscall.SIGCONT {
					e.continued.Store(true)
				}
				e.wake.ring()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(came)
		close(done)
		<-ended
	}
}

// poll waits for keys, or to be woken.
func (e *Editor) poll(wait time.Duration) (typed, woken bool, err error) {
	timeout := -1
	if wait >= 0 {
		timeout = int((wait + time.Millisecond - 1) / time.Millisecond)
	}
	fds := []unix.PollFd{{Fd: int32(e.inFD), Events: unix.POLLIN}, {Fd: int32(e.wake.r), Events: unix.POLLIN}}
	_, err = unix.Poll(fds, timeout)
	if err == unix.EINTR {
		return false, false, nil
	}
	return fds[0].Revents != 0, fds[1].Revents != 0, err
}

// read reads keys that have been typed. It gives none where there are none after all.
func (e *Editor) read(buf []byte) (int, error) {
	n, err := unix.Read(e.inFD, buf)
	switch {
	case err == unix.EINTR || err == unix.EAGAIN:
		return 0, nil
	case err == nil && n <= 0:
		err = io.EOF
	}
	return max(n, 0), err
}

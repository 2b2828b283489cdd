package relay

import (
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// watching waits for a pipe to lose its last reader.
type watching struct {
	over  atomic.Bool
	abort *os.File // closed to end the wait
	done  chan struct{}
	fault error // of the wait; read after done
}

// lookAgain is how often it is asked whether readers that have let go of a pipe have left.
const lookAgain = 20 // milliseconds

// watch calls left when nobody can read what is written to w any more, or when that
// cannot be known. gone, if there is one, says whether the readers do not come back. It does
// nothing where w is nil.
func watch(w *os.File, gone func() bool, left func()) (*watching, error) {
	a := &watching{done: make(chan struct{})}
	if w == nil {
		close(a.done)
		return a, nil
	}
	conn, err := w.SyscallConn()
	if err != nil {
		return nil, err
	}
	r, abort, err := ipc.Pipe(0)
	if err != nil {
		return nil, err
	}
	a.abort = abort
	go func() {
		defer close(a.done)
		defer r.Close()
		conn.Control(func(fd uintptr) {
			// Without events asked for, poll(2) tells of POLLERR and POLLHUP only.
			fds := []unix.PollFd{{Fd: int32(fd)}, {Fd: int32(r.Fd()), Events: unix.POLLIN}}
			for {
				_, err := unix.Poll(fds, -1)
				switch {
				case err == unix.EINTR:
					continue
				case err == nil && fds[0].Revents != 0 && fds[1].Revents == 0 && gone != nil && !gone():
					_, _ = unix.Poll(fds[1:], lookAgain)
					continue
				}
				a.fault = os.NewSyscallError("poll", err)
				break
			}
			a.over.Store(a.fault != nil || fds[0].Revents != 0)
		})
		if a.over.Load() {
			left()
		}
	}()
	return a, nil
}

// ended reports whether the last reader has left, or is no more waited for.
func (a *watching) ended() bool { return a.over.Load() }

// stop ends the wait. Where its caller knows of no error it gets that of the wait.
func (a *watching) stop(err *error) {
	if a.abort != nil {
		a.abort.Close()
	}
	<-a.done
	if *err == nil {
		*err = a.fault
	}
}

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
}

// watch calls left when nobody can read what is written to w any more. It does
// nothing where w is nil.
func watch(w *os.File, left func()) *watching {
	a := &watching{done: make(chan struct{})}
	if w == nil {
		close(a.done)
		return a
	}
	r, abort, err := ipc.Pipe(0)
	if err != nil {
		close(a.done)
		return a
	}
	a.abort = abort
	conn, err := w.SyscallConn()
	if err != nil {
		abort.Close()
		r.Close()
		close(a.done)
		return a
	}
	go func() {
		defer close(a.done)
		defer r.Close()
		conn.Control(func(fd uintptr) {
			// Without events asked for, poll(2) tells of POLLERR and POLLHUP only.
			fds := []unix.PollFd{{Fd: int32(fd)}, {Fd: int32(r.Fd()), Events: unix.POLLIN}}
			for {
				if _, err := unix.Poll(fds, -1); err != unix.EINTR {
					break
				}
			}
			if fds[0].Revents != 0 {
				a.over.Store(true)
			}
		})
		if a.over.Load() {
			left()
		}
	}()
	return a
}

// ended tells whether the last reader has left.
func (a *watching) ended() bool { return a.over.Load() }

// stop ends the wait.
func (a *watching) stop() {
	if a.abort != nil {
		a.abort.Close()
	}
	<-a.done
}

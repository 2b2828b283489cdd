package guard

import (
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"weir/runtime/scarce"
)

// A message between weir and its guard that is lost would be waited for without end.
// So a call on their socket whose error passes is made again for a while. After any
// other error, or when the while is over, the side that has the error ends the link,
// and with it the runs, whose error says which call failed.

const (
	socketTries = 100
	socketPause = 20 * time.Millisecond
)

// patiently makes a call on the socket until it has no error that passes: the socket
// is full or empty, the kernel is short of memory for a datagram, or has too many
// descriptors on their way.
func patiently(sock int, events int16, call func() error) error {
	for try := 0; ; try++ {
		err := call()
		switch err {
		case unix.EINTR:
			try--
		case unix.EAGAIN:
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(sock), Events: events}}, int(socketPause.Milliseconds()))
		case unix.ENOBUFS, unix.ENOMEM, unix.ETOOMANYREFS:
			time.Sleep(socketPause)
		default:
			return err
		}
		if try >= socketTries {
			return err
		}
	}
}

// left reports whether an error says that the other side has closed the socket; it has
// left datagrams unread where the error is ECONNRESET.
func left(err error) bool { return err == unix.EPIPE || err == unix.ECONNRESET }

// fail ends the guard at once. Weir, which lives, kills what the guard leaves.
func (g *guard) fail(err error) { unix.Exit(scarce.GuardFault + int(errnoOf(err))) }

// breakOff ends the link after an error of weir's side.
func (p *guardProcess) breakOff(call string, err error) error {
	err = fmt.Errorf("weir cannot reach its guard process, and every stage was stopped: %s: %w", call, scarce.With(err))
	p.link.breakOff(err)
	p.shut(unix.SHUT_RDWR)
	return err
}

// shut closes a direction of the socket, or kills the guard, which comes to the same.
func (p *guardProcess) shut(how int) {
	for range socketTries {
		if unix.Shutdown(p.sock, how) == nil {
			return
		}
	}
	_ = unix.Kill(p.pid, unix.SIGKILL)
}

// causeOf says why the guard has ended.
func causeOf(status unix.WaitStatus) error {
	switch code := status.ExitStatus(); {
	case status.Signaled():
		return ErrLost
	case code > scarce.GuardFault:
		return fmt.Errorf("the guard process cannot go on, and every stage was stopped: %w", scarce.WithStart(syscall.Errno(code-scarce.GuardFault)))
	default:
		return fmt.Errorf("the guard process ended with status %d; every stage was stopped", code)
	}
}

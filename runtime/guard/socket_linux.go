package guard

import (
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"weir/runtime/scarce"
)

// If a message between weir and its guard were lost, the other side would wait for it
// without end. So a call on their socket is made again for a while if its error passes.
// After any other error, or when the while is over, that side ends the link and the runs.
// Their error says which call failed.

const (
	socketTries = 100
	socketPause = 20 * time.Millisecond
)

// patiently makes a call on the socket until it has no error that passes. Such errors say
// that the socket is full or empty, or the kernel short of memory or descriptors.
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

// left reports whether an error says that the other side has closed the socket. By
// ECONNRESET it has also left datagrams unread.
func left(err error) bool { return err == unix.EPIPE || err == unix.ECONNRESET }

// fail ends the guard at once. Weir lives, and kills what the guard leaves.
func (g *guard) fail(err error) { unix.Exit(scarce.GuardFault + int(errnoOf(err))) }

// breakOff ends the link after an error of weir's side.
func (p *guardProcess) breakOff(call string, err error) error {
	err = fmt.Errorf("weir cannot reach its guard process, and every stage was stopped: %s: %w", call, scarce.With(err))
	p.link.breakOff(err)
	p.shut(unix.SHUT_RDWR)
	return err
}

// shut closes a direction of the socket. If it cannot, it kills the guard.
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
		return fmt.Errorf("the guard process cannot go on, and every stage was stopped: %w",
			scarce.WithStart(syscall.Errno(code-scarce.GuardFault)))
	default:
		return fmt.Errorf("the guard process ended with status %d; every stage was stopped", code)
	}
}

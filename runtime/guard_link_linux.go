package runtime

import (
	"errors"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// guardEnv is set for the guard alone: a program that starts runs but does not
// look for "guard" in its main would else start itself without an end.
const guardEnv = "WEIR_GUARD"

// startPatience is more than any start of the guard takes.
const startPatience = 10 * time.Second

func startGuard() (*link, error) {
	if os.Getenv(guardEnv) != "" {
		return nil, errors.New("this program was started as a guard; its main must call GuardMain for the argument guard")
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(pair[1])
	null, err := unix.Open(os.DevNull, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		unix.Close(pair[0])
		return nil, err
	}
	defer unix.Close(null)
	// Should the guard be killed, its orphans come here.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		unix.Close(pair[0])
		return nil, err
	}
	for _, fd := range pair {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, 4*maxDatagram)
	}
	// A group of its own, so that the terminal's signals do not reach it.
	// The new process says through a pipe that it is on its way. Should reading that fail,
	// ForkExec waits for it to end, which it does when this end is shut.
	late := time.AfterFunc(startPatience, func() { _ = unix.Shutdown(pair[0], unix.SHUT_RDWR) })
	defer late.Stop()
	pid, err := syscall.ForkExec("/proc/self/exe", []string{"weir", "guard"}, &syscall.ProcAttr{
		Env:   append(os.Environ(), guardEnv+"=1"),
		Files: []uintptr{uintptr(null), uintptr(null), uintptr(null), uintptr(pair[1])},
		Sys:   &syscall.SysProcAttr{Setpgid: true}})
	if err != nil {
		unix.Close(pair[0])
		return nil, err
	}
	l := &link{sock: pair[0], pid: pid, runs: map[uint64]*Run{}, lost: make(chan struct{})}
	go l.read()
	return l, nil
}

// read takes the guard's answers until its end of the socket is closed.
func (l *link) read() {
	buf := make([]byte, maxDatagram)
	for n := 1; n > 0; {
		err := patiently(l.sock, unix.POLLIN, func() (err error) {
			n, _, err = unix.Recvfrom(l.sock, buf, 0)
			return err
		})
		if err == nil {
			err = each(buf[:max(n, 0)], l.take)
		}
		if left(err) {
			break
		}
		if err != nil {
			_ = l.breakOff("recvfrom", err)
			break
		}
	}
	l.gone()
}

func (l *link) take(kind byte, u *unpacker) error {
	id := u.uint()
	l.mu.Lock()
	r := l.runs[id]
	if kind == msgFinished {
		delete(l.runs, id)
	}
	l.mu.Unlock()
	if r == nil {
		u.rest = nil
		return nil
	}
	switch kind {
	case msgSpawned:
		r.spawned(int(u.uint()), int(u.uint()), syscall.Errno(u.uint()))
	case msgExited:
		r.exited(int(u.uint()), unix.WaitStatus(u.uint()), u.uint(), u.uint(), u.uint(), u.uint())
	case msgHalted:
		i, by := int(u.uint()), syscall.Signal(u.uint())
		r.stageHalted(i, by != 0 && r.stands(i, by))
	case msgFinished:
		close(r.swept)
	default:
		return errMalformed
	}
	return nil
}

// gone ends every run that the guard had, and whatever processes it left.
func (l *link) gone() {
	l.mu.Lock()
	closing, runs, broken := l.closing, l.runs, l.cause != nil
	l.runs = map[uint64]*Run{}
	l.mu.Unlock()
	l.shut(unix.SHUT_RDWR) // the guard ends, where it has not
	if broken {
		_ = unix.Kill(l.pid, unix.SIGKILL)
	}
	var status unix.WaitStatus
	for {
		if _, err := unix.Wait4(l.pid, &status, 0, nil); err != unix.EINTR {
			break
		}
	}
	if !closing {
		killDescendants()
	}
	l.mu.Lock()
	switch {
	case closing:
		l.cause = nil
	case l.cause == nil:
		l.cause = causeOf(status)
	}
	l.mu.Unlock()
	l.sending.Lock()
	unix.Close(l.sock)
	l.sock = -1
	l.sending.Unlock()
	close(l.lost)
	for _, r := range runs {
		r.guardLost(l.cause)
	}
}

// sendLocked sends a datagram; sending is held.
func (l *link) sendLocked(p packet, fds []int) error {
	if l.sock < 0 {
		return errGuardLost
	}
	if len(p) > maxDatagram {
		f, err := ipc.Memory("weir-message", p)
		if err != nil {
			return l.breakOff("memfd_create", err)
		}
		defer f.Close()
		p, fds = packet{msgLarge}, append([]int{int(f.Fd())}, fds...)
	}
	var oob []byte
	if len(fds) > 0 {
		oob = unix.UnixRights(fds...)
	}
	err := patiently(l.sock, unix.POLLOUT, func() error { return unix.Sendmsg(l.sock, p, oob, nil, unix.MSG_NOSIGNAL) })
	switch {
	case left(err):
		l.shut(unix.SHUT_RDWR)
		return errGuardLost
	case err != nil:
		return l.breakOff("sendmsg", err)
	}
	return nil
}

// endSending tells the guard that nothing more comes; sending is held.
func (l *link) endSending() { l.shut(unix.SHUT_WR) }

// exited is the guard's word that a stage has ended: its wait status, user and
// system time in µs, peak memory in KiB, or what that is at most.
func (r *Run) exited(i int, ws unix.WaitStatus, user, sys, maxrss, most uint64) {
	status := exitStatus{user: time.Duration(user) * time.Microsecond, sys: time.Duration(sys) * time.Microsecond,
		maxrss: int64(maxrss) << 10, mostRSS: int64(most) << 10}
	if ws.Signaled() {
		status.signal = syscall.Signal(ws.Signal())
	} else {
		status.code = ws.ExitStatus()
	}
	r.ended(i, status)
}

package guard

import (
	"errors"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/kernel"
)

// guardEnv is set for the guard alone. Without it, a program that does not look for
// "guard" in its main would start itself without an end.
const guardEnv = "WEIR_GUARD"

// guardProcess is the guard as a process of its own.
type guardProcess struct {
	link    *Link
	pid     int
	sending sync.Mutex // sock
	sock    int        // -1 when it is closed
}

// startPatience is longer than any start of the guard takes.
const startPatience = 10 * time.Second

// start starts the guard process.
func (l *Link) start() error {
	if os.Getenv(guardEnv) != "" {
		return errors.New("this program was started as a guard; its main must call GuardMain for the argument guard")
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(pair[1])
	null, err := unix.Open(os.DevNull, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		unix.Close(pair[0])
		return err
	}
	defer unix.Close(null)
	// If the guard is killed, its orphans come here.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		unix.Close(pair[0])
		return err
	}
	for _, fd := range pair {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, 4*maxDatagram)
	}
	// The guard gets a group of its own, so that the terminal's signals do not reach it. It
	// says through a pipe that it is on its way. If reading that fails, ForkExec waits for
	// it to end: it does so when this end is shut.
	late := time.AfterFunc(startPatience, func() { _ = unix.Shutdown(pair[0], unix.SHUT_RDWR) })
	defer late.Stop()
	pid, err := syscall.ForkExec("/proc/self/exe", argv[:], &syscall.ProcAttr{
		Env:   append(os.Environ(), guardEnv+"=1"),
		Files: []uintptr{uintptr(null), uintptr(null), uintptr(null), uintptr(pair[1])},
		Sys:   &syscall.SysProcAttr{Setpgid: true}})
	if err != nil {
		unix.Close(pair[0])
		return err
	}
	p := &guardProcess{link: l, sock: pair[0], pid: pid}
	l.system = p
	go p.read()
	return nil
}

// argv are the arguments of a guard.
var argv = [...]string{"weir", "guard"}

// Is reports whether a process is a guard: this one's, or that of a stage.
func Is(pid int) bool {
	line, err := kernel.Read(kernel.Path(pid, "cmdline"))
	return err == nil && string(line) == strings.Join(argv[:], "\x00")+"\x00"
}

func descriptorOf(f *os.File) uintptr { return f.Fd() }

func (p *guardProcess) process() int { return p.pid }

// read takes the guard's answers until its end of the socket is closed.
func (p *guardProcess) read() {
	buf := make([]byte, maxDatagram)
	for n := 1; n > 0; {
		err := patiently(p.sock, unix.POLLIN, func() (err error) {
			n, _, err = unix.Recvfrom(p.sock, buf, 0)
			return err
		})
		if err == nil {
			err = each(buf[:max(n, 0)], p.link.answer)
		}
		if left(err) {
			break
		}
		if err != nil {
			_ = p.breakOff("recvfrom", err)
			break
		}
	}
	p.gone()
}

// gone ends the guard, if it has not ended, and the processes that it left.
func (p *guardProcess) gone() {
	runs, closing, broken := p.link.leave()
	p.shut(unix.SHUT_RDWR) // the guard ends, where it has not
	if broken {
		_ = unix.Kill(p.pid, unix.SIGKILL)
	}
	var status unix.WaitStatus
	for {
		if _, err := unix.Wait4(p.pid, &status, 0, nil); err != unix.EINTR {
			break
		}
	}
	if !closing {
		killDescendants()
	}
	p.sending.Lock()
	unix.Close(p.sock)
	p.sock = -1
	p.sending.Unlock()
	p.link.gone(runs, closing, causeOf(status))
}

// send sends a datagram.
func (p *guardProcess) send(data packet, fds []int) error {
	p.sending.Lock()
	defer p.sending.Unlock()
	if p.sock < 0 {
		return ErrLost
	}
	if len(data) > maxDatagram {
		f, err := ipc.Memory("weir-message", data)
		if err != nil {
			return p.breakOff("memfd_create", err)
		}
		defer f.Close()
		data, fds = packet{msgLarge}, append([]int{int(f.Fd())}, fds...)
	}
	var oob []byte
	if len(fds) > 0 {
		oob = unix.UnixRights(fds...)
	}
	err := patiently(p.sock, unix.POLLOUT, func() error { return unix.Sendmsg(p.sock, data, oob, nil, unix.MSG_NOSIGNAL) })
	switch {
	case left(err):
		p.shut(unix.SHUT_RDWR)
		return ErrLost
	case err != nil:
		return p.breakOff("sendmsg", err)
	}
	return nil
}

func (p *guardProcess) endSending() {
	p.sending.Lock()
	defer p.sending.Unlock()
	if p.sock >= 0 {
		p.shut(unix.SHUT_WR)
	}
}

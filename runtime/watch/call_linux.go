package watch

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// call is the system call in which a task sleeps.
type call struct{ kernel.Call }

// parseCall gives false for a task that runs, or sleeps in no system call.
func parseCall(text []byte) (c call, ok bool) {
	c.Call, ok = kernel.ParseCall(text)
	return c, ok
}

// forever reports whether the milliseconds of argument i are no limit.
func (c *call) forever(i int) bool { return int32(c.Args[i]) < 0 }

// judge says for what a task of p sleeps in c; ok is false where it may go on by
// something that is not known here. A task that waits for another thread of its
// own process has neither waits nor children.
func (p *process) judge(c *call) (t task, ok bool) {
	switch c.Number {
	case unix.SYS_READ, unix.SYS_READV, unix.SYS_RECVFROM, unix.SYS_RECVMSG:
		return p.at(c.FD(0), none)
	case unix.SYS_WRITE, unix.SYS_WRITEV, unix.SYS_VMSPLICE:
		return p.at(none, c.FD(0))
	case unix.SYS_SENDTO:
		return p.sendsTo(c.FD(0), c.Args[4], c.Args[5])
	case unix.SYS_SENDMSG:
		return p.sendsMessage(c)
	case unix.SYS_SPLICE:
		return p.at(c.FD(0), c.FD(2))
	case unix.SYS_TEE:
		return p.at(c.FD(0), c.FD(1))
	case unix.SYS_SENDFILE:
		return p.at(c.FD(1), c.FD(0))
	case unix.SYS_PPOLL:
		if c.Args[2] == 0 {
			return p.polls(c)
		}
	case unix.SYS_PSELECT6:
		if c.Args[4] == 0 {
			return p.selects(c)
		}
	case unix.SYS_EPOLL_PWAIT:
		if c.forever(3) {
			return p.epolls(c.FD(0))
		}
	case unix.SYS_EPOLL_PWAIT2:
		if c.Args[3] == 0 {
			return p.epolls(c.FD(0))
		}
	case unix.SYS_WAIT4:
		return task{children: true}, c.Args[2]&unix.WNOHANG == 0
	case unix.SYS_WAITID:
		return task{children: true}, c.Args[3]&unix.WNOHANG == 0
	case unix.SYS_FLOCK, unix.SYS_FCNTL:
		if c.locksFile() {
			return p.atFileLock(c.FD(0), c.Number == unix.SYS_FCNTL && c.Args[1] == unix.F_OFD_SETLKW)
		}
	case unix.SYS_FUTEX:
		return t, p.waitsForOwnThread(c)
	}
	if o, ok := c.Opening(p.pid); ok { // anybody may open the other side who knows its name
		return task{opens: &Opening{Path: o.Path, Writes: o.Writes}, named: Pipe(o.File)}, true
	}
	return p.judgeOld(c)
}

// none stands for a descriptor that a call does not have.
const none = -1

// at is a call that sleeps until the descriptor that it reads, or the one that it
// writes, lets it go on. Beside a pipe there may be a file, which never lets a task
// sleep for long.
func (p *process) at(reads, writes int) (t task, ok bool) {
	for _, fd := range []int{reads, writes} {
		if fd == none {
			continue
		}
		switch d, open := p.table[fd]; {
		case !open:
			return t, false
		case d.forOutsiders(p.table):
			t.waits = append(t.waits, Wait{FD: fd, Side: Side{d.id, fd == writes}})
			t.named = d.id
		case d.pipe:
			t.waits = append(t.waits, d.at(fd)...)
		case d.socket && p.sockets != nil:
			w, ok := p.atSocket(fd, fd == writes)
			if !ok {
				return t, false
			}
			t.waits = append(t.waits, w)
		case !d.regular || reads == none || writes == none:
			return t, false
		}
	}
	return t, len(t.waits) > 0
}

// The operations of futex(2).
const (
	futexWait       = 0
	futexLockPI     = 6
	futexWaitBitset = 9
	futexLockPI2    = 13
	futexPrivate    = 128
	futexCommand    = 127
)

// goMonitor is for how long Go's monitor thread sleeps while nothing is to be
// done and no timer set: forcegcperiod/2 of its proc.go, in seconds.
const goMonitor = 60

// waitsForOwnThread reports whether only another thread of the same process can
// end this futex(2).
func (p *process) waitsForOwnThread(c *call) bool {
	op := c.Args[1] & futexCommand
	if op != futexWait && op != futexWaitBitset && op != futexLockPI && op != futexLockPI2 {
		return false
	}
	if c.Args[3] != 0 {
		var limit [16]byte // struct timespec
		return op == futexWait && c.Args[1]&futexPrivate != 0 && p.memory(c.Args[3], limit[:]) &&
			binary.NativeEndian.Uint64(limit[:]) == goMonitor && binary.NativeEndian.Uint64(limit[8:]) == 0
	}
	if c.Args[1]&futexPrivate != 0 {
		return true
	}
	// pthread_join(3): the kernel clears the word, which has the thread's number,
	// as if processes shared it.
	for i := range p.threads {
		if uint64(p.threads[i].tid) == c.Args[2] {
			return true
		}
	}
	return false
}

// memory reads the process's memory at address.
func (p *process) memory(address uint64, into []byte) bool {
	return kernel.Memory(p.pid, address, into)
}

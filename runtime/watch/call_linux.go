package watch

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"golang.org/x/sys/unix"
)

// call is the system call in which a task sleeps: "0 0x3 0x7f..." of
// /proc/PID/task/TID/syscall, the number, six arguments, the stack and the
// instruction after it.
type call struct {
	number int
	args   [6]uint64
	pc     uint64
}

// parseCall gives false for a task that runs, or sleeps in no system call.
func parseCall(text []byte) (c call, ok bool) {
	fields := bytes.Fields(text)
	if len(fields) < 9 {
		return c, false
	}
	var err error
	if c.number, err = strconv.Atoi(string(fields[0])); err != nil {
		return c, false
	}
	for i := range c.args {
		if c.args[i], err = strconv.ParseUint(string(fields[i+1]), 0, 64); err != nil {
			return c, false
		}
	}
	c.pc, err = strconv.ParseUint(string(fields[8]), 0, 64)
	return c, err == nil
}

func (c *call) fd(i int) int { return int(int32(c.args[i])) }

// forever reports whether the milliseconds of argument i are no limit.
func (c *call) forever(i int) bool { return int32(c.args[i]) < 0 }

// judge says for what a task of p sleeps in c; ok is false where it may go on by
// something that is not known here. A task that waits for another thread of its
// own process has neither waits nor children.
func (p *process) judge(c *call) (t task, ok bool) {
	switch c.number {
	case unix.SYS_READ, unix.SYS_READV, unix.SYS_RECVFROM, unix.SYS_RECVMSG:
		return p.at(c.fd(0), none)
	case unix.SYS_WRITE, unix.SYS_WRITEV, unix.SYS_VMSPLICE:
		return p.at(none, c.fd(0))
	case unix.SYS_SENDTO:
		return p.sendsTo(c.fd(0), c.args[4], c.args[5])
	case unix.SYS_SENDMSG:
		return p.sendsMessage(c)
	case unix.SYS_SPLICE:
		return p.at(c.fd(0), c.fd(2))
	case unix.SYS_TEE:
		return p.at(c.fd(0), c.fd(1))
	case unix.SYS_SENDFILE:
		return p.at(c.fd(1), c.fd(0))
	case unix.SYS_PPOLL:
		if c.args[2] == 0 {
			return p.polls(c)
		}
	case unix.SYS_PSELECT6:
		if c.args[4] == 0 {
			return p.selects(c)
		}
	case unix.SYS_EPOLL_PWAIT:
		if c.forever(3) {
			return p.epolls(c.fd(0))
		}
	case unix.SYS_EPOLL_PWAIT2:
		if c.args[3] == 0 {
			return p.epolls(c.fd(0))
		}
	case unix.SYS_WAIT4:
		return task{children: true}, c.args[2]&unix.WNOHANG == 0
	case unix.SYS_WAITID:
		return task{children: true}, c.args[3]&unix.WNOHANG == 0
	case unix.SYS_FLOCK, unix.SYS_FCNTL:
		if c.locksFile() {
			return p.atFileLock(c.fd(0), c.number == unix.SYS_FCNTL && c.args[1] == unix.F_OFD_SETLKW)
		}
	case unix.SYS_OPENAT:
		return p.opens(c.fd(0), c.args[1], c.args[2])
	case unix.SYS_FUTEX:
		return t, p.waitsForOwnThread(c)
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
		case !open, d.forStrangers():
			return t, false
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
	op := c.args[1] & futexCommand
	if op != futexWait && op != futexWaitBitset && op != futexLockPI && op != futexLockPI2 {
		return false
	}
	if c.args[3] != 0 {
		var limit [16]byte // struct timespec
		return op == futexWait && c.args[1]&futexPrivate != 0 && p.memory(c.args[3], limit[:]) &&
			binary.NativeEndian.Uint64(limit[:]) == goMonitor && binary.NativeEndian.Uint64(limit[8:]) == 0
	}
	if c.args[1]&futexPrivate != 0 {
		return true
	}
	// pthread_join(3): the kernel clears the word, which has the thread's number,
	// as if processes shared it.
	for i := range p.threads {
		if uint64(p.threads[i].tid) == c.args[2] {
			return true
		}
	}
	return false
}

// memory reads the process's memory at address.
func (p *process) memory(address uint64, into []byte) bool {
	if len(into) == 0 {
		return true
	}
	local := []unix.Iovec{{Base: &into[0]}}
	local[0].SetLen(len(into))
	n, err := unix.ProcessVMReadv(p.pid, local, []unix.RemoteIovec{{Base: uintptr(address), Len: len(into)}}, 0)
	return err == nil && n == len(into)
}

package sample

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// wait is for what a sleeping task waits.
type wait struct {
	state  State
	fds    []int // descriptors any of which lets it go on
	polled bool  // State is not known: the first of fds that is ready decides
	writes []int // of those that were asked for room
	second int   // the descriptor that splice(2) writes; -1 is none
}

// waitOf says for what a task sleeps in a system call.
func waitOf(pid int, c *kernel.Call) wait {
	w := wait{state: Sleeps, second: -1}
	switch c.Number {
	case unix.SYS_READ, unix.SYS_READV, unix.SYS_RECVFROM, unix.SYS_RECVMSG, unix.SYS_PREAD64, unix.SYS_ACCEPT4,
		unix.SYS_ACCEPT:
		w.state, w.fds = Reads, []int{c.FD(0)}
	case unix.SYS_WRITE, unix.SYS_WRITEV, unix.SYS_VMSPLICE, unix.SYS_SENDTO, unix.SYS_SENDMSG, unix.SYS_PWRITE64:
		w.state, w.fds = Writes, []int{c.FD(0)}
	case unix.SYS_SPLICE:
		w.state, w.fds, w.second = Reads, []int{c.FD(0)}, c.FD(2)
	case unix.SYS_TEE:
		w.state, w.fds, w.second = Reads, []int{c.FD(0)}, c.FD(1)
	case unix.SYS_SENDFILE:
		w.state, w.fds, w.second = Reads, []int{c.FD(1)}, c.FD(0)
	case unix.SYS_FUTEX:
		const private = 128 // FUTEX_PRIVATE_FLAG: a thread of its own ends it
		if c.Args[1]&private == 0 {
			w.state = Locks
		}
	case unix.SYS_FLOCK, unix.SYS_FCNTL, unix.SYS_SEMTIMEDOP, unix.SYS_SEMOP:
		w.state = Locks
	case unix.SYS_MQ_TIMEDRECEIVE:
		w.state, w.fds = Reads, []int{c.FD(0)}
	case unix.SYS_MQ_TIMEDSEND:
		w.state, w.fds = Writes, []int{c.FD(0)}
	case unix.SYS_PPOLL:
		w.poll(pid, c)
	case unix.SYS_PSELECT6:
		w.selects(pid, c)
	default:
		w.old(pid, c)
	}
	return w
}

// maxPolled is how many descriptors are looked at.
const maxPolled = 64

// poll reads the struct pollfd of poll(2): int fd; short events, revents.
func (w *wait) poll(pid int, c *kernel.Call) {
	n := min(c.Args[1], maxPolled)
	list := make([]byte, 8*n)
	if !kernel.Memory(pid, c.Args[0], list) {
		return
	}
	for ; len(list) > 0; list = list[8:] {
		fd, events := int(int32(binary.NativeEndian.Uint32(list))), binary.NativeEndian.Uint16(list[4:])
		if fd < 0 {
			continue
		}
		w.polled = true
		if events&unix.POLLOUT != 0 {
			w.writes = append(w.writes, fd)
		}
		if events&unix.POLLIN != 0 {
			w.fds = append(w.fds, fd)
		}
	}
}

// selects reads the first two fd_set of select(2): one bit for each descriptor.
func (w *wait) selects(pid int, c *kernel.Call) {
	n := min(max(int(int32(c.Args[0])), 0), maxPolled)
	for i, into := range []*[]int{&w.fds, &w.writes} {
		words := make([]byte, (n+63)/64*8)
		set := c.Args[1+i]
		if set == 0 || !kernel.Memory(pid, set, words) {
			continue
		}
		for fd := range n {
			if binary.NativeEndian.Uint64(words[fd/64*8:])>>(fd%64)&1 != 0 {
				*into = append(*into, fd)
				w.polled = true
			}
		}
	}
}

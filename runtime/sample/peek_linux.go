package sample

import (
	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
	"weir/runtime/watch"
)

// peekLimit is how many bytes a peek shows.
const peekLimit = 512

// Peek gives the first bytes that a channel holds, and leaves them there: tee(2) puts them into
// a pipe of this process, too. While it has a copy of the reading side a writer would not get
// SIGPIPE, so that it has one for no longer than this call.
func (s *Sampler) Peek(channel string) *Peek {
	k := &Peek{Channel: channel, Absent: "there is no such channel"}
	for _, c := range s.channels {
		if c.Name == channel {
			k.Bytes, k.Absent = c.peek()
		}
	}
	return k
}

func (c *channel) peek() (b []byte, absent string) {
	if !c.streams() {
		return nil, "what a " + string(c.Kind) + " holds cannot be seen without taking it"
	}
	absent = "none of its readers can be asked"
	look := func(fd int) {
		var err error
		if b, err = teed(fd); err == nil {
			absent = ""
		} else {
			absent = "it cannot be read: " + err.Error()
		}
	}
	for _, h := range c.holders {
		switch {
		case h.writes:
		case h.pid == 0:
			if side, open := watch.SideOf(h.fd); open && kernel.File(side.Pipe) == c.file {
				look(h.fd)
			}
		default:
			_ = kernel.Borrow(h.pid, h.fd, look)
		}
		if absent == "" {
			break
		}
	}
	return b, absent
}

// teed copies the first bytes of a pipe. They stay in it.
func teed(fd int) ([]byte, error) {
	var own [2]int
	if err := unix.Pipe2(own[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		return nil, err
	}
	defer unix.Close(own[0])
	defer unix.Close(own[1])
	n, err := unix.Tee(fd, own[1], peekLimit, unix.SPLICE_F_NONBLOCK)
	if err == unix.EAGAIN || err == nil && n == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b := make([]byte, peekLimit)
	k, err := unix.Read(own[0], b)
	return b[:max(k, 0)], err
}

package watch

import (
	"fmt"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"weir/ipc"
)

// insiders adds the insiders, and what they hold to theirs.
func (s *sampling) insiders(list []Insider, table map[int]descriptor, theirs map[int]bool) error {
	var maps []byte
	var published []ipc.Wait
	if slices.ContainsFunc(list, func(x Insider) bool { return x.Number != 0 }) {
		var err error
		if maps, err = readAll("/proc/self/maps"); err != nil {
			return err
		}
		published = ipc.WaitsOf(os.Getpid(), maps)
	}
	for k := range list {
		x := &list[k]
		p := party{stage: x.Stage, pid: os.Getpid(), parent: -1, inside: true, free: x.Number == 0}
		if !p.free {
			held := map[int]descriptor{}
			for _, fd := range x.Holds {
				if d, open := table[fd]; open {
					held[fd], theirs[fd] = d, true
				}
			}
			p.holds, p.shares = sidesOf(held), namelessOf(held)
			for _, l := range x.Locks {
				if file, ok := FileOf(l.FD); ok {
					p.locks = append(p.locks, lockAddress{file, uint64(l.Offset)})
				}
			}
			var waits bool
			p.tasks, waits = x.tasks(s.sockets, table, maps, published)
			p.free, p.mark = !waits, fmt.Sprint("wait ", x.Number)
			for _, t := range p.tasks {
				p.mark += fmt.Sprint(" ", t.number)
			}
		}
		s.parties = append(s.parties, p)
	}
	return nil
}

// tasks are for what an insider waits, any of which lets it go on; ok is false where it may go on.
func (x *Insider) tasks(sockets *sockets, table map[int]descriptor, maps []byte,
	published []ipc.Wait) (list []task, ok bool) {
	for _, stages := range x.Ends {
		list = append(list, task{ends: stages})
	}
	if x.FD >= 0 {
		t, waits := x.atFile(sockets, table)
		return append(list, t), waits
	}
	for i := range published {
		if published[i].Party == x.Party {
			t, waits := taskOf(os.Getpid(), maps, &published[i])
			if list = append(list, t); !waits {
				return list, false
			}
		}
	}
	return list, len(list) > 0
}

// atFile is a wait at a descriptor.
func (x *Insider) atFile(sockets *sockets, table map[int]descriptor) (t task, ok bool) {
	d, open := table[x.FD]
	wait := Wait{FD: x.FD, Side: Side{d.id, x.Writes}}
	if d.socket {
		wait, open = sockets.wait(d, x.FD, x.Writes)
	}
	if d.named() && (d.reads && d.writes || x.holdsOther(d, table)) {
		t.named = d.id // it is kept open for whoever may come
	}
	t.waits = []Wait{wait}
	return t, open && (d.pipe || d.socket) && !Ready(x.FD, x.Writes)
}

// holdsOther reports whether an insider has the other side of the pipe at which it waits.
func (x *Insider) holdsOther(at descriptor, table map[int]descriptor) bool {
	return slices.ContainsFunc(x.Holds, func(fd int) bool {
		d := table[fd]
		return d.pipe && d.id == at.id && (d.reads && x.Writes || d.writes && !x.Writes)
	})
}

// atSocket reports whether an insider waits at a socket.
func atSocket(list []Insider) bool {
	return slices.ContainsFunc(list, func(x Insider) bool {
		var st unix.Stat_t
		return x.Number != 0 && x.FD >= 0 && unix.Fstat(x.FD, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFSOCK
	})
}

// hungUp reports whether nobody has the other side of an end of this process.
func hungUp(fd int) bool {
	list := []unix.PollFd{{Fd: int32(fd)}}
	n, err := unix.Poll(list, 0)
	return err == nil && n > 0 && list[0].Revents&(unix.POLLHUP|unix.POLLERR) != 0
}

// Ready reports whether a read or a write of a descriptor of this process would not
// wait.
func Ready(fd int, writes bool) bool {
	list := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	if writes {
		list[0].Events = unix.POLLOUT
	}
	n, err := unix.Poll(list, 0)
	return err != nil || n > 0
}

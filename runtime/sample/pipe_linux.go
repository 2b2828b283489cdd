package sample

import (
	"os"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
	"weir/runtime/watch"
)

// measure asks how full a pipe is. A copy of its reading side would hide SIGPIPE from a
// writer, so that one is taken only where nobody has the writing side. ok is false if it
// cannot be known.
func (c *channel) measure() (ok bool) {
	ask := func(fd int) {
		fill, err1 := kernel.Fill(fd)
		size, err2 := kernel.PipeSize(fd)
		if ok = err1 == nil && err2 == nil; ok {
			c.fill, c.capacity = fill, size
		}
	}
	written := false
	for _, h := range c.holders {
		switch {
		case h.pid == 0:
			if side, open := watch.SideOf(h.fd); open && kernel.File(side.Pipe) == c.file {
				ask(h.fd)
			}
		case h.writes:
			if kernel.Borrow(h.pid, h.fd, ask) == nil {
				written = true
			}
		}
		if ok {
			return true
		}
	}
	if written {
		return false
	}
	for _, h := range c.holders {
		if h.pid != 0 && !h.writes && kernel.Borrow(h.pid, h.fd, ask) == nil && ok {
			return true
		}
	}
	return false
}

// fileOf identifies a descriptor of a process, if it is a pipe.
func fileOf(pid, fd int) (kernel.File, bool) {
	f, kind, err := kernel.FileOf(pid, fd)
	return f, err == nil && kind == unix.S_IFIFO
}

// fileOfOwn identifies a file of this process.
func fileOfOwn(f *os.File) (id kernel.File, ok bool) {
	if f == nil {
		return id, false
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return id, false
	}
	_ = conn.Control(func(fd uintptr) {
		var p watch.Pipe
		p, ok = watch.FileOf(int(fd))
		id = kernel.File(p)
	})
	return id, ok
}

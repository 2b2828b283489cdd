package sample

import (
	"weir/ipc"
	"weir/ipc/kernel"
	"weir/runtime/watch"
)

// peek copies the first bytes of a stream. While this process has a copy of the reading side a
// writer would not get SIGPIPE, so that it has one for no longer than this call.
func (c *channel) peek(most int) (b []byte, absent string) {
	absent = "none of its readers can be asked"
	look := func(fd int) {
		var err error
		if b, err = ipc.PeekStream(fd, most); err == nil {
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

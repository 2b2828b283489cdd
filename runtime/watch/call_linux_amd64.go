package watch

import "golang.org/x/sys/unix"

// judgeOld knows the calls that newer architectures have only in their later
// form.
func (p *process) judgeOld(c *call) (task, bool) {
	switch c.Number {
	case unix.SYS_POLL:
		if c.forever(2) {
			return p.polls(c)
		}
	case unix.SYS_SELECT:
		if c.Args[4] == 0 {
			return p.selects(c)
		}
	case unix.SYS_EPOLL_WAIT:
		if c.forever(3) {
			return p.epolls(c.FD(0))
		}
	}
	return task{}, false
}

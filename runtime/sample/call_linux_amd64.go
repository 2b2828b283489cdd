package sample

import (
	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// old knows the calls that newer architectures have only in their later form.
func (w *wait) old(pid int, c *kernel.Call) {
	switch c.Number {
	case unix.SYS_POLL:
		w.poll(pid, c)
	case unix.SYS_SELECT:
		w.selects(pid, c)
	}
}

package kernel

import "golang.org/x/sys/unix"

// opensOld gives the arguments of open(2), which newer architectures do not have.
func (c *Call) opensOld() (folder int, address, flags uint64, ok bool) {
	return unix.AT_FDCWD, c.Args[0], c.Args[1], c.Number == unix.SYS_OPEN
}

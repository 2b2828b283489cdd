//go:build linux && !amd64

package kernel

// opensOld would give the arguments of open(2), which this architecture does not have.
func (c *Call) opensOld() (folder int, address, flags uint64, ok bool) { return 0, 0, 0, false }

package luaio

import (
	"os"

	"golang.org/x/sys/unix"
)

// IsTerminal is isatty(3).
func IsTerminal(f *os.File) (yes bool) {
	if c, err := f.SyscallConn(); err == nil {
		c.Control(func(fd uintptr) {
			_, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
			yes = err == nil
		})
	}
	return yes
}

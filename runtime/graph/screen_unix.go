//go:build unix

package graph

import (
	"os"

	"golang.org/x/sys/unix"
)

func showsUnicode() bool { return utf8Locale() }

// columns is TIOCGWINSZ of ioctl_tty(2).
func columns(f *os.File) (n int) {
	if c, err := f.SyscallConn(); err == nil {
		c.Control(func(fd uintptr) {
			if size, err := unix.IoctlGetWinsize(int(fd), unix.TIOCGWINSZ); err == nil {
				n = int(size.Col)
			}
		})
	}
	return n
}

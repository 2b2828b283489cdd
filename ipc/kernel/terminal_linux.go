package kernel

import (
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// FillTerminal puts a byte behind those that are in a terminal's queue, TIOCSTI of ioctl_tty(2).
func FillTerminal(fd int, key byte) error {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCSTI, uintptr(unsafe.Pointer(&key)))
	if errno != 0 {
		return errno
	}
	return nil
}

// MayFillTerminal reports whether TIOCSTI is allowed. Before Linux 6.2 it always was.
func MayFillTerminal() bool {
	text, err := os.ReadFile("/proc/sys/dev/tty/legacy_tiocsti")
	return err != nil || strings.TrimSpace(string(text)) == "1"
}

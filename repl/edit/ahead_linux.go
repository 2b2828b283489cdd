package edit

import (
	"bytes"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// interruptKey is Ctrl-C.
const interruptKey = 3

// interruptTyped reports whether Ctrl-C was typed behind Enter while the terminal was still raw: the
// terminal has made no signal of it. What is typed behind it stays, for the program that runs next, now as
// the terminal gives keys to programs.
//
// The terminal's queue cannot be looked at. It is read and filled again by TIOCSTI, ioctl_tty(2); where
// the system forbids that, the keys are left to the program.
func (e *Editor) interruptTyped() bool {
	n, err := unix.IoctlGetInt(e.inFD, unix.TIOCINQ)
	if err != nil || n <= 0 || !mayFill() {
		return false
	}
	modes, err := unix.IoctlGetTermios(e.inFD, unix.TCGETS)
	if err != nil {
		return false
	}
	keys := make([]byte, n)
	if n, err = unix.Read(e.inFD, keys); err != nil || n <= 0 {
		return false
	}
	at := bytes.LastIndexByte(keys[:n], interruptKey)
	silent := *modes
	silent.Lflag &^= unix.ECHO
	_ = unix.IoctlSetTermios(e.inFD, unix.TCSETS, &silent)
	for _, key := range keys[at+1 : n] {
		_ = fill(e.inFD, key)
	}
	_ = unix.IoctlSetTermios(e.inFD, unix.TCSETS, modes)
	return at >= 0
}

// fill puts a byte behind those that are in a terminal's queue.
func fill(fd int, key byte) error {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCSTI, uintptr(unsafe.Pointer(&key)))
	if errno != 0 {
		return errno
	}
	return nil
}

// mayFill reports whether TIOCSTI is allowed. Before Linux 6.2 it always was.
func mayFill() bool {
	text, err := os.ReadFile("/proc/sys/dev/tty/legacy_tiocsti")
	return err != nil || strings.TrimSpace(string(text)) == "1"
}

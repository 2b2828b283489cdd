package edit

import (
	"bytes"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
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
	if err != nil || n <= 0 || !kernel.MayFillTerminal() {
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
		_ = kernel.FillTerminal(e.inFD, key)
	}
	_ = unix.IoctlSetTermios(e.inFD, unix.TCSETS, modes)
	return at >= 0
}

package guard

import (
	"bytes"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

// AskKey is Ctrl-T, which asks what the stages of a run do, as VSTATUS of BSD's termios(4) does. On
// Linux it is a key as any other: the terminal gives it as the end of a line, VEOL, and the process
// that reports Ctrl-C takes it out of the terminal's queue. A program that reads the terminal gets it.
const AskKey = 0x14

// CanAsk reports whether Ctrl-T can be taken out of a terminal's queue, and the rest be left in it.
func CanAsk() bool { return kernel.MayFillTerminal() }

// keyPause is how often the terminal's queue is looked at. What lies there through two looks, no
// program reads at the moment.
const keyPause = 100 * time.Millisecond

// watchKeys calls asked for every Ctrl-T that no program reads.
func watchKeys(asked func()) {
	tty, err := unix.Open("/dev/tty", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	for before := 0; ; time.Sleep(keyPause) {
		n, err := unix.IoctlGetInt(tty, unix.TIOCINQ)
		if err != nil || os.Getppid() == 1 {
			return
		}
		if n > 0 && n == before && takeKey(tty) {
			asked()
			n = 0
		}
		before = n
	}
}

// takeKey takes Ctrl-T out of the terminal's queue, and reports whether it was there. Meanwhile the
// terminal is not in canonical mode, in which the end of a line that is being typed cannot be seen.
func takeKey(tty int) bool {
	modes, err := unix.IoctlGetTermios(tty, unix.TCGETS)
	if err != nil || modes.Lflag&unix.ICANON == 0 || modes.Cc[unix.VEOL] != AskKey {
		return false
	}
	raw := *modes
	raw.Lflag &^= unix.ICANON | unix.ECHO
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 0, 0
	if unix.IoctlSetTermios(tty, unix.TCSETS, &raw) != nil {
		return false
	}
	keys := make([]byte, 4096) // as much as the queue holds
	n, _ := unix.Read(tty, keys)
	keys = keys[:max(n, 0)]
	silent := *modes
	silent.Lflag &^= unix.ECHO
	_ = unix.IoctlSetTermios(tty, unix.TCSETS, &silent)
	rest := bytes.ReplaceAll(keys, []byte{AskKey}, nil)
	for _, key := range rest {
		if key == 0 { // where the end of a file was typed
			key = modes.Cc[unix.VEOF]
		}
		_ = kernel.FillTerminal(tty, key)
	}
	_ = unix.IoctlSetTermios(tty, unix.TCSETS, modes)
	return len(rest) < len(keys)
}

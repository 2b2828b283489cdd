package signals

import (
	goruntime "runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Blocking calls f on a thread that blocks these signals meanwhile.
func Blocking(f func() error, signals ...syscall.Signal) error {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	var old unix.Sigset_t
	block := signalSet(signals...)
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &block, &old); err != nil {
		return err
	}
	defer unix.PthreadSigmask(unix.SIG_SETMASK, &old, nil)
	return f()
}

func signalSet(signals ...syscall.Signal) (set unix.Sigset_t) {
	bits := uint(8 * unsafe.Sizeof(set.Val[0]))
	for _, s := range signals {
		set.Val[uint(s-1)/bits] |= 1 << (uint(s-1) % bits)
	}
	return set
}

// AtTerminal calls f, which writes to the terminal, also while that is lent to another process. Such
// a one may have set TOSTOP, termios(3), by which whoever else writes would be stopped.
func AtTerminal(f func() error) error { return Blocking(f, syscall.SIGTTOU) }

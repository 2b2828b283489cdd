package runtime

import (
	goruntime "runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// terminal is the controlling terminal that a foreground run is lent.
type terminal struct {
	mu      sync.Mutex
	lent    bool
	suspend bool          // Ctrl-Z stops the run
	modes   *unix.Termios // weir's own
	theirs  *unix.Termios // those in which the run left it, when it was stopped
}

const ttyFD = 0

// newTerminal is nil where the run is in the background, where weir's standard
// input is no terminal, or where weir itself is not in its foreground.
func newTerminal(foreground, suspend bool) *terminal {
	if !foreground {
		return nil
	}
	pgid, err := unix.IoctlGetInt(ttyFD, unix.TIOCGPGRP)
	if err != nil || pgid != unix.Getpgrp() {
		return nil
	}
	modes, err := unix.IoctlGetTermios(ttyFD, unix.TCGETS)
	if err != nil {
		return nil
	}
	return &terminal{modes: modes, suspend: suspend}
}

// give makes the group that leader is in the terminal's foreground group. A
// stage that read before it was so is stopped by SIGTTIN, so it is told to go
// on. Ctrl-Z does nothing meanwhile, unless the run may be suspended: it would stop
// the stages and not weir, which waits for them.
func (t *terminal) give(leader int) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lent {
		return
	}
	pgid, err := unix.Getpgid(leader)
	if err != nil {
		return
	}
	modes := *t.modes
	if t.theirs != nil {
		modes = *t.theirs
	} else if !t.suspend {
		modes.Cc[unix.VSUSP] = 0 // _POSIX_VDISABLE, termios(3)
	}
	_ = unix.IoctlSetTermios(ttyFD, unix.TCSETS, &modes)
	t.lent = setForeground(pgid) == nil
	_ = syscall.Kill(-pgid, syscall.SIGCONT)
}

// takeBack makes weir the foreground again, with the modes as they were.
func (t *terminal) takeBack() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.lent {
		return
	}
	t.lent = false
	if theirs, err := unix.IoctlGetTermios(ttyFD, unix.TCGETS); err == nil {
		t.theirs = theirs
	}
	_ = setForeground(unix.Getpgrp())
	_ = unix.IoctlSetTermios(ttyFD, unix.TCSETSW, t.modes)
}

// setForeground is tcsetpgrp(3). A background process that calls it is stopped
// by SIGTTOU unless its thread blocks that signal; blocking, unlike ignoring, is
// not inherited by the stages, since another process forks them.
func setForeground(pgid int) error {
	goruntime.LockOSThread()
	defer goruntime.UnlockOSThread()
	var old, block unix.Sigset_t
	block.Val[0] = 1 << (uint(syscall.SIGTTOU) - 1)
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &block, &old); err != nil {
		return err
	}
	defer unix.PthreadSigmask(unix.SIG_SETMASK, &old, nil)
	return unix.IoctlSetPointerInt(ttyFD, unix.TIOCSPGRP, pgid)
}

package runtime

import (
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"weir/runtime/guard"
	"weir/runtime/signals"
)

// terminal is the controlling terminal that a foreground run is lent.
type terminal struct {
	mu      sync.Mutex
	lent    bool
	suspend bool              // Ctrl-Z stops the run
	deaf    bool              // Ctrl-Z does nothing: weir would wait for stopped stages
	kill    func()            // what a second Ctrl-C does; nil: nothing
	asked   func()            // what Ctrl-T does; nil if it is a key as any other
	watch   *guard.Interrupts // reports each Ctrl-C
	pressed time.Time         // the last Ctrl-C
	modes   *unix.Termios     // weir's own
	theirs  *unix.Termios     // those in which the run left it, when it was stopped
	killed  bool              // one of its programs was killed
}

const ttyFD = 0

const (
	interruptsAgain = 3 * time.Second       // a second Ctrl-C within this time kills
	interruptsAfter = 20 * time.Millisecond // a run that ends before needs nobody to watch for it
)

// newTerminal gives nil if the run is not in the foreground, weir's standard input is no
// terminal, or weir itself is not in the terminal's foreground.
func newTerminal(o Options, kill func()) *terminal {
	if !o.Foreground {
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
	t := &terminal{modes: modes, suspend: o.Suspend, deaf: !o.Suspend && o.Suspended == nil, kill: kill}
	if o.Suspend && o.Asked != nil && modes.Cc[unix.VEOL] == 0 && guard.CanAsk() {
		t.asked = o.Asked
	}
	return t
}

// give makes the group of leader the terminal's foreground group. SIGTTIN has stopped stages
// that read before, so the group gets SIGCONT; give reports whether it did. If weir itself is
// in the background by now, as its shell's bg lets it, the terminal is not its to give.
func (t *terminal) give(leader int) bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lent {
		return false
	}
	pgid, err := groupOf(leader)
	front, err2 := unix.IoctlGetInt(ttyFD, unix.TIOCGPGRP)
	if err != nil || err2 != nil || front != unix.Getpgrp() {
		return false
	}
	modes := *t.modes
	if t.theirs != nil {
		modes = *t.theirs
	} else if t.deaf {
		modes.Cc[unix.VSUSP] = 0 // _POSIX_VDISABLE, termios(3)
	}
	if t.asked != nil {
		modes.Cc[unix.VEOL] = guard.AskKey
	}
	_ = unix.IoctlSetTermios(ttyFD, unix.TCSETS, &modes)
	t.lent = setForeground(pgid) == nil
	err = syscall.Kill(-pgid, syscall.SIGCONT)
	if t.suspend && t.lent {
		time.AfterFunc(interruptsAfter, func() { t.watchInterrupts(pgid) })
	}
	return err == nil
}

// oneGroup reports whether all processes of the run are in the process group of one.
func (l *stageList) oneGroup(leader int) bool {
	group, err := groupOf(leader)
	if err != nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.stages {
		s := &l.stages[i]
		if other, err := groupOf(s.result.PID); s.isProcess() && err == nil && other != group {
			return false
		}
	}
	return true
}

// groupOf gives the process group of a process.
func groupOf(pid int) (int, error) { return unix.Getpgid(pid) }

// watchInterrupts begins to watch for Ctrl-C, if the run still has the terminal.
func (t *terminal) watchInterrupts(pgid int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lent && t.watch == nil {
		t.watch = guard.WatchInterrupts(pgid, t.interrupted, t.asked)
	}
}

// interrupted notes a Ctrl-C. In other than canonical mode a program such as an editor
// reads keys, and Ctrl-C is one of them.
func (t *terminal) interrupted() {
	modes, err := unix.IoctlGetTermios(ttyFD, unix.TCGETS)
	if err != nil || modes.Lflag&unix.ICANON == 0 {
		t.pressed = time.Time{}
		return
	}
	now := time.Now()
	if now.Sub(t.pressed) < interruptsAgain {
		t.kill()
	}
	t.pressed = now
}

// isLent reports whether the run has the terminal.
func (t *terminal) isLent() bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lent
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
	if t.watch != nil {
		t.watch.Stop()
		t.watch = nil
	}
	if theirs, err := unix.IoctlGetTermios(ttyFD, unix.TCGETS); err == nil {
		t.theirs = theirs
	}
	_ = setForeground(unix.Getpgrp())
	_ = unix.IoctlSetTermios(ttyFD, unix.TCSETSW, t.modes)
	if t.suspend && (t.killed || t.theirs != nil && t.modes.Lflag&^t.theirs.Lflag&unix.ICANON != 0) {
		leftBehind()
	}
}

// wasKilled notes that a program was killed, and could not restore the terminal.
func (t *terminal) wasKilled() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.killed = true
}

// usualScreen undoes what programs that read keys ask of a terminal, xterm's ctlseqs:
// another screen (1049, which also restores the cursor that 7 saves here), application keys
// and keypad, mice, bracketed pastes, no cursor, no line wrapping, styles, another character
// set.
const usualScreen = "\x1b7\x1b[?1049l\x1b[?1l\x1b>\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l" +
	"\x1b[?25h\x1b[?7h\x1b[0m\x1b(B"

// leftBehind restores the screen after a program that was killed, or that was stopped and
// left the terminal in other modes than it found.
func leftBehind() {
	if name := os.Getenv("TERM"); name != "" && name != "dumb" {
		_, _ = unix.Write(ttyFD, []byte(usualScreen))
	}
}

// setForeground is tcsetpgrp(3). A background process that calls it is stopped by SIGTTOU
// unless its thread blocks that signal. The stages do not inherit that: another process
// forks them.
func setForeground(pgid int) error {
	return signals.Blocking(func() error { return unix.IoctlSetPointerInt(ttyFD, unix.TIOCSPGRP, pgid) }, syscall.SIGTTOU)
}

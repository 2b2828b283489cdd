package ipc

import (
	"errors"
	"runtime/debug"
)

// errRingCut is what a ring is whose file another process has made smaller,
// ftruncate(2): memory that was there is answered with SIGBUS.
var errRingCut = errors.New("the ring's memory is gone: another process has cut it short")

// watch has a fault in memory that is mapped become a panic, for uncut. It
// gives what uncut puts back.
func watch() (before bool) { return debug.SetPanicOnFault(true) }

// uncut, deferred, makes an error of a fault, and lets go of what locks are
// held.
func uncut(before bool, op string, a Addr, err *error, locks ...*lockWord) {
	p := recover()
	if p != nil {
		if _, fault := p.(interface{ Addr() uintptr }); !fault {
			panic(p)
		}
		for _, l := range locks {
			letGo(l)
		}
		if err != nil {
			*err = &Error{op, a, errRingCut}
		}
	}
	debug.SetPanicOnFault(before)
}

// letGo frees a lock that this process may hold, if its memory is there.
func letGo(l *lockWord) {
	defer func() { _ = recover() }()
	if l.mine() {
		l.unlock()
	}
}

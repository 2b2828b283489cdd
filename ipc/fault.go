package ipc

import (
	"errors"
	"runtime/debug"
)

// errCut is an access to a ring or a lock whose file another process has made smaller,
// ftruncate(2). The system answers it with SIGBUS.
var errCut = errors.New("another process has made it smaller: the memory is gone")

// catchFaults makes a panic of a fault in mapped memory. It gives what isFault restores.
func catchFaults() (before bool) { return debug.SetPanicOnFault(true) }

// isFault reports whether a deferred function has recovered from a fault. Any other panic
// goes on.
func isFault(recovered any, before bool) bool {
	debug.SetPanicOnFault(before)
	if recovered == nil {
		return false
	}
	if _, ok := recovered.(interface{ Addr() uintptr }); !ok {
		panic(recovered)
	}
	return true
}

// recoverFault, deferred, makes an error of a fault in a region, and frees the locks that this
// process holds.
func recoverFault(before bool, op string, a Addr, err *error, locks ...*lockWord) {
	if !isFault(recover(), before) {
		return
	}
	for _, l := range locks {
		unlockOwn(l)
	}
	if err != nil {
		*err = &Error{op, a, errCut}
	}
}

// unlockOwn frees a lock that this process may hold, if its memory is still there.
func unlockOwn(l *lockWord) {
	defer func() { _ = recover() }()
	defer debug.SetPanicOnFault(catchFaults())
	if l.isOwn() {
		l.unlock()
	}
}

package runtime

import (
	"syscall"

	"weir/runtime/guard"
)

// The terminal sends SIGINT to the processes of its foreground group. A run's threads, and
// its stages that are not started yet, are ended here.

// processExited looks after the terminal when a process of the run has exited.
func (r *Run) processExited(status guard.ExitStatus) {
	if !r.tty.isLent() {
		return
	}
	if status.Signal != 0 && status.Signal != syscall.SIGINT && status.Signal != syscall.SIGPIPE {
		r.tty.wasKilled()
	}
	if status.Signal == syscall.SIGINT {
		r.endStarts(syscall.SIGINT)
		r.endThreads(syscall.SIGINT)
	}
	go r.keepTerminal() // not here: the guard may be waiting for this goroutine to read
}

// keepTerminal takes the terminal back when the run has no process left, and lends it again
// to one that has come meanwhile.
func (r *Run) keepTerminal() {
	if r.lastProcess() != 0 {
		return
	}
	r.tty.takeBack()
	if pid := r.lastProcess(); pid != 0 {
		r.tty.give(pid)
	}
}

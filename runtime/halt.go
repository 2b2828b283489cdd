package runtime

import (
	"slices"
	"time"

	"weir/runtime/signals"
)

// halt says whether all processes of a run were stopped: by Ctrl-Z, or by reading a
// terminal that is not theirs.
type halt struct {
	now     bool
	aside   bool          // Ctrl-Z came, but the run has no process that it could stop
	unasked bool          // Ctrl-Z has stopped a process, and Options.Suspended was not called since
	asking  bool          // goOn runs
	told    bool          // Kill has stopped the run, until Kill or Continue lets it go on
	changed chan struct{} // closed when the run halts; nil while nobody waits
}

// update notes whether all processes of the stages are stopped; the run's mu is held.
func (h *halt) update(stages []stage) {
	halted := false
	for i := range stages {
		s := &stages[i]
		if !s.isProcess() {
			continue
		}
		if halted = s.halted; !halted {
			break
		}
	}
	if halted && !h.now {
		h.wake()
	}
	h.now = halted
}

// wake ends AwaitHalt; the run's mu is held.
func (h *halt) wake() {
	if h.changed != nil {
		close(h.changed)
		h.changed = nil
	}
}

// Halted reports whether all processes of the run are stopped, as by Ctrl-Z.
func (r *Run) Halted() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.halt.now
}

// AwaitHalt blocks until the run has ended, or Suspend was called, or all its processes are
// stopped. Unless it has ended AwaitHalt gives true, and weir has its terminal again.
func (r *Run) AwaitHalt() bool {
	r.mu.Lock()
	if r.halt.now || r.halt.aside {
		r.halt.aside = false
		r.mu.Unlock()
		r.tty.takeBack()
		return true
	}
	if r.halt.changed == nil {
		r.halt.changed = make(chan struct{})
	}
	changed := r.halt.changed
	r.mu.Unlock()
	select {
	case <-r.done:
		return false
	case <-changed:
	}
	select {
	case <-r.done:
		return false
	default:
	}
	r.mu.Lock()
	r.halt.aside = false
	r.mu.Unlock()
	r.tty.takeBack()
	return true
}

// Suspend stops the processes of the run as Ctrl-Z does. A run that has none, as a server or
// threads alone, goes on, and AwaitHalt waits for it no more.
func (r *Run) Suspend() error {
	r.mu.Lock()
	process := func(s stage) bool { return !s.Inside() && !s.exited }
	if !slices.ContainsFunc(r.stages, process) {
		r.halt.aside = true
		r.halt.wake()
		r.mu.Unlock()
		return nil
	}
	r.mu.Unlock()
	return r.guard.Signal(signals.Suspend)
}

// suspended notes that Ctrl-Z has stopped a process of a run that goes on by itself; mu is held.
func (r *Run) suspended() {
	if r.halt.unasked = true; !r.halt.asking {
		r.halt.asking = true
		go r.goOn()
	}
}

// stopTogether is how long after the first process of a run Ctrl-Z may stop the others.
const stopTogether = 50 * time.Millisecond

// goOn goes on with a run that Ctrl-Z has stopped.
func (r *Run) goOn() {
	for {
		select {
		case <-time.After(stopTogether):
		case <-r.done:
		}
		r.mu.Lock()
		r.halt.asking, r.halt.unasked = r.halt.unasked, false
		asking := r.halt.asking
		r.mu.Unlock()
		if !asking {
			return
		}
		r.tty.takeBack()
		r.opts.Suspended()
		_ = r.Continue(true)
	}
}

// Continue lets the processes of a run that was stopped go on, SIGCONT. In the foreground
// they are lent the terminal, with the modes in which they left it.
func (r *Run) Continue(foreground bool) error {
	r.mu.Lock()
	for i := range r.stages {
		r.stages[i].halted = false
	}
	r.halt.now, r.halt.aside, r.halt.told = false, false, false
	if foreground && r.tty == nil {
		r.tty = newTerminal(Options{Foreground: true, Suspend: true, Asked: r.opts.Asked}, r.stopAtOnce)
	}
	tty := r.tty
	r.mu.Unlock()
	leader := r.lastProcess()
	if leader == 0 {
		return nil // threads were not stopped
	}
	r.journal.Publish(Event{Kind: EventSignal, Run: r.id, Signal: signals.Name(signals.Continue)})
	if foreground && tty.give(leader) && r.oneGroup(leader) {
		// A second SIGCONT would discard a Ctrl-Z that comes in between, signal(7).
		return nil
	}
	return r.guard.Signal(signals.Continue)
}

package runtime

import (
	"time"

	"weir/runtime/guard"
	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/runtime/scarce"
)

// fail keeps the first failure and stops the run.
func (r *Run) fail(err error) {
	if e, ok := err.(*plan.Error); !ok {
		err = scarce.With(err)
	} else if e.Hint == "" {
		e.Hint = scarce.Way(e.Err)
	}
	r.mu.Lock()
	first := r.failure == nil
	if first {
		r.failure = err
	}
	r.mu.Unlock()
	if first {
		r.journal.Publish(Event{Kind: EventError, Run: r.id, Text: err.Error()})
		r.Stop(WhyInterrupted)
	}
}

// failed reports whether a step of the run has failed.
func (r *Run) failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure != nil
}

// unwrittenBy keeps the failure of the first relay that cannot write to an output. The run
// goes on to its end, and has failed then.
func (r *Run) unwrittenBy(e *plan.Error) {
	r.mu.Lock()
	if r.unwritten == nil || r.unwritten.Stage == e.Stage {
		r.unwritten = e
	}
	r.mu.Unlock()
}

// TellAfter is how long a run may go on without an output before the caller is told. One that
// ends sooner says it by its result.
const TellAfter = 500 * time.Millisecond

// outputLost takes the failure of one output of a relay.
func (r *Run) outputLost(st *plan.PlannedStage, f *relay.Fault) {
	e := relayError(r.plan, st, relay.OutputError{f})
	r.unwrittenBy(e)
	r.journal.Publish(Event{Kind: EventError, Run: r.id, Text: e.Error()})
	if r.opts.Unwritten == nil {
		return
	}
	r.mu.Lock()
	r.after(TellAfter, func() { r.opts.Unwritten(e) })
	r.mu.Unlock()
}

// undo ends a run that could not be started, waits until nothing is left of it and
// gives the failure.
func (r *Run) undo(s *starter) error {
	s.closeAll()
	for _, f := range r.own {
		f.Close()
	}
	for i := range r.stages {
		r.mu.Lock()
		never := !r.stages[i].claimed
		r.mu.Unlock()
		if never {
			r.stageExited(i, guard.ExitStatus{Code: 126})
		}
	}
	r.countDown()
	<-r.done
	return r.err
}

// finish waits for the last stage, has the guard sweep, removes the names and
// tells the result.
func (r *Run) finish() {
	<-r.idle
	r.cancel()
	r.watched.leaveLookout()
	r.mu.Lock()
	for _, t := range r.timers {
		t.Stop()
	}
	r.mu.Unlock()
	r.guard.Finish()
	<-r.swept
	r.mu.Lock()
	lost := r.lost
	r.mu.Unlock()
	for _, path := range r.names {
		r.journal.Publish(Event{Kind: EventUnlink, Run: r.id, Text: path})
		guard.RemoveName(path)
	}
	r.tty.takeBack()
	r.out = r.result()
	r.err = r.failure
	if lost != nil && (r.err == nil || r.err == guard.ErrLost) {
		r.err = lost
	}
	r.journal.Publish(Event{Kind: EventEnd, Run: r.id, Text: r.out.Why})
	tellOutside(-1)
	running.remove(r)
	close(r.done)
}

// result turns the states into what a caller is told.
func (r *Run) result() *Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := &Result{OK: r.unwritten == nil, Why: WhyExit, Elapsed: time.Since(r.begun), Unwritten: r.unwritten,
		Stages: make([]StageResult, 0, len(r.stages))}
	for i := range r.stages {
		res := r.stages[i].finalResult(r.plan)
		if res.Failed {
			out.OK = false
			if out.Why == WhyExit {
				out.Why = res.Why
			}
		}
		if r.stages[i].Relay == nil {
			out.Stages = append(out.Stages, res)
		}
	}
	switch {
	case r.stopped != "":
		out.OK, out.Why = false, r.stopped
	case r.deadlock != nil && r.opts.Deadlock == DeadlockStop: // it has come to its end by the end of another run
		out.OK, out.Why = false, WhyDeadlock
	}
	out.Deadlock = r.deadlock
	return out
}

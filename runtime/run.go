package runtime

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"weir/ipc"
	"weir/runtime/guard"
	"weir/runtime/plan"
	"weir/runtime/scarce"
	"weir/runtime/signals"
	"weir/runtime/watch"
)

// DefaultGrace is how long a stage has between SIGTERM and SIGKILL.
const DefaultGrace = 2 * time.Second

var lastRun atomic.Uint64

// Run is a plan that was started.
type Run struct {
	id      uint64
	plan    *plan.Plan
	opts    Options
	journal *Journal
	guard   *guard.Run
	begun   time.Time
	ctx     context.Context // ends when the run is told to stop
	cancel  context.CancelFunc
	late    context.Context // ends with ctx, or at a Ctrl-C: for stages that wait for their start
	tooLate context.CancelFunc
	tty     *terminal
	detach  func() bool // from the context of whoever started it

	mu       sync.Mutex
	stages   []stageState
	left     int // stages that have not ended, and one while the run is being started
	stopped  string
	lost     error // why the guard is gone, where weir has not ended it
	timers   []*time.Timer
	failure  error // the first step that failed
	deadlock *DeadlockError
	lie      map[watch.Pipe]*plan.PlannedChannel // the channels that have a file of their own, by that file
	first    int                                 // the number of its first stage among all that are looked at for deadlocks
	told     bool                                // that only strangers could let it go on
	looked   bool                                // it is among them

	starter *starter // of a run whose stages may be started again
	ready   map[int]readiness
	ending  bool // a signal to all of it said so
	halt    halt

	own   map[ownEnd]*os.File
	names []string

	unanswered int           // spawns that the guard has not answered
	answer     *sync.Cond    // the guard has told of a stage's start or end, on mu
	idle       chan struct{} // closed when every stage has ended
	swept      chan struct{} // closed when the guard has nothing left of this run
	done       chan struct{}
	out        *Result
	err        error
}

type ownEnd struct {
	channel string
	writes  bool
}

type stageState struct {
	result   StageResult
	cancel   context.CancelFunc // of a thread
	relay    watch.Relay        // what is known of one that can be watched
	insider  *Insider           // of a thread
	restarts []time.Time
	resting  *time.Timer // until it is started again
	asked    bool        // somebody else will tell of its end
	running  bool
	halted   bool // stopped by a signal, and may go on
	ended    bool
	why      string // why weir stopped it
	status   guard.ExitStatus
}

// ID is the run's number in the journal.
func (r *Run) ID() uint64 { return r.id }

// Done is closed when the run has ended.
func (r *Run) Done() <-chan struct{} { return r.done }

// Wait blocks until every stage has ended and nothing of the run is left.
func (r *Run) Wait() (*Result, error) {
	<-r.done
	return r.out, r.err
}

// SoFar gives what is known of a run that may go on. It waits for the word on those of
// its processes that are about to end, so that whoever has found a channel closed learns
// how its other side ended.
func (r *Run) SoFar() *Result {
	r.mu.Lock()
	for i := range r.stages {
		for s := &r.stages[i]; s.running && !s.ended && r.lost == nil && !r.plan.Stages[i].Inside() && watch.Ending(s.result.PID); {
			r.answer.Wait()
		}
	}
	r.mu.Unlock()
	return r.result()
}

// Stopped reports whether weir ends the run, before it has come to its end.
func (r *Run) Stopped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopped != ""
}

// File gives weir's own end of a channel, the one attached to no stage. The
// caller closes it.
func (r *Run) File(channel string, mode ipc.Mode) *os.File {
	return r.own[ownEnd{channel, mode.Writes()}]
}

// Running tells of each stage that has been started and has not ended.
func (r *Run) Running() []StageResult {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []StageResult
	for i := range r.stages {
		s := &r.stages[i]
		if s.running && !s.ended && r.plan.Stages[i].Relay == nil {
			list = append(list, s.result)
		}
	}
	return list
}

// Kill sends a signal to every process group of the run.
func (r *Run) Kill(sig syscall.Signal) error {
	r.journal.Publish(Event{Kind: EventSignal, Run: r.id, Signal: signals.Name(sig)})
	if sig != signals.Continue {
		r.cancelThreads()
	}
	if ends(sig) {
		r.mu.Lock()
		r.ending = true
		r.mu.Unlock()
		defer r.wake()
	}
	return r.guard.Signal(sig)
}

// cancelThreads ends the stages that are threads: no signal reaches one alone.
func (r *Run) cancelThreads() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.stages {
		if s := &r.stages[i]; s.cancel != nil && !s.ended && r.plan.Stages[i].Thread != nil {
			s.cancel()
		}
	}
}

// KillStage sends a signal to one stage.
func (r *Run) KillStage(name string, sig syscall.Signal) error {
	for i := range r.stages {
		if r.plan.Stages[i].Name == name {
			r.journal.Publish(Event{Kind: EventSignal, Run: r.id, Stage: name, Signal: signals.Name(sig)})
			return r.killStage(i, sig)
		}
	}
	return fmt.Errorf("kill: the run has no stage %q", name)
}

func (r *Run) killStage(i int, sig syscall.Signal) error {
	return r.guard.SignalStage(i, sig)
}

// killTree sends a signal to a stage and to all that it has started.
func (r *Run) killTree(i int, sig syscall.Signal) error {
	return r.guard.SignalTree(i, sig)
}

// Stop ends the run: SIGTERM to its groups, and after the plan's grace SIGKILL.
// It does not wait. why becomes the result's.
func (r *Run) Stop(why string) {
	if !r.stopping(why, r.grace()) {
		return
	}
	_ = r.Kill(syscall.SIGTERM)
	_ = r.Kill(signals.Continue) // a stopped stage gets SIGTERM only when it goes on
}

// stopping notes that the run is to end, by SIGKILL after a time; false where it
// was noted before.
func (r *Run) stopping(why string, grace time.Duration) bool {
	r.mu.Lock()
	if r.stopped != "" || r.left == 0 {
		r.mu.Unlock()
		return false
	}
	r.stopped = why
	r.timers = append(r.timers, time.AfterFunc(grace, func() { _ = r.Kill(syscall.SIGKILL) }))
	r.mu.Unlock()
	r.journal.Publish(Event{Kind: EventStop, Run: r.id, Text: why})
	r.cancel()
	r.wake()
	return true
}

// stopAtOnce ends the run by SIGKILL, as a second Ctrl-C does.
func (r *Run) stopAtOnce() { r.stopping(WhyInterrupted, 0) }

func (r *Run) grace() time.Duration {
	if r.opts.Grace > 0 {
		return r.opts.Grace
	}
	return DefaultGrace
}

// stopStage ends one stage whose own time is up, with all that it started: what
// these hold open would keep its neighbours.
func (r *Run) stopStage(i, pid int) {
	r.mu.Lock()
	s := &r.stages[i]
	if s.ended || !s.running || s.result.PID != pid {
		r.mu.Unlock()
		return
	}
	s.why = WhyTimeout
	r.timers = append(r.timers, time.AfterFunc(r.grace(), func() { _ = r.killTree(i, syscall.SIGKILL) }))
	r.mu.Unlock()
	r.journal.Publish(Event{Kind: EventStop, Run: r.id, Stage: r.plan.Stages[i].Name, Text: WhyTimeout})
	_ = r.killTree(i, syscall.SIGTERM)
	_ = r.killTree(i, signals.Continue)
}

// adopt marks a stage whose end will be told by whoever starts it.
func (r *Run) adopt(i int) {
	r.mu.Lock()
	r.stages[i].asked = true
	r.mu.Unlock()
}

// ask marks a stage whose spawn is on its way to the guard.
func (r *Run) ask(i int) {
	r.mu.Lock()
	r.stages[i].asked = true
	r.unanswered++
	r.mu.Unlock()
}

// answered takes the guard's answer, or the fault that keeps it from coming.
func (r *Run) answered(i int, err error) {
	r.mu.Lock()
	if err != nil {
		r.stages[i].asked = false
	}
	if r.unanswered > 0 {
		r.unanswered--
	}
	r.answer.Broadcast()
	r.mu.Unlock()
}

// awaitAnswers blocks until every spawn was answered, or the guard is gone.
func (r *Run) awaitAnswers() {
	r.mu.Lock()
	for r.unanswered > 0 && r.lost == nil {
		r.answer.Wait()
	}
	r.mu.Unlock()
}

// ended takes the way in which a stage ended.
func (r *Run) ended(i int, status guard.ExitStatus) {
	defer r.answer.Broadcast()
	if r.again(i, status) {
		return
	}
	r.mu.Lock()
	s := &r.stages[i]
	if s.ended {
		r.mu.Unlock()
		return
	}
	s.ended, s.status = true, status
	r.settleHalt()
	e := r.exitEvent(i, status)
	r.mu.Unlock()
	r.journal.Publish(e)
	if !r.plan.Stages[i].Inside() {
		r.outsideEnded(status)
	}
	if state, ok := r.ready[i]; ok {
		close(state.ended)
	}
	if r.plan.Stages[i].Restart == nil || r.starter == nil {
		r.release()
		return
	}
	// Not here: the guard may be waiting for this goroutine to read.
	go func() {
		r.starter.letGo(i)
		r.release()
	}()
}

// exitEvent tells how a stage ended; mu is held.
func (r *Run) exitEvent(i int, status guard.ExitStatus) Event {
	e := Event{Kind: EventExit, Run: r.id, Stage: r.plan.Stages[i].Name, PID: r.stages[i].result.PID,
		User: status.User, Sys: status.Sys, MaxRSS: status.MaxRSS}
	if status.Signal != 0 {
		e.Signal = signals.Name(status.Signal)
	} else {
		e.Code = status.Code
	}
	return e
}

// failed tells whether a stage that ended so has failed; a writer whose reader
// left has not.
func (r *Run) failed(i int, status guard.ExitStatus) bool {
	if status.Signal != 0 {
		return status.Signal != syscall.SIGPIPE || !feedsReader(r.plan, &r.plan.Stages[i])
	}
	return status.Code != 0
}

// release drops one of what the run waits for.
func (r *Run) release() {
	r.mu.Lock()
	r.left--
	last := r.left == 0
	r.mu.Unlock()
	if last {
		close(r.idle)
	}
}

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

// finish waits for the last stage, has the guard sweep, removes the names and
// tells the result.
func (r *Run) finish() {
	<-r.idle
	r.cancel()
	r.leaveLookout()
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
	close(r.done)
}

// result turns the states into what a caller is told.
func (r *Run) result() *Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := &Result{OK: true, Why: WhyExit, Elapsed: time.Since(r.begun), Stages: make([]StageResult, 0, len(r.stages))}
	for i := range r.stages {
		s := &r.stages[i]
		res, status := &s.result, s.status
		res.Why, res.User, res.Sys, res.MaxRSS, res.MostRSS = WhyExit, status.User, status.Sys, status.MaxRSS, status.MostRSS
		res.Code = status.Code
		res.Failed = r.failed(i, status)
		if status.Signal != 0 {
			res.Code, res.Why, res.Signal = 0, WhySignal, signals.Name(status.Signal)
		}
		if s.why != "" {
			res.Why, res.Failed = s.why, true
		}
		if res.Failed {
			out.OK = false
			if out.Why == WhyExit {
				out.Why = res.Why
			}
		}
		if r.plan.Stages[i].Relay == nil {
			out.Stages = append(out.Stages, *res)
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

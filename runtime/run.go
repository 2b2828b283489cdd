package runtime

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"weir/ipc"
	"weir/ipc/luatext"
	"weir/runtime/guard"
	"weir/runtime/plan"
	"weir/runtime/signals"
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
	tty     *terminal
	detach  func() bool // from the context of whoever started it
	watched *watchedRun

	// startCtx ends with ctx, or when the run is killed, as by Ctrl-C. Stages that wait for their start heed it.
	startCtx    context.Context
	cancelStart context.CancelFunc

	stageList // its lock guards what follows, too
	stopped   string
	timers    []*time.Timer
	failure   error // the first step that failed
	deadlock  *DeadlockError

	unwritten *plan.Error // the first failure of an output of a relay, which goes on without it

	starter *starter // of a run whose stages may be started again
	ready   map[int]readiness
	ending  bool // a signal to all of it said so
	halt    halt

	own   map[ownEnd]*os.File
	names []string

	swept chan struct{} // closed when the guard has nothing left of this run
	done  chan struct{}
	out   *Result
	err   error
}

type ownEnd struct {
	channel string
	writes  bool
}

// ID is the run's number in the journal.
func (r *Run) ID() uint64 { return r.id }

// Done is closed when the run has ended.
func (r *Run) Done() <-chan struct{} { return r.done }

// Ended reports whether the run has ended.
func (r *Run) Ended() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// Wait blocks until every stage has exited and nothing of the run is left.
func (r *Run) Wait() (*Result, error) {
	<-r.done
	return r.out, r.err
}

// SoFar gives what is known of a run that may go on. It waits for the exit status of
// processes that are about to exit: a caller who has found a channel closed learns how
// its other side ended.
func (r *Run) SoFar() *Result {
	r.awaitEnding()
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

// ChannelOf names the channel of the run of which a file of this process is an end; empty is none.
func (r *Run) ChannelOf(f *os.File) string {
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	is := func(other *os.File) bool {
		if other == nil {
			return false
		}
		its, err := other.Stat()
		return err == nil && os.SameFile(info, its)
	}
	for i := range r.plan.Channels {
		if c := &r.plan.Channels[i]; is(c.File) {
			return c.Name
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for end, own := range r.own {
		if is(own) {
			return end.channel
		}
	}
	return ""
}

// Detach lets the run outlive the context that Start was given.
func (r *Run) Detach() { r.detach() }

// Kill sends a signal to every process group of the run.
func (r *Run) Kill(sig syscall.Signal) error {
	r.journal.Publish(Event{Kind: EventSignal, Run: r.id, Signal: signals.Name(sig)})
	r.endThreads(sig)
	if sig == signals.Stop || sig == signals.Continue {
		r.mu.Lock()
		r.halt.told = sig == signals.Stop
		r.mu.Unlock()
	}
	if ends(sig) {
		r.mu.Lock()
		r.ending = true
		r.mu.Unlock()
		r.endStarts(sig)
		defer r.endResting()
	}
	return ending(sig, r.guard.Signal)
}

// ends reports whether a signal to the whole run means that it is to end.
func ends(sig syscall.Signal) bool {
	switch sig {
	case syscall.SIGTERM, syscall.SIGKILL, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT:
		return true
	}
	return false
}

// ending sends a signal, and SIGCONT after one that ends: a stopped stage gets that only when
// it goes on.
func ending(sig syscall.Signal, send func(syscall.Signal) error) error {
	err := send(sig)
	if err == nil && ends(sig) && sig != syscall.SIGKILL {
		err = send(signals.Continue)
	}
	return err
}

// endStarts has the stages that wait for their start end, as if the signal had come to their processes.
func (r *Run) endStarts(sig syscall.Signal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.stages {
		if s := &r.stages[i]; !s.running {
			s.end(sig)
		}
	}
	r.cancelStart()
}

// KillStage sends a signal to one stage.
func (r *Run) KillStage(name string, sig syscall.Signal) error {
	for i := range r.stages {
		if s := &r.stages[i]; s.Name == name {
			r.journal.Publish(Event{Kind: EventSignal, Run: r.id, Stage: name, Signal: signals.Name(sig)})
			r.mu.Lock()
			s.end(sig)
			r.mu.Unlock()
			if s.Thread != nil {
				return nil
			}
			return ending(sig, func(sig syscall.Signal) error { return r.guard.SignalStage(i, sig) })
		}
	}
	return fmt.Errorf("kill: the run has no stage %s", luatext.Quote(name))
}

// Stop ends the run: SIGTERM to its groups, and after the grace SIGKILL.
// It does not wait. why becomes the result's.
func (r *Run) Stop(why string) {
	if !r.beginStop(why, r.opts.grace()) {
		return
	}
	_ = r.Kill(syscall.SIGTERM)
}

// beginStop notes that the run is to end, by SIGKILL after a time. It gives false if
// that was noted before.
func (r *Run) beginStop(why string, grace time.Duration) bool {
	r.mu.Lock()
	if r.stopped != "" || r.left == 0 {
		r.mu.Unlock()
		return false
	}
	r.stopped = why
	r.after(grace, func() { _ = r.Kill(syscall.SIGKILL) })
	r.mu.Unlock()
	if r.opts.Stopping != nil {
		r.opts.Stopping(r, why)
	}
	r.journal.Publish(Event{Kind: EventStop, Run: r.id, Text: why})
	r.cancel()
	r.endResting()
	return true
}

// stopAtOnce ends the run by SIGKILL, as a second Ctrl-C does.
func (r *Run) stopAtOnce() { r.beginStop(WhyInterrupted, 0) }

// after calls f after a time, unless the run has ended by then; mu is held.
func (r *Run) after(d time.Duration, f func()) { r.timers = append(r.timers, time.AfterFunc(d, f)) }

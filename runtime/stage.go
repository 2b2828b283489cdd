package runtime

import (
	"context"
	"os"
	"syscall"
	"time"

	"weir/ipc"
	"weir/runtime/guard"
	"weir/runtime/plan"
	"weir/runtime/signals"
	"weir/runtime/watch"
)

// stage is what a run knows of one of its stages. Run.mu guards it.
type stage struct {
	*plan.PlannedStage
	result   StageResult
	cancel   context.CancelFunc // of a thread, or of one that waits for its start
	killed   syscall.Signal     // has ended it there
	work     plan.Relay         // of a relay
	relay    watch.Relay        // what is known of one that can be watched
	insider  *Insider           // of a thread
	restarts []time.Time
	resting  *time.Timer // until it is started again
	behind   []int       // the stages that must be ready before it is started; nil once it is being started
	lent     []*os.File  // what is kept open for it until then
	claimed  bool        // whoever starts it reports its exit
	running  bool
	halted   bool // stopped by a signal, and may go on
	exited   bool
	why      string // why weir stopped it
	status   guard.ExitStatus
}

// isProcess reports whether the stage is a process that has started and has not exited.
func (s *stage) isProcess() bool { return s.running && !s.exited && !s.Inside() }

// failed reports whether a stage that exited so has failed. A writer whose reader left
// has not.
func (s *stage) failed(p *plan.Plan, status guard.ExitStatus) bool {
	if status.Signal != 0 {
		return status.Signal != syscall.SIGPIPE || !feedsReader(p, s.PlannedStage)
	}
	return status.Code != 0
}

// exitEvent is the event of a stage's exit.
func (s *stage) exitEvent(run uint64, status guard.ExitStatus) Event {
	e := Event{Kind: EventExit, Run: run, Stage: s.Name, PID: s.result.PID,
		User: status.User, Sys: status.Sys, MaxRSS: status.MaxRSS}
	if status.Signal != 0 {
		e.Signal = signals.Name(status.Signal)
	} else {
		e.Code = status.Code
	}
	return e
}

// finalResult is what a caller is told of the stage.
func (s *stage) finalResult(p *plan.Plan) StageResult {
	res, status := s.result, s.status
	res.Why, res.User, res.Sys, res.MaxRSS, res.MostRSS = WhyExit, status.User, status.Sys, status.MaxRSS, status.MostRSS
	res.Code, res.Failed = status.Code, s.failed(p, status)
	if status.Signal != 0 {
		res.Code, res.Why, res.Signal = 0, WhySignal, signals.Name(status.Signal)
	}
	if s.why != "" {
		res.Why, res.Failed = s.why, true
	}
	return res
}

// end ends a stage that is no process, or none yet, as a signal does.
func (s *stage) end(sig syscall.Signal) {
	if s.cancel == nil || s.exited || s.running && s.Thread == nil || !signals.Ends(sig) {
		return
	}
	if s.killed == 0 {
		s.killed = sig
	}
	s.cancel()
}

// stopStage ends one stage whose own time is up. All that its process has started ends
// too: what these hold open would keep its neighbours. pid is 0 for a thread.
func (r *Run) stopStage(i, pid int) {
	r.mu.Lock()
	s := &r.stages[i]
	if s.exited || pid != 0 && (!s.running || s.result.PID != pid) {
		r.mu.Unlock()
		return
	}
	s.why = WhyTimeout
	if pid != 0 {
		r.after(r.opts.grace(), func() { _ = r.guard.SignalTree(i, syscall.SIGKILL) })
	} else {
		s.end(syscall.SIGTERM)
	}
	r.mu.Unlock()
	r.journal.Publish(Event{Kind: EventStop, Run: r.id, Stage: s.Name, Text: WhyTimeout})
	if pid == 0 {
		return
	}
	_ = ending(syscall.SIGTERM, func(sig syscall.Signal) error { return r.guard.SignalTree(i, sig) })
}

// stageExited takes the way in which a stage has exited.
func (r *Run) stageExited(i int, status guard.ExitStatus) {
	defer r.news.Broadcast()
	if r.restart(i, status) {
		return
	}
	r.mu.Lock()
	s := &r.stages[i]
	if s.exited {
		r.mu.Unlock()
		return
	}
	s.exited, s.status = true, status
	r.halt.update(r.stages)
	e := s.exitEvent(r.id, status)
	r.mu.Unlock()
	r.journal.Publish(e)
	if !s.Inside() {
		r.processExited(status)
	}
	if state, ok := r.ready[i]; ok {
		close(state.done)
	}
	if s.Restart == nil || r.starter == nil {
		r.countDown()
		return
	}
	// Not here: the guard may be waiting for this goroutine to read.
	go func() {
		r.starter.closeKept(i)
		r.countDown()
	}()
}

// feedsReader reports whether somebody else reads what the stage writes: SIGPIPE can mean
// that the reader left.
func feedsReader(p *plan.Plan, st *plan.PlannedStage) bool {
	for _, end := range st.Ends {
		c := &p.Channels[end.Channel]
		switch {
		case !end.Mode.Writes():
		case c.Kind == ipc.KindPipe || c.Kind == ipc.KindFIFO || c.Kind == ipc.KindUnix || c.Kind == ipc.KindTCP:
			return true
		case c.Kind == ipc.KindStandard && isPipe(standardFile(c.Channel)):
			return true
		}
	}
	return false
}

package runtime

import (
	"fmt"
	"syscall"

	"weir/runtime/guard"
	"weir/runtime/plan"
	"weir/runtime/scarce"
	"weir/runtime/signals"
)

// heard is the guard's listener: it hears how the processes of a run fare.
type heard struct{ *Run }

// Spawned hears that a stage was forked and has executed its program, or why not.
func (r heard) Spawned(i, pid int, errno syscall.Errno) {
	st := &r.plan.Stages[i]
	defer r.spawnAnswered(i, nil)
	if errno != 0 {
		r.fail(&plan.Error{Stage: st.Name, Origin: st.Origin, Word: st.Argv[0],
			Message: fmt.Sprintf("cannot start %s: %v", st.Path, errno), Hint: scarce.WayToStart(errno)})
		r.stageExited(i, guard.ExitStatus{Code: 126})
		return
	}
	r.mu.Lock()
	s := &r.stages[i]
	s.running = true
	s.result.PID = pid
	if st.Timeout > 0 {
		r.after(st.Timeout, func() { r.stopStage(i, pid) })
	}
	r.mu.Unlock()
	r.journal.Publish(Event{Kind: EventSpawn, Run: r.id, Stage: st.Name, PID: pid, Text: st.Path})
	r.tty.give(pid)
}

// Exited hears that the process of a stage has ended.
func (r heard) Exited(i int, status guard.ExitStatus) { r.stageExited(i, status) }

// Halted hears that a signal has stopped a stage, or that it goes on.
func (r heard) Halted(i int, by syscall.Signal) {
	halted := by != 0 && r.stands(i, by)
	r.mu.Lock()
	defer r.mu.Unlock()
	if i >= len(r.stages) {
		return
	}
	r.stages[i].halted = halted
	r.halt.update(r.stages)
	if halted && (r.halt.now && !r.halt.told || by == signals.Suspend) && r.opts.Suspended != nil && r.tty.isLent() {
		r.suspended()
	}
}

// Swept hears that nothing of the run is left.
func (r heard) Swept() { close(r.swept) }

// Lost ends all stages after the guard has gone. cause is nil if Shutdown ended it.
func (r heard) Lost(cause error) {
	r.mu.Lock()
	r.lost = cause
	if cause == nil && r.stopped == "" {
		r.stopped = WhyInterrupted
	}
	r.spawning = 0
	r.news.Broadcast()
	r.mu.Unlock()
	r.cancel()
	for i := range r.plan.Stages {
		if !r.plan.Stages[i].Inside() {
			r.stageExited(i, guard.ExitStatus{Signal: syscall.SIGKILL})
		}
	}
	close(r.swept)
}

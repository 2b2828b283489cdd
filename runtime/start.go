package runtime

import (
	"context"
	"os"
	"sync"
	"time"

	"weir/runtime/guard"
	"weir/runtime/plan"
)

// Start executes the steps of a plan. Where one fails, what the ones before it
// made is undone in reverse: the stages are stopped, the descriptors closed, the
// names removed. When ctx ends the run is stopped as by Stop(WhyInterrupted).
func Start(ctx context.Context, p *plan.Plan, o Options) (*Run, error) {
	l, err := guard.Connect()
	if err != nil {
		return nil, err
	}
	r := &Run{id: lastRun.Add(1), plan: p, opts: o, journal: o.Journal, begun: time.Now(),
		stages: make([]stageState, len(p.Stages)), left: len(p.Stages) + 1, own: map[ownEnd]*os.File{},
		idle: make(chan struct{}), swept: make(chan struct{}), done: make(chan struct{})}
	for i := range r.stages {
		r.stages[i].result.Name = p.Stages[i].Name
	}
	r.answer = sync.NewCond(&r.mu)
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.late, r.tooLate = context.WithCancel(r.ctx)
	r.tty = newTerminal(o.Foreground, o.Suspend, r.stopAtOnce)
	o.Journal.Publish(Event{Kind: EventRun, Run: r.id})
	if r.guard, err = l.Begin(r.id, heard{r}); err != nil {
		r.cancel()
		return nil, err
	}
	go r.finish()
	s := newStarter(r)
	r.supervise(s)
	err = s.execute()
	// Errors of exec(2) come from the guard a moment later.
	r.awaitAnswers()
	if e := r.guard.Started(); err == nil {
		err = e
	}
	if err != nil {
		r.fail(err)
	}
	r.mu.Lock()
	err = r.failure
	r.mu.Unlock()
	if err != nil {
		return nil, r.undo(s)
	}
	r.watch(ctx)
	r.awaitReady()
	r.watchDeadlocks()
	r.release()
	return r, nil
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
		never := !r.stages[i].asked
		r.mu.Unlock()
		if never {
			r.ended(i, guard.ExitStatus{Code: 126})
		}
	}
	r.release()
	<-r.done
	return r.err
}

// Detach lets the run outlive the context that Start was given.
func (r *Run) Detach() { r.detach() }

// watch stops the run when ctx ends or its time is up.
func (r *Run) watch(ctx context.Context) {
	r.detach = context.AfterFunc(ctx, func() { r.Stop(WhyInterrupted) })
	context.AfterFunc(r.ctx, r.Detach)
	if r.plan.Timeout > 0 {
		r.mu.Lock()
		r.timers = append(r.timers, time.AfterFunc(r.plan.Timeout, func() { r.Stop(WhyTimeout) }))
		r.mu.Unlock()
	}
}

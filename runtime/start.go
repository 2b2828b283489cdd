package runtime

import (
	"context"
	"os"
	"time"

	"weir/runtime/guard"
	"weir/runtime/plan"
)

// Start executes the steps of a plan. If one fails, those before it are undone in reverse:
// the stages are stopped, the descriptors closed, the names removed. When ctx ends the run
// is stopped as by Stop(WhyInterrupted).
func Start(ctx context.Context, p *plan.Plan, o Options) (*Run, error) {
	l, err := guard.Connect()
	if err != nil {
		return nil, err
	}
	r := &Run{id: lastRun.Add(1), plan: p, opts: o, journal: o.Journal, begun: time.Now(),
		own: map[ownEnd]*os.File{}, swept: make(chan struct{}), done: make(chan struct{})}
	r.stageList.of(p)
	r.left = len(p.Stages) + 1
	for i := range r.stages {
		if p.Stages[i].Relay != nil {
			r.stages[i].work = p.Stages[i].Relay()
		}
	}
	r.watched = &watchedRun{Run: r}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.startCtx, r.cancelStart = context.WithCancel(r.ctx)
	r.tty = newTerminal(o, r.stopAtOnce)
	r.publishPlan()
	tellOutside(1)
	if r.guard, err = l.Begin(r.id, heard{r}); err != nil {
		tellOutside(-1)
		r.cancel()
		return nil, err
	}
	running.add(r)
	go r.finish()
	s := newStarter(r)
	s.supervise()
	err = s.execute()
	// The guard reports errors of exec(2) a moment later.
	r.awaitSpawns()
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
	s.awaitReady()
	r.watched.watchDeadlocks()
	r.countDown()
	return r, nil
}

// watch stops the run when ctx ends or its time is up.
func (r *Run) watch(ctx context.Context) {
	r.detach = context.AfterFunc(ctx, func() { r.Stop(WhyInterrupted) })
	context.AfterFunc(r.ctx, r.Detach)
	if r.plan.Timeout > 0 {
		r.mu.Lock()
		r.after(r.plan.Timeout, func() { r.Stop(WhyTimeout) })
		r.mu.Unlock()
	}
}

package runtime

import (
	"cmp"
	"sync"
	"syscall"

	"weir/runtime/plan"
	"weir/runtime/watch"
)

// stageList are the stages of a run, and how many of them the run still waits for.
type stageList struct {
	mu       sync.Mutex
	stages   []stage
	left     int           // stages that have not exited, and one while the run is being started
	spawning int           // spawns that the guard has not answered
	lost     error         // why the guard is gone, where weir has not ended it
	news     *sync.Cond    // on mu: the guard has answered a spawn, or a stage has exited
	idle     chan struct{} // closed when every stage has exited
}

// of takes the stages of a plan, of which none has started.
func (l *stageList) of(p *plan.Plan) {
	l.stages = make([]stage, len(p.Stages))
	l.news, l.idle = sync.NewCond(&l.mu), make(chan struct{})
	for i := range l.stages {
		l.stages[i].PlannedStage = &p.Stages[i]
		l.stages[i].result.Name = p.Stages[i].Name
	}
}

// claim notes that whoever starts the stage reports its exit.
func (l *stageList) claim(i int) {
	l.mu.Lock()
	l.stages[i].claimed = true
	l.mu.Unlock()
}

// spawnAsked claims a stage whose spawn is on its way to the guard.
func (l *stageList) spawnAsked(i int) {
	l.mu.Lock()
	l.stages[i].claimed = true
	l.spawning++
	l.mu.Unlock()
}

// spawnAnswered takes the guard's answer, or the error that keeps it from coming.
func (l *stageList) spawnAnswered(i int, err error) {
	l.mu.Lock()
	if err != nil {
		l.stages[i].claimed = false
	}
	if l.spawning > 0 {
		l.spawning--
	}
	l.news.Broadcast()
	l.mu.Unlock()
}

// awaitSpawns blocks until every spawn was answered, or the guard is gone.
func (l *stageList) awaitSpawns() {
	l.mu.Lock()
	for l.spawning > 0 && l.lost == nil {
		l.news.Wait()
	}
	l.mu.Unlock()
}

// awaitEnding blocks until the processes that are about to exit have done so, or the guard is gone.
func (l *stageList) awaitEnding() {
	l.mu.Lock()
	for i := range l.stages {
		for s := &l.stages[i]; s.isProcess() && l.lost == nil && watch.Ending(s.result.PID); {
			l.news.Wait()
		}
	}
	l.mu.Unlock()
}

// isReady notes that a stage is being started.
func (l *stageList) isReady(stage int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stages[stage].behind, l.stages[stage].lent = nil, nil
}

// Running lists the stages that have started and have not exited.
func (l *stageList) Running() []StageResult {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []StageResult
	for i := range l.stages {
		if s := &l.stages[i]; s.running && !s.exited && s.Relay == nil {
			list = append(list, s.result)
		}
	}
	return list
}

// lastProcess gives the last process of the run that has not exited, or 0.
func (l *stageList) lastProcess() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.stages) - 1; i >= 0; i-- {
		if s := &l.stages[i]; s.isProcess() {
			return s.result.PID
		}
	}
	return 0
}

// endThreads does to the stages that are threads what a signal does to processes: it reaches none alone.
func (l *stageList) endThreads(sig syscall.Signal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.stages {
		if s := &l.stages[i]; s.Thread != nil && s.running {
			s.end(sig)
		}
	}
}

// signalOf is what has ended a stage that was no process: the signal that its process would have got.
func (l *stageList) signalOf(stage int) syscall.Signal {
	l.mu.Lock()
	defer l.mu.Unlock()
	return cmp.Or(l.stages[stage].killed, syscall.SIGTERM)
}

// countDown drops one of what the run waits for.
func (l *stageList) countDown() {
	l.mu.Lock()
	l.left--
	last := l.left == 0
	l.mu.Unlock()
	if last {
		close(l.idle)
	}
}

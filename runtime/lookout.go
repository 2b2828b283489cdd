package runtime

import (
	"slices"
	"sync"
	"time"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/watch"
)

// lookEvery is the time between two looks: who stands still through two of them
// is told of well within two seconds.
const lookEvery = 300 * time.Millisecond

// lookShare keeps the looks at a very large run from taking more than this part
// of one processor.
const lookShare = 6

// plainShare is lookShare where no plan has a cycle: only what the stages make for
// themselves could have one.
const plainShare = 50

// watchedOutside is set in a process that is a stage of another's run, which looks at
// whatever it starts.
var watchedOutside bool

// WatchedOutside says that this process is a stage of a run of another process.
func WatchedOutside() { watchedOutside = true }

// lookout looks at all runs of this process, and at the insiders: one may lie across several runs.
var lookout struct {
	sync.Mutex
	runs  []*Run
	next  int           // the number of the next stage
	enter chan struct{} // closed when the last run has left

	telling sync.Mutex // held while runs are told of what was found
}

// watchDeadlocks has a run looked at until leaveLookout.
func (r *Run) watchDeadlocks() {
	if !watch.Supported || r.opts.Deadlock == DeadlockOff || watchedOutside && !r.watched() {
		return
	}
	r.lie = r.filesOf()
	lookout.Lock()
	defer lookout.Unlock()
	r.first, r.looked = lookout.next, true
	lookout.next += len(r.stages)
	lookout.runs = append(lookout.runs, r)
	if len(lookout.runs) == 1 {
		lookout.enter = make(chan struct{})
		go look(lookout.enter, r.guard.Guard())
	}
}

// watched reports whether the stages of a run, and this process, could wait for each
// other at what weir makes.
func (r *Run) watched() bool {
	return r.plan.CanDeadlock || r.opts.Leaves && slices.ContainsFunc(r.plan.Own, func(end plan.PlannedEnd) bool {
		return r.plan.Channels[end.Channel].Kind == ipc.KindPipe
	})
}

// leaveLookout ends what watchDeadlocks began. Afterwards the run is told of nothing.
func (r *Run) leaveLookout() {
	lookout.telling.Lock()
	defer lookout.telling.Unlock()
	r.unwatch()
}

func (r *Run) unwatch() {
	lookout.Lock()
	defer lookout.Unlock()
	if !r.looked {
		return
	}
	r.looked = false
	lookout.runs = slices.DeleteFunc(lookout.runs, func(o *Run) bool { return o == r })
	if len(lookout.runs) == 0 {
		close(lookout.enter)
	}
}

// look looks for deadlocks until all runs have left.
func look(left chan struct{}, inert int) {
	var s scene
	w := watch.Watcher{Source: func() watch.Scene { s = theScene(); return s.Scene }, Inert: inert}
	timer := time.NewTimer(lookEvery)
	defer timer.Stop()
	for {
		select {
		case <-left:
			return
		case <-timer.C:
		}
		begun := time.Now()
		if list, err := w.Look(); err == nil && len(list) > 0 {
			s.tell(list)
		}
		timer.Reset(max(lookEvery, s.share()*time.Since(begun)))
	}
}

func (s *scene) share() time.Duration {
	if slices.ContainsFunc(s.runs, func(r *Run) bool { return r.watched() }) {
		return lookShare
	}
	return plainShare
}

// scene is who was there at a look.
type scene struct {
	watch.Scene
	runs     []*Run
	insiders map[int]waiting // by their numbers among the stages
}

// waiting is an insider with the wait that was seen.
type waiting struct {
	*Insider
	number uint64
	at     string
}

func theScene() scene {
	lookout.Lock()
	s := scene{runs: slices.Clone(lookout.runs), insiders: map[int]waiting{}}
	lookout.Unlock()
	s.runs = slices.DeleteFunc(s.runs, func(r *Run) bool { return !s.add(r) })
	inside.Lock()
	list := slices.Clone(inside.list)
	inside.Unlock()
	for _, x := range list {
		s.addInsider(x, -1-int(x.party))
	}
	s.Run = func(stage int) int {
		r, _ := s.stage(stage)
		return r.first
	}
	return s
}

// add adds the stages of a run. While one of them is still to start, it might let
// the others go on: the run is not looked at.
func (s *scene) add(r *Run) bool {
	roots, relays, threads, ok := r.runningNow()
	if !ok {
		return false
	}
	s.Roots, s.Relays = append(s.Roots, roots...), append(s.Relays, relays...)
	for i, x := range threads {
		s.addInsider(x, r.first+i)
	}
	return true
}

func (s *scene) addInsider(x *Insider, stage int) {
	seen, at := x.seen(stage, s.running)
	s.Insiders = append(s.Insiders, seen)
	s.insiders[stage] = waiting{x, seen.Number, at}
}

// running gives the stages of a run that have not ended.
func (s *scene) running(r *Run) (stages []int, looked bool) {
	if !slices.Contains(s.runs, r) {
		return nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.stages {
		if !r.stages[i].exited {
			stages = append(stages, r.first+i)
		}
	}
	return stages, true
}

// stage finds a stage by its number.
func (s *scene) stage(number int) (*Run, *plan.PlannedStage) {
	for _, r := range s.runs {
		if i := number - r.first; i >= 0 && i < len(r.stages) {
			return r, &r.plan.Stages[i]
		}
	}
	return nil, nil
}

// nameOf names a stage, or an insider.
func (s *scene) nameOf(number int) string {
	if _, st := s.stage(number); st != nil {
		return st.Name
	}
	return script
}

// tell tells of each deadlock to the runs and the insiders that are in it.
func (s *scene) tell(list []watch.Blocked) {
	lookout.telling.Lock()
	defer lookout.telling.Unlock()
	groups := map[int][]watch.Blocked{}
	for _, b := range list {
		groups[b.Group] = append(groups[b.Group], b)
	}
	// What strangers may end is told of last: the runs may have been stopped by then.
	for _, named := range []bool{false, true} {
		for _, group := range groups {
			if slices.ContainsFunc(group, func(b watch.Blocked) bool { return b.Named }) == named {
				s.tellGroup(group)
			}
		}
	}
}

func (s *scene) tellGroup(group []watch.Blocked) {
	var runs []*Run
	var insiders []waiting
	for _, b := range group {
		if r, _ := s.stage(b.Stage); r == nil {
			insiders = append(insiders, s.insiders[b.Stage])
		} else if !slices.Contains(runs, r) {
			runs = append(runs, r)
		}
	}
	e := s.deadlock(runs, group)
	if len(e.Named) > 0 {
		tellOfStrangers(runs, e)
		return
	}
	stop := len(runs) == 0
	// The end of one lets stages of others go on, which is not what these ended by.
	runs = slices.DeleteFunc(runs, func(r *Run) bool { return !r.isIn(e) })
	for _, r := range runs {
		stop = r.deadlocked(e) || stop
	}
	for _, x := range insiders {
		if stop {
			x.breakOff(x.number, e)
		}
	}
}

// tellOfStrangers says, once for each run, that only strangers could let it go on.
func tellOfStrangers(runs []*Run, e *DeadlockError) {
	for _, r := range runs {
		if r.told || r.Stopped() {
			return
		}
	}
	for i, r := range runs {
		r.told = true
		r.journal.Publish(Event{Kind: EventDeadlock, Run: r.id, Text: e.Error()})
		if i == 0 && r.opts.Told != nil {
			r.opts.Told(e)
		}
	}
}

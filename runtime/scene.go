package runtime

import (
	"maps"
	"slices"

	"weir/runtime/guard"
	"weir/runtime/plan"
	"weir/runtime/watch"
)

// scene is who was there at a look.
type scene struct {
	watch.Scene
	runs     []*watchedRun
	insiders map[int]waiting // by their numbers among the stages
}

// waiting is an insider with the wait that was seen.
type waiting struct {
	*Insider
	number uint64
	at     string // what it waits at, and the name of that
	name   string
}

func theScene() scene {
	s := scene{Scene: watch.Scene{Inert: guard.Process()}, insiders: map[int]waiting{}}
	threads := map[int]*Insider{}
	looked, others := knownRuns()
	for _, r := range looked {
		if !s.add(r, threads) {
			others = append(others, r)
		}
	}
	for _, r := range others {
		s.Absent = append(s.Absent, slices.Collect(maps.Keys(r.objects)))
	}
	for stage, x := range threads {
		s.addInsider(x, stage)
	}
	for _, x := range insiders() {
		s.addInsider(x, -1-int(x.party))
	}
	s.Run = func(stage int) int {
		r, _ := s.stage(stage)
		return r.first
	}
	return s
}

// add adds the stages of a run, and its threads to those of all runs. While one of its
// stages may be started at any moment, it might let the others go on: the run is not looked at.
func (s *scene) add(r *watchedRun, all map[int]*Insider) bool {
	now, ok := r.runningNow()
	if !ok {
		return false
	}
	s.runs = append(s.runs, r)
	s.Roots, s.Relays = append(s.Roots, now.roots...), append(s.Relays, now.relays...)
	for i, x := range now.threads {
		all[r.first+i] = x
	}
	s.addLate(r, now.late)
	return true
}

// addLate adds the stages of a run that wait for others to be ready.
func (s *scene) addLate(r *watchedRun, list []watch.Late) {
	if len(list) == 0 {
		return
	}
	channels := r.channelsOf()
	for _, l := range list {
		for pipe, c := range channels {
			for _, end := range r.plan.Stages[l.Stage-r.first].Ends {
				if end.Channel == c {
					l.Holds = append(slices.Clip(l.Holds), watch.Side{Pipe: pipe, Writes: end.Mode.Writes()})
				}
			}
		}
		s.Late = append(s.Late, l)
	}
}

func (s *scene) addInsider(x *Insider, stage int) {
	seen, has := x.seen(stage, s.running)
	s.Insiders = append(s.Insiders, seen)
	s.insiders[stage] = waiting{x, seen.Number, has.At, has.Name}
}

// running gives the stages of a run that have not ended.
func (s *scene) running(r *Run) (stages []int, looked bool) {
	if !slices.Contains(s.runs, r.watched) {
		return nil, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.stages {
		if !r.stages[i].exited {
			stages = append(stages, r.watched.first+i)
		}
	}
	return stages, true
}

// stage finds a stage by its number.
func (s *scene) stage(number int) (*watchedRun, *plan.PlannedStage) {
	for _, r := range s.runs {
		if i := number - r.first; i >= 0 && i < len(r.stages) {
			return r, &r.plan.Stages[i]
		}
	}
	return nil, nil
}

// relays reports whether a stage is a relay.
func (s *scene) relays(number int) bool {
	_, st := s.stage(number)
	return st != nil && st.Relay != nil
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
	// What outsiders may end is told of last: the runs may have been stopped by then.
	for _, named := range []bool{false, true} {
		for _, group := range groups {
			if slices.ContainsFunc(group, func(b watch.Blocked) bool { return b.Named }) == named {
				s.tellGroup(group)
			}
		}
	}
}

func (s *scene) tellGroup(group []watch.Blocked) {
	var runs []*watchedRun
	var insiders []waiting
	for _, b := range group {
		if r, _ := s.stage(b.Stage); r == nil {
			insiders = append(insiders, s.insiders[b.Stage])
		} else if !slices.Contains(runs, r) {
			runs = append(runs, r)
		}
	}
	e := s.deadlock(runs, group)
	if s.goesOn(group) {
		return // and is looked at again
	}
	if len(e.Named) > 0 {
		if len(runs) > 0 {
			tellOfOutsiders(runs, e)
			return
		}
		for _, x := range insiders {
			x.tellOfOutsiders(x.number, e)
		}
		return
	}
	stop := len(runs) == 0
	// The end of one lets stages of others go on, which is not what these ended by.
	runs = slices.DeleteFunc(runs, func(r *watchedRun) bool { return !r.isIn(e) })
	stop = stop || slices.ContainsFunc(runs, func(r *watchedRun) bool { return r.opts.Deadlock == DeadlockStop })
	for _, x := range insiders {
		if stop {
			x.foresee(x.number, e)
		}
	}
	for _, r := range runs {
		r.deadlocked(e)
	}
	for _, x := range insiders {
		if stop {
			x.breakOff(x.number, e)
		}
	}
}

// goesOn reports whether a party of this process has ended its wait since it was looked at: the kernel itself
// may let it go on, as TCP's window grows. Who is stopped then ends a wait of which nothing is known.
func (s *scene) goesOn(group []watch.Blocked) bool {
	return slices.ContainsFunc(group, func(b watch.Blocked) bool {
		x, inside := s.insiders[b.Stage]
		return inside && !x.waitsSince(x.number)
	})
}

// tellOfOutsiders says, once for each run, that only outsiders could let it go on.
func tellOfOutsiders(runs []*watchedRun, e *DeadlockError) {
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

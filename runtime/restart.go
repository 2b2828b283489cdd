package runtime

import (
	"time"

	"weir/runtime/guard"
	"weir/runtime/plan"
)

// maxBackoff is where doubling ends.
const maxBackoff = time.Minute

// restart decides whether a stage that has exited is started again, and when. One
// that weir stopped is not.
func (r *Run) restart(i int, status guard.ExitStatus) bool {
	s := &r.stages[i]
	policy := s.Restart
	if policy == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.exited || !s.running || s.why != "" || r.stopped != "" || r.failure != nil || r.ending || r.ctx.Err() != nil {
		return false
	}
	if !s.failed(r.plan, status) && !policy.Always {
		return false
	}
	now := time.Now()
	if policy.Max > 0 {
		recent := s.restarts[:0]
		for _, at := range s.restarts {
			if policy.Within == 0 || now.Sub(at) < policy.Within {
				recent = append(recent, at)
			}
		}
		s.restarts = recent
		if len(recent) >= policy.Max {
			s.result.GaveUp = true
			return false
		}
	}
	s.restarts = append(s.restarts, now)
	s.running, s.status = false, status
	wait := policy.Backoff
	for range min(s.result.Restarts, 30) {
		wait = min(2*wait, maxBackoff)
	}
	s.result.Restarts++
	s.resting = time.AfterFunc(wait, func() { r.starter.respawn(i) })
	r.journal.Publish(s.exitEvent(r.id, status))
	r.journal.Publish(Event{Kind: EventRestart, Run: r.id, Stage: s.Name, Text: status.String()})
	return true
}

// endResting ends the stages that wait to be started again: the run is being stopped.
func (r *Run) endResting() {
	for i := range r.stages {
		r.mu.Lock()
		s := &r.stages[i]
		rests := s.resting != nil && s.resting.Stop()
		if rests {
			s.resting = nil
		}
		r.mu.Unlock()
		if rests {
			r.stageExited(i, s.status)
		}
	}
}

// keep has the descriptors of a stage stay open until closeKept, so that it can be started
// again.
func (s *starter) keep(i int, req *guard.Spawn) {
	if s.requests == nil {
		s.requests = map[int]*guard.Spawn{}
	}
	s.requests[i] = req
	for k := range s.plan.Stages[i].Ends {
		if o, err := s.find(i, &s.plan.Stages[i].Ends[k]); err == nil {
			o.kept++
		}
	}
}

// respawn starts a stage again, with the descriptors that it had.
func (s *starter) respawn(i int) {
	r := s.run
	r.mu.Lock()
	st := &r.stages[i]
	rests := st.resting != nil && !st.exited
	st.resting = nil
	stopped := r.stopped != "" || r.ending
	r.mu.Unlock()
	switch {
	case !rests:
		return
	case stopped:
		r.stageExited(i, st.status)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r.spawnAsked(i)
	err := s.batch.Spawn(s.requests[i])
	if err == nil {
		err = s.batch.Flush()
	}
	if err != nil {
		r.spawnAnswered(i, err)
		go r.stageExited(i, guard.ExitStatus{Code: 126})
	}
}

// closeKept closes what was kept for a stage that has exited for good. Its neighbours see
// the end now.
func (s *starter) closeKept(i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, kept := s.requests[i]; !kept {
		return
	}
	delete(s.requests, i)
	for _, end := range s.plan.Stages[i].Ends {
		for _, of := range []int{i, plan.Everyone} {
			key := end.Side(of)
			if o := s.sides[key]; o != nil {
				o.kept--
				_ = s.drop(key, o)
				break
			}
		}
	}
	s.closeRest()
	_ = s.batch.Flush()
}

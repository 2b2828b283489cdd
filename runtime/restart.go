package runtime

import (
	"syscall"
	"time"

	"weir/runtime/guard"
	"weir/runtime/plan"
)

// maxBackoff is where doubling ends.
const maxBackoff = time.Minute

// again decides whether a stage that has ended is started again, and when. One
// that weir stopped is not.
func (r *Run) again(i int, status guard.ExitStatus) bool {
	st := &r.plan.Stages[i]
	policy := st.Restart
	if policy == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.stages[i]
	if s.ended || !s.running || s.why != "" || r.stopped != "" || r.failure != nil || r.ending || r.ctx.Err() != nil {
		return false
	}
	if !r.failed(i, status) && !policy.Always {
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
	s.resting = time.AfterFunc(wait, func() { r.respawn(i) })
	e := r.exitEvent(i, status)
	r.journal.Publish(e)
	r.journal.Publish(Event{Kind: EventRestart, Run: r.id, Stage: st.Name, Text: status.String()})
	return true
}

// respawn starts a stage again, with the descriptors that it had.
func (r *Run) respawn(i int) {
	r.mu.Lock()
	s := &r.stages[i]
	rests := s.resting != nil && !s.ended
	s.resting = nil
	stopped := r.stopped != "" || r.ending
	r.mu.Unlock()
	switch {
	case !rests:
	case stopped:
		r.ended(i, s.status)
	default:
		r.starter.respawn(i)
	}
}

// wake ends the stages that wait to be started again: the run is being stopped.
func (r *Run) wake() {
	for i := range r.stages {
		r.mu.Lock()
		s := &r.stages[i]
		rests := s.resting != nil && s.resting.Stop()
		if rests {
			s.resting = nil
		}
		r.mu.Unlock()
		if rests {
			r.ended(i, s.status)
		}
	}
}

// ends tells whether a signal to the whole run means that it is to end.
func ends(sig syscall.Signal) bool {
	switch sig {
	case syscall.SIGTERM, syscall.SIGKILL, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT:
		return true
	}
	return false
}

// keep has the descriptors of a stage stay open until letGo: it may be started
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

func (s *starter) respawn(i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.run.ask(i)
	err := s.batch.Spawn(s.requests[i])
	if err == nil {
		err = s.batch.Flush()
	}
	if err != nil {
		s.run.answered(i, err)
		go s.run.ended(i, guard.ExitStatus{Code: 126})
	}
}

// letGo closes what was kept for a stage that has ended for good: its neighbours
// see it now.
func (s *starter) letGo(i int) {
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

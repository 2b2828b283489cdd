package runtime

import (
	"cmp"
	"slices"
	"time"
)

// StageState is what a snapshot knows of one stage.
type StageState struct {
	Run     uint64
	Stage   string
	PID     int
	Since   time.Time // of its spawn
	Running bool
	Code    int       // of an exit without a signal
	Signal  string    // that ended it
	Ended   time.Time // zero while it runs
}

// snapshot is the state that a journal's events add up to: the stages of every
// run that has not ended, in the order of their spawns.
type snapshot struct {
	runs map[uint64]*runState
}

type runState struct {
	stages []StageState
	index  map[string]int
}

// update brings the state up to e. If e changes nothing it costs one look into a map.
func (s *snapshot) update(e *Event) {
	switch e.Kind {
	case EventSpawn:
		r := s.runs[e.Run]
		if r == nil {
			r = &runState{index: map[string]int{}}
			if s.runs == nil {
				s.runs = map[uint64]*runState{}
			}
			s.runs[e.Run] = r
		}
		state := StageState{Run: e.Run, Stage: e.Stage, PID: e.PID, Since: e.Time, Running: true}
		if i, again := r.index[e.Stage]; again {
			r.stages[i] = state
			return
		}
		r.index[e.Stage] = len(r.stages)
		r.stages = append(r.stages, state)
	case EventExit:
		r := s.runs[e.Run]
		if r == nil {
			return
		}
		if i, known := r.index[e.Stage]; known {
			st := &r.stages[i]
			st.Running, st.Code, st.Signal, st.Ended = false, e.Code, e.Signal, e.Time
		}
	case EventEnd:
		delete(s.runs, e.Run)
	}
}

// Snapshot gives the stages of every run that has not ended, those that exited
// included, and a cursor at the first event after that moment.
func (j *Journal) Snapshot() ([]StageState, *Cursor) {
	if j == nil {
		return nil, &Cursor{}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	var list []StageState
	for _, r := range j.state.runs {
		list = append(list, r.stages...)
	}
	slices.SortStableFunc(list, func(a, b StageState) int { return cmp.Compare(a.Run, b.Run) })
	return list, &Cursor{journal: j, next: j.next}
}

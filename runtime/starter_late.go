package runtime

import (
	"context"
	"errors"
	"slices"
	"syscall"

	"weir/runtime/guard"
	"weir/runtime/plan"
)

// startLate does the postponed steps of a stage. open(2) of a FIFO blocks until its other
// side is open.
func (s *starter) startLate(stage int, steps []*plan.Step) {
	var err error
	if !s.waitReady(stage) {
		err = context.Canceled
	}
	s.run.isReady(stage)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, step := range steps {
		if err == nil || step.Op == plan.OpClose {
			err = errors.Join(err, s.do(step))
		}
	}
	for key, o := range s.sides {
		if key.Stage == stage {
			o.done, o.later = true, 0
		} else if key.Stage == plan.Everyone && o.later > 0 && s.attached(stage, key) {
			o.later--
		}
		_ = s.drop(key, o)
	}
	delete(s.postponed, stage)
	s.closeRest()
	if err = errors.Join(err, s.batch.Flush()); err == nil {
		return
	}
	switch {
	case s.run.startCtx.Err() == nil:
		s.run.fail(err)
	case s.run.ctx.Err() == nil: // by the Ctrl-C that ended the others
		s.run.stageExited(stage, guard.ExitStatus{Signal: syscall.SIGINT})
		return
	}
	s.run.stageExited(stage, guard.ExitStatus{Code: 126})
}

// noteBehind notes of a stage that waits for nothing but others to be ready which those are, and what
// is kept open for it.
func (s *starter) noteBehind(stage int, steps []*plan.Step) {
	if slices.ContainsFunc(steps, func(step *plan.Step) bool { return step.Op == plan.OpOpen && step.OutsidePeer }) {
		return
	}
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	st := &s.run.stages[stage]
	st.behind = s.waits[stage]
	for key, o := range s.sides {
		if o.file != nil && !o.own && o.later > 0 && (key.Stage == stage ||
			key.Stage == plan.Everyone && s.attached(stage, key)) {
			st.lent = append(st.lent, o.file)
		}
	}
}

func (s *starter) attached(stage int, key plan.Side) bool {
	for _, end := range s.plan.Stages[stage].Ends {
		if end.Channel == key.Channel && end.Mode.Writes() == key.Writes {
			return true
		}
	}
	return false
}

// neededLater reports whether a stage that has not started yet has an end of a channel.
func (s *starter) neededLater(channel int) bool {
	for stage := range s.postponed {
		if s.attached(stage, plan.Side{Channel: channel}) || s.attached(stage, plan.Side{Channel: channel, Writes: true}) {
			return true
		}
	}
	return false
}

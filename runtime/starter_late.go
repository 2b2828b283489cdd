package runtime

import (
	"cmp"
	"context"
	"slices"

	"weir/runtime/guard"
	"weir/runtime/plan"
)

// startLate does the postponed steps of a stage. open(2) of a FIFO blocks until its other
// side is open. The stage is not started after ctx has ended.
func (s *starter) startLate(ctx context.Context, stage int, steps []*plan.Step) {
	err := s.waitConnected(ctx, stage)
	if err == nil {
		err = s.waitReady(ctx, stage)
	}
	s.run.isReady(stage)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, step := range steps {
		if err == nil || step.Op == plan.OpClose {
			err = cmp.Or(err, s.do(ctx, step))
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
	err = cmp.Or(err, s.batch.Flush())
	switch {
	case err == nil:
		return
	case ctx.Err() == nil:
		s.run.fail(err)
		fallthrough
	case s.run.failed():
		s.run.stageExited(stage, guard.ExitStatus{Code: 126})
	default:
		s.run.stageExited(stage, guard.ExitStatus{Signal: s.run.signalOf(stage)})
	}
}

// waitsToStart gives what ends the wait of a stage for its start.
func (s *starter) waitsToStart(stage int) context.Context {
	r := s.run
	r.mu.Lock()
	defer r.mu.Unlock()
	ctx, cancel := context.WithCancel(r.startCtx)
	r.stages[stage].cancel = cancel
	return ctx
}

// noteBehind notes of a stage that waits for nothing but others to be ready which those are, and what
// is kept open for it.
func (s *starter) noteBehind(stage int, steps []*plan.Step) {
	if slices.ContainsFunc(steps, func(step *plan.Step) bool { return step.Op == plan.OpOpen && step.OutsidePeer }) ||
		len(s.arrivalsOf(stage)) > 0 {
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

package runtime

import (
	"context"
	"os"

	"weir/ipc"
	"weir/runtime/plan"
)

// arrival is a connection that stages of the run wait for.
type arrival struct {
	done chan struct{} // closed when it has come, or will not come any more
	err  error         // which of these; it is set before done is closed
}

func arrivals(p *plan.Plan) map[int]*arrival {
	var list map[int]*arrival
	for i := range p.Channels {
		if p.Channels[i].Connect == nil {
			continue
		}
		if list == nil {
			list = map[int]*arrival{}
		}
		list[i] = &arrival{done: make(chan struct{})}
	}
	return list
}

// arrivalsOf are the connections that a stage has.
func (s *starter) arrivalsOf(stage int) (list []*arrival) {
	for channel, a := range s.comes {
		if s.attached(stage, plan.Side{Channel: channel}) || s.attached(stage, plan.Side{Channel: channel, Writes: true}) {
			list = append(list, a)
		}
	}
	return list
}

// startsLate reports whether a stage waits for others to be ready, or for a connection.
func (s *starter) startsLate(stage int) bool {
	return len(s.waits[stage]) > 0 || len(s.arrivalsOf(stage)) > 0
}

// expect counts the stages that are to start later and need a side.
func (s *starter) expect(o *openSide, key plan.Side) {
	if len(s.waits)+len(s.comes) == 0 {
		return
	}
	for stage := range s.plan.Stages {
		if s.startsLate(stage) && s.attached(stage, key) {
			o.later++
		}
	}
}

// connect has a connection made. Both of its sides are one descriptor, which the stages that still wait
// get.
func (s *starter) connect(channel int, a *arrival) {
	defer close(a.done)
	var f *os.File
	if f, a.err = s.plan.Channels[channel].Connect(s.run.startCtx); a.err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	both := &openSide{file: f, done: true}
	for _, mode := range []ipc.Mode{ipc.Read, ipc.Write} {
		key := plan.Side{Channel: channel, Writes: mode.Writes(), Stage: plan.Everyone}
		s.sides[key] = both
		for stage := range s.postponed {
			if s.attached(stage, key) {
				both.later++
			}
		}
	}
	s.closeRest()
	_ = s.batch.Flush()
}

// waitConnected blocks until the connections of a stage have come, or ctx ends.
func (s *starter) waitConnected(ctx context.Context, stage int) error {
	for _, a := range s.arrivalsOf(stage) {
		select {
		case <-a.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if a.err != nil {
			return a.err
		}
	}
	return nil
}

package runtime

import (
	"bufio"
	"fmt"
	"io"
	"time"

	"weir/runtime/plan"
)

// readiness is what the stages behind one stage wait for.
type readiness struct {
	ready chan struct{} // closed when it is ready
	done  chan struct{} // closed when it has exited
}

// endsSoon is how long a stage may take to exit after the end of its output.
const endsSoon = 100 * time.Millisecond

// supervise prepares the run for stages that are started later, or again.
func (s *starter) supervise() {
	r := s.run
	for i := range r.plan.Stages {
		st := &r.plan.Stages[i]
		if st.Restart != nil {
			r.starter = s
		}
		if st.Ready != nil {
			if r.ready == nil {
				r.ready = map[int]readiness{}
			}
			r.ready[i] = readiness{make(chan struct{}), make(chan struct{})}
		}
	}
}

// awaitReady watches the stages that report when they are ready.
func (s *starter) awaitReady() {
	r := s.run
	for i := range r.plan.Stages {
		st := &r.plan.Stages[i]
		if st.Ready == nil {
			continue
		}
		r.mu.Lock()
		f := r.own[ownEnd{st.Ready.Channel, false}]
		delete(r.own, ownEnd{st.Ready.Channel, false})
		r.mu.Unlock()
		state := r.ready[i]
		go func() {
			defer f.Close()
			stop := make(chan struct{})
			go func() {
				select {
				case <-r.ctx.Done():
					f.Close()
				case <-stop:
				}
			}()
			in := bufio.NewReader(f)
			_, err := in.ReadSlice('\n')
			if err == nil || err == bufio.ErrBufferFull {
				r.journal.Publish(Event{Kind: EventReady, Run: r.id, Stage: st.Name})
				close(state.ready)
				_, _ = io.Copy(io.Discard, in) // what else it writes there
			} else if s.stillWaits(state) {
				r.fail(neverReady(st))
			}
			close(stop)
		}()
	}
}

// stillWaits reports whether stages still wait for one whose output has ended. After a
// Ctrl-C none does.
func (s *starter) stillWaits(state readiness) bool {
	select {
	case <-state.done:
	case <-s.run.startCtx.Done():
	case <-time.After(endsSoon):
	}
	return s.run.startCtx.Err() == nil
}

func neverReady(st *plan.PlannedStage) error {
	e := &plan.Error{Stage: st.Name, Origin: st.Origin, Word: "ready",
		Message: st.Name + " ended, and no line of its output said that it was ready"}
	if st.Ready.FD > 0 {
		e.Message = fmt.Sprintf("%s ended, or closed descriptor %d, before it was ready", st.Name, st.Ready.FD)
		e.Hint = fmt.Sprintf("it tells that it is ready by a line on descriptor %d", st.Ready.FD)
	}
	return e
}

// expect counts the stages that are to start later and need a side.
func (s *starter) expect(o *openSide, key plan.Side) {
	for stage := range s.waits {
		if s.attached(stage, key) {
			o.later++
		}
	}
}

// waitReady blocks until the stages that a stage waits for are ready. It gives false if the
// stage is not to start any more.
func (s *starter) waitReady(stage int) bool {
	for _, i := range s.waits[stage] {
		select {
		case <-s.run.ready[i].ready:
		case <-s.run.startCtx.Done():
			return false
		}
	}
	return true
}

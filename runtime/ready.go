package runtime

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"weir/runtime/plan"
)

// readiness is what the stages behind one stage wait for.
type readiness struct {
	ready chan struct{} // closed when it is ready
	done  chan struct{} // closed when it has exited
	told  *sync.Once    // that others wait for it
}

// readyAfter is how long a stage is waited for without a notice.
const readyAfter = 5 * time.Second

// NotReadyError says that a stage keeps others waiting. It is a notice: the stage may still become ready.
type NotReadyError struct {
	Stage, Behind string
	FD            int // at which it would say so; 0 is its output
}

func (e *NotReadyError) Error() string {
	where := "of its output"
	if e.FD > 0 {
		where = fmt.Sprintf("on its descriptor %d", e.FD)
	}
	return fmt.Sprintf("%s is not ready, and %s is not started before: no line %s has said so yet",
		e.Stage, e.Behind, where)
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
			r.ready[i] = readiness{make(chan struct{}), make(chan struct{}), &sync.Once{}}
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

// waitReady blocks until the stages that a stage waits for are ready, or ctx ends.
func (s *starter) waitReady(ctx context.Context, stage int) error {
	for _, i := range s.waits[stage] {
		late := time.AfterFunc(readyAfter, func() { s.noticeNotReady(i, stage) })
		select {
		case <-s.run.ready[i].ready:
			late.Stop()
		case <-ctx.Done():
			late.Stop()
			return ctx.Err()
		}
	}
	return nil
}

// noticeNotReady has the caller told, once for each stage, that it keeps another one waiting.
func (s *starter) noticeNotReady(i, behind int) {
	r := s.run
	if r.opts.Lonely == nil || r.opts.Deadlock == DeadlockOff || r.startCtx.Err() != nil {
		return
	}
	r.ready[i].told.Do(func() {
		st := &r.plan.Stages[i]
		r.opts.Lonely(&NotReadyError{st.Name, r.plan.Stages[behind].Name, st.Ready.FD})
	})
}

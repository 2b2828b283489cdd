package runtime

import (
	"context"
	"errors"
	"os"
	goruntime "runtime"
	"slices"
	"strings"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/runtime/scarce"
	"weir/runtime/watch"
)

// spawnThread runs a stage on an OS thread of this process, with descriptors of its own.
func (s *starter) spawnThread(i int, st *plan.PlannedStage) error {
	r, own := s.run, make(map[int]*os.File, len(st.Ends))
	for k := range st.Ends {
		o, err := s.find(i, &st.Ends[k])
		if err == nil {
			own[st.Ends[k].FD], err = o.forThread(solePipeEnd(r.plan, &st.Ends[k]))
		}
		if err != nil {
			for _, f := range own {
				f.Close()
			}
			return err
		}
	}
	r.claim(i)
	ends := r.watched.watchedEnds(i, own)
	r.mu.Lock()
	state := &r.stages[i]
	state.relay.Ends = ends
	state.insider = newInsider()
	state.running, state.result.PID = true, os.Getpid()
	if st.Timeout > 0 {
		r.after(st.Timeout, func() { r.stopStage(i, 0) })
	}
	ctx, cancel := context.WithCancel(r.ctx)
	state.cancel = cancel
	r.mu.Unlock()
	begun := make(chan struct{})
	if r.journal != nil { // else nobody asks for the order of events
		defer func() { <-begun }()
	}
	go func() {
		// The thread is the stage's alone, and ends with it where it may.
		goruntime.LockOSThread()
		defer leaveThread()
		tid := watch.Thread()
		r.mu.Lock()
		state.relay.TID = tid
		r.mu.Unlock()
		r.journal.Publish(Event{Kind: EventSpawn, Run: r.id, Stage: st.Name, PID: os.Getpid(), TID: tid, Text: st.InsideAs()})
		close(begun)
		code := 0
		if st.Relay == nil {
			code = st.Thread(context.WithValue(ctx, insiderKey{}, state.insider), own)
		} else if err := state.work.Move(ctx, own, func(f *relay.Fault) { r.outputLost(st, f) }); err != nil &&
			ctx.Err() == nil {
			r.relayFailed(st, err)
		}
		status := threadUsage()
		status.Code = code
		if st.Relay == nil && ctx.Err() != nil {
			status.Signal = r.signalOf(i)
		}
		cancel()
		r.stageExited(i, status)
	}()
	return nil
}

// relayFailed takes the error of a relay. It stops the run, unless only outputs failed: then
// the others go on to their end, as behind tee(1).
func (r *Run) relayFailed(st *plan.PlannedStage, err error) {
	e := relayError(r.plan, st, err)
	var outputs relay.OutputError
	if errors.As(err, &outputs) {
		r.unwrittenBy(e)
		return
	}
	r.fail(e)
}

func relayError(p *plan.Plan, st *plan.PlannedStage, err error) *plan.Error {
	return &plan.Error{Stage: st.Name, Origin: st.Origin, Word: st.Text, Message: relayFault(p, st, err),
		Hint: scarce.Way(err), Err: err}
}

// relayFault is the message of a relay's error. It names the channels at which a call
// failed.
func relayFault(p *plan.Plan, st *plan.PlannedStage, err error) string {
	var outputs relay.OutputError
	var fault *relay.Fault
	switch {
	case errors.As(err, &outputs):
	case errors.As(err, &fault):
		outputs = relay.OutputError{fault}
	default:
		return err.Error()
	}
	var list []string
	for _, f := range outputs {
		message := f.Error()
		for i := range st.Ends {
			if end := &st.Ends[i]; end.FD == f.FD {
				message = f.Call + " " + objectName(&p.Channels[end.Channel]) + ": " + f.Err.Error()
			}
		}
		list = append(list, message)
	}
	return strings.Join(slices.Compact(list), "; ")
}

// objectName is what an error calls a channel.
func objectName(c *plan.PlannedChannel) string {
	switch {
	case c.Kind == ipc.KindStandard:
		return [...]string{"standard input", "standard output", "standard error"}[c.FD]
	case c.Path != "":
		return c.Path
	}
	return c.Name
}

// solePipeEnd reports whether nobody else has this side of this pipe. Each stage opens a
// FIFO for itself: opened once more, after its writers have left, it would show no end.
func solePipeEnd(p *plan.Plan, end *plan.PlannedEnd) bool {
	switch p.Channels[end.Channel].Kind {
	case ipc.KindFIFO:
		return true
	case ipc.KindPipe:
	default:
		return false
	}
	n := 0
	for _, e := range p.Topology.Ends {
		if e.Channel == p.Channels[end.Channel].Name && e.Mode.Writes() == end.Mode.Writes() {
			n++
		}
	}
	return n == 1
}

package runtime

import (
	"context"
	"errors"
	"os"
	goruntime "runtime"
	"syscall"
	"time"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/runtime/scarce"
	"weir/runtime/watch"
)

// startThread runs a stage on an OS thread of this process, with descriptors
// of its own.
func (r *Run) startThread(i int, st *plan.PlannedStage, files []*os.File) error {
	own := make(map[int]*os.File, len(files))
	for k, f := range files {
		end := &st.Ends[k]
		dup, err := threadFile(f, solePipeEnd(r.plan, end))
		if err != nil {
			for _, f := range own {
				f.Close()
			}
			return err
		}
		own[end.FD] = dup
	}
	r.adopt(i)
	ends := r.watchedEnds(st, own)
	r.mu.Lock()
	s := &r.stages[i]
	s.relay.Ends = ends
	x := newInsider()
	s.running, s.result.PID, s.insider = true, os.Getpid(), x
	if st.Timeout > 0 {
		r.timers = append(r.timers, time.AfterFunc(st.Timeout, func() { r.stopThread(i) }))
	}
	ctx, cancel := context.WithCancel(r.ctx)
	s.cancel = cancel
	r.mu.Unlock()
	r.journal.Publish(Event{Kind: EventSpawn, Run: r.id, Stage: st.Name, PID: os.Getpid(), Text: st.InsideAs()})
	go func() {
		// The thread is the stage's alone, and ends with it.
		goruntime.LockOSThread()
		r.mu.Lock()
		s.relay.TID = watch.Thread()
		r.mu.Unlock()
		code := 0
		if st.Relay == nil {
			code = st.Thread(context.WithValue(ctx, insiderKey{}, x), own)
		} else if err := st.Relay(ctx, own); err != nil && ctx.Err() == nil {
			r.fail(&plan.Error{Stage: st.Name, Origin: st.Origin, Word: st.Text, Message: relayFault(r.plan, st, err), Hint: scarce.Way(err), Err: err})
		}
		status := threadUsage()
		status.Code = code
		if st.Relay == nil && ctx.Err() != nil && r.late.Err() != nil && r.ctx.Err() == nil {
			status.Signal = syscall.SIGINT // by the Ctrl-C that ended the others
		}
		cancel()
		r.ended(i, status)
	}()
	return nil
}

// relayFault is the message of a relay's error. It names the channel at which a call
// failed.
func relayFault(p *plan.Plan, st *plan.PlannedStage, err error) string {
	var fault *relay.Fault
	if !errors.As(err, &fault) {
		return err.Error()
	}
	for i := range st.Ends {
		if end := &st.Ends[i]; end.FD == fault.FD {
			return fault.Call + " " + objectName(&p.Channels[end.Channel]) + ": " + fault.Err.Error()
		}
	}
	return err.Error()
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

// stopThread ends a thread whose own time is up.
func (r *Run) stopThread(i int) {
	r.mu.Lock()
	s := &r.stages[i]
	ended := s.ended
	if !ended {
		s.why = WhyTimeout
	}
	r.mu.Unlock()
	if !ended {
		r.journal.Publish(Event{Kind: EventStop, Run: r.id, Stage: r.plan.Stages[i].Name, Text: WhyTimeout})
		s.cancel()
	}
}

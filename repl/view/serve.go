package view

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"weir/runtime"
	"weir/runtime/sample"
	"weir/runtime/signals"
)

// Server answers the views of this process. The zero value has no script's name.
type Server struct {
	Script  string
	Version string
	Since   time.Time
}

// snapshot is what a view is told first.
func (s *Server) snapshot() *Snapshot {
	out := &Snapshot{PID: os.Getpid(), Version: s.Version, Script: s.Script, Since: s.Since, Runs: []Run{}}
	for _, r := range runtime.Runs() {
		st := r.Status()
		run := Run{Run: r.ID(), Since: st.Begun}
		for i := range st.Stages {
			run.Stages = append(run.Stages, Stage{Stage: st.Plan.Stages[i].Name, PID: st.Stages[i].PID,
				Relay: st.Plan.Stages[i].Relay != nil, Ended: st.Stages[i].Exited})
		}
		out.Runs = append(out.Runs, run)
	}
	return out
}

// Serve answers one view until it leaves, or ctx ends. Nothing is looked at before the view
// asks for frames.
func (s *Server) Serve(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if c, ok := conn.(*net.UnixConn); ok {
		_ = c.SetWriteBuffer(inFlight)
	}
	lines := &lines{to: json.NewEncoder(conn)}
	if lines.write(Line{Snapshot: s.snapshot()}) != nil {
		return
	}
	v := &viewer{lines: lines, feed: sample.NewFeed()}
	var sends sync.WaitGroup
	var started atomic.Bool
	defer context.AfterFunc(ctx, func() { // the last frames go out, if the view takes them
		_ = conn.SetWriteDeadline(time.Now().Add(lastFrames))
		if started.Load() {
			_ = conn.SetReadDeadline(time.Now())
		} else { // the run was over before the view could ask for frames
			_ = conn.SetReadDeadline(time.Now().Add(lastFrames))
		}
	})()
	in := bufio.NewScanner(conn)
	for in.Scan() {
		var q Request
		if json.Unmarshal(in.Bytes(), &q) != nil {
			break
		}
		if q.Do == Watch && started.CompareAndSwap(false, true) {
			go v.feed.Run(ctx, v.choose)
			sends.Go(v.send)
			sends.Go(func() { v.tellScript(ctx) })
		}
		v.answer(q)
		if ctx.Err() != nil && started.Load() {
			break
		}
	}
	cancel()
	sends.Wait()
}

// inFlight is about how many bytes a slow view has not read yet. Frames that are older than
// these are skipped, so that what it then shows is not of long ago.
const inFlight = 8 << 10

// lastFrames is how long a view has to take the last frames, before a process ends without it.
const lastFrames = 200 * time.Millisecond

// viewer is one view as the server sees it.
type viewer struct {
	*lines
	feed *sample.Feed
	run  atomic.Uint64 // that the view wants to see; 0 is the newest
}

// choose gives the run that is shown.
func (v *viewer) choose() *runtime.Run {
	list := runtime.Runs()
	want := v.run.Load()
	for i := len(list) - 1; i >= 0; i-- {
		if want == 0 || list[i].ID() == want {
			return list[i]
		}
	}
	if r := runtime.Newest(); r != nil && (want == 0 || r.ID() == want) {
		return r
	}
	return nil
}

// send writes each frame that the view has time for.
func (v *viewer) send() {
	for {
		frame := v.feed.Next()
		if frame == nil || v.write(Line{Frame: frame}) != nil {
			return
		}
	}
}

// answer does what a view asks for.
func (v *viewer) answer(q Request) {
	a := &Answer{Do: q.Do}
	switch q.Do {
	case Watch:
		v.run.Store(q.Run)
		return
	case Peek:
		v.feed.Peek(q.Channel)
		return
	case Signal:
		if err := v.signal(q); err != nil {
			a.Error = err.Error()
		}
	default:
		a.Error = "there is no " + q.Do
	}
	_ = v.write(Line{Answer: a})
}

// signal sends a signal to a run, or to one of its stages.
func (v *viewer) signal(q Request) error {
	number, ok := signals.Known()[q.Signal]
	if !ok {
		return errors.New("there is no signal " + q.Signal)
	}
	for _, r := range runtime.Runs() {
		if r.ID() != q.Run {
			continue
		}
		if q.Stage != "" {
			return r.KillStage(q.Stage, number)
		}
		return r.Kill(number)
	}
	return errors.New("the run has ended")
}

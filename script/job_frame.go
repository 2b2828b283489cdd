package script

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/runtime/sample"
	"weir/script/problem"
)

// sampled is a job that is looked at while somebody asks for frames.
type sampled struct {
	mu   sync.Mutex
	feed *sample.Feed
	idle *time.Timer
}

// unasked is how long nobody asks for a frame before the looks end.
const unasked = 2 * time.Second

// next gives the newest frame, and waits for one if there is none.
func (w *sampled) next(run *runtime.Run) *sample.Frame {
	for !run.Ended() {
		if f := w.begin(run).Next(); f != nil {
			return f
		}
	}
	s := sample.New(run)
	defer s.Close()
	return s.Last()
}

// begin has the job looked at.
func (w *sampled) begin(run *runtime.Run) *sample.Feed {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.feed != nil {
		w.idle.Reset(unasked)
		return w.feed
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.feed = sample.NewFeed()
	w.idle = time.AfterFunc(unasked, func() {
		w.mu.Lock()
		w.feed = nil
		w.mu.Unlock()
		cancel()
	})
	go w.feed.Run(ctx, func() *runtime.Run { return run })
	return w.feed
}

// frameOf gives the newest frame of a job.
func frameOf(L *lua.LState, method string) *sample.Frame {
	j := checkJob(L, method)
	return j.sampled.next(j.run)
}

// jobFrame is job:frame().
func jobFrame(L *lua.LState) int {
	t := asTable(L, frameOf(L, "frame"))
	j := checkJob(L, "frame")
	t.(*lua.LTable).RawSetString("meters", j.lo.relays.metersTable(L, j.run))
	L.Push(t)
	return 1
}

// jobStat is job:stat(channel or meter).
func jobStat(L *lua.LState) int {
	checkJob(L, "stat")
	name := L.CheckString(2)
	f := frameOf(L, "stat")
	for i := range f.Channels {
		if f.Channels[i].Channel == name {
			L.Push(asTable(L, &f.Channels[i]))
			return 1
		}
	}
	j := checkJob(L, "stat")
	if slices.Contains(j.lo.relays.meters, name) {
		L.Push(j.lo.relays.metersTable(L, j.run).RawGetString(name))
		return 1
	}
	noChannel(L, "stat", name, f)
	return 0
}

// noChannel raises that a job has no channel of a name.
func noChannel(L *lua.LState, method, name string, f *sample.Frame) {
	var names []string
	for i := range f.Channels {
		names = append(names, f.Channels[i].Channel)
	}
	problem.Here(L, "%s: the job has no channel %s", method, problem.Quote(name)).
		Hinted("it has: %s", strings.Join(names, ", ")).Pointing(method).Raise(L)
}

// jobStages is job:stages(): the stages that run now, and what they do.
func jobStages(L *lua.LState) int {
	j := checkJob(L, "stages")
	s := sample.New(j.run)
	defer s.Close()
	t := L.NewTable()
	for _, st := range s.Frame().Stages {
		if st.Relay || st.PID == 0 || st.State == sample.Ended || st.State == sample.Starts ||
			st.State == sample.Rests {
			continue
		}
		row := L.NewTable()
		row.RawSetString("name", lua.LString(st.Stage))
		row.RawSetString("pid", lua.LNumber(st.PID))
		row.RawSetString("state", lua.LString(string(st.State)))
		if st.On != "" {
			row.RawSetString("on", lua.LString(st.On))
		}
		row.RawSetString("cpu", lua.LNumber(st.Used))
		row.RawSetString("memory", lua.LNumber(st.RSS))
		t.Append(row)
	}
	L.Push(t)
	return 1
}

// asTable is a value as the table that its JSON means.
func asTable(L *lua.LState, v any) lua.LValue {
	text, err := json.Marshal(v)
	if err == nil {
		var t lua.LValue
		if t, err = fromJSON(L, text); err == nil {
			return t
		}
	}
	problem.Raise(L, err)
	return lua.LNil
}

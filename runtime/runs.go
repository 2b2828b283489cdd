package runtime

import (
	"slices"
	"sync"
	"time"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/watch"
)

// running are the runs that have not ended, oldest first.
var running runList

type runList struct {
	sync.Mutex
	list   []*Run
	newest *Run
}

// Runs lists the runs of this process that have not ended, oldest first.
func Runs() []*Run {
	running.Lock()
	defer running.Unlock()
	return slices.Clone(running.list)
}

// Newest is the run that was started last, though it may have ended; nil before the first one.
func Newest() *Run {
	running.Lock()
	defer running.Unlock()
	return running.newest
}

func (l *runList) add(r *Run) {
	l.Lock()
	defer l.Unlock()
	l.newest = r
	l.list = append(l.list, r)
}

func (l *runList) remove(r *Run) {
	l.Lock()
	defer l.Unlock()
	l.list = slices.DeleteFunc(l.list, func(o *Run) bool { return o == r })
}

// Status is how a run stands at one moment.
type Status struct {
	Plan     *plan.Plan
	Begun    time.Time
	Over     bool   // every stage has exited
	Stopped  string // why weir ends it
	Deadlock *DeadlockError
	Stages   []StageStatus // as in Plan.Stages
}

// StageStatus is how a stage stands.
type StageStatus struct {
	StageResult              // what is known so far; how it ended, or ended last, only if Exited or Resting is set
	TID         int          // of a thread or relay, once it runs
	Running     bool         // it has started
	Exited      bool         // it has ended, and is not started again
	Halted      bool         // a signal has stopped it
	Resting     bool         // it is to be started again
	Ends        []watch.Held // of a thread, and of a relay that can be watched
	Party       uint32       // by which a thread publishes its waits; 0 is none
	TellsWaits  bool         // a relay that says at which ends it waits
	Waits       []int        // numbers of the ends at which a relay waits; nil while it works
	Ports       []PortCount  // of a relay
}

// PortCount is what has gone through one end of a relay.
type PortCount struct {
	FD      int
	Channel string
	Mode    ipc.Mode
	Bytes   int64
	Records int64 // lines or messages; -1 if the relay does not look at them
}

// Status asks how the run stands. It makes no system call, and no stage notices it.
func (r *Run) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := Status{Plan: r.plan, Begun: r.begun, Stopped: r.stopped, Deadlock: r.deadlock, Over: r.left == 0,
		Stages: make([]StageStatus, len(r.stages))}
	for i := range r.stages {
		st := &r.stages[i]
		out := &s.Stages[i]
		out.StageResult = st.result
		if st.exited || st.resting != nil {
			out.StageResult = st.finalResult(r.plan)
		}
		out.TID, out.Ends = st.relay.TID, st.relay.Ends
		out.Running, out.Exited, out.Halted, out.Resting = st.running, st.exited, st.halted, st.resting != nil
		if st.insider != nil {
			out.Party = st.insider.Party()
		}
		if out.TellsWaits = st.work.Waits != nil; out.TellsWaits && st.running && !st.exited {
			out.Waits = st.work.Waits()
		}
		out.Ports = st.ports(r.plan)
	}
	return s
}

// ports reads the counts of a relay's ends, in the order of the ends.
func (s *stage) ports(p *plan.Plan) (list []PortCount) {
	for _, end := range s.Ends {
		if end.FD < len(s.work.Ports) {
			c := PortCount{FD: end.FD, Channel: p.Channels[end.Channel].Name, Mode: end.Mode}
			c.Bytes, c.Records = s.work.Ports[end.FD].Count()
			list = append(list, c)
		}
	}
	return list
}

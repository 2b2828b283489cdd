package script

import (
	"weir/ipc"
	"weir/runtime"
	"weir/runtime/plan"
)

// shownOf is what a run's line counts; nil shows none. asked says that the run is to have one without a
// progress() of its own.
func (r *relays) shownOf(p *plan.Plan, asked bool) *progressed {
	switch {
	case r.shown == nil && asked:
		return wholeRun(p)
	case r.shown != nil && r.shown.total == 0 && !r.shown.lines:
		r.shown.readDealt(p)
	}
	return r.shown
}

// wholeRun counts what goes through the first relay, or else through the first ring, or else the stages that
// have ended.
func wholeRun(p *plan.Plan) *progressed {
	for i := range p.Stages {
		if st := &p.Stages[i]; st.Relay != nil {
			return &progressed{stage: st.Name, total: inputSize(p, i)}
		}
	}
	for _, c := range p.Channels {
		if c.Kind != ipc.KindRing || c.Stat == nil {
			continue
		}
		if st, err := c.Stat(); err == nil {
			return &progressed{stat: c.Stat, before: st.Received, unit: " messages"}
		}
	}
	return &progressed{total: int64(len(p.Stages)), unit: " stages"}
}

// inputSize is how many bytes a relay's first input will give, as far as that is known before.
func inputSize(p *plan.Plan, stage int) int64 {
	for _, e := range p.Stages[stage].Ends {
		if e.FD == 0 && e.Mode.Reads() {
			return sizeOf(p.Channels[e.Channel].Channel)
		}
	}
	return 0
}

// readDealt has a progress() that several branches of a deal feed show how much of the deal's input was read,
// where it is known how much that is: what the branches make of it nobody knows before.
func (p *progressed) readDealt(of *plan.Plan) {
	list := upstream(of, func(st *plan.PlannedStage) bool { return st.Name == p.stage })
	if len(list) == 1 && of.Stages[list[0]].Relay != nil {
		list = upstream(of, func(st *plan.PlannedStage) bool { return st.Name == of.Stages[list[0]].Name })
	}
	for seen := map[int]bool{}; len(list) > 1; {
		next := []int(nil)
		for _, i := range list {
			st := &of.Stages[i]
			if size := inputSize(of, i); st.Relay != nil && st.Text == "deal" && size > 0 {
				p.stage, p.total = st.Name, size
				return
			}
			if !seen[i] {
				seen[i] = true
				next = append(next, upstream(of, func(o *plan.PlannedStage) bool { return o == st })...)
			}
		}
		list = next
	}
}

// upstream are the stages that write what some stage reads.
func upstream(p *plan.Plan, reads func(*plan.PlannedStage) bool) (list []int) {
	channels := map[int]bool{}
	for i := range p.Stages {
		for _, e := range p.Stages[i].Ends {
			if reads(&p.Stages[i]) && e.Mode.Reads() && p.Channels[e.Channel].Kind == ipc.KindPipe {
				channels[e.Channel] = true
			}
		}
	}
	for i := range p.Stages {
		for _, e := range p.Stages[i].Ends {
			if e.Mode.Writes() && channels[e.Channel] {
				list = append(list, i)
				break
			}
		}
	}
	return list
}

// count is how much has gone through so far.
func (p *progressed) count(st *runtime.Status) (done int64) {
	if p.stat != nil {
		if now, err := p.stat(); err == nil {
			done = now.Received - p.before
		}
		return done
	}
	for i := range st.Stages {
		switch s := &st.Stages[i]; {
		case p.stage == "" && s.Exited:
			done++
		case s.Name != p.stage || len(s.Ports) == 0:
		case p.lines:
			done = max(s.Ports[0].Records, 0)
		default:
			done = s.Ports[0].Bytes
		}
	}
	return done
}

package runtime

import (
	"weir/ipc"
	"weir/runtime/plan"
)

// publishPlan begins a run in the journal: its graph, and what of its channels, locks and regions was
// there before it.
func (r *Run) publishPlan() {
	if r.journal == nil {
		return
	}
	e := Event{Kind: EventRun, Run: r.id}
	if r.opts.Drawn != nil {
		e.Graph = r.opts.Drawn(r.plan)
	}
	r.journal.Publish(e)
	for i := range r.plan.Channels {
		c := &r.plan.Channels[i]
		if c.Call == "" || c.File == nil {
			continue // it is made later, or the descriptor is one of several that an object has
		}
		r.journal.Publish(Event{Kind: EventUse, Run: r.id, Channel: c.Name, Mechanism: c.Kind,
			Capacity: capacityOf(c), Text: c.Path})
	}
}

// capacityOf is how much a channel or region holds; 0 is not known.
func capacityOf(c *plan.PlannedChannel) int64 {
	switch {
	case c.Stat != nil:
		if st, err := c.Stat(); err == nil {
			return int64(max(st.Capacity, 0))
		}
	case c.Region != nil:
		if st, err := c.Region(0); err == nil {
			return int64(st.Bytes)
		}
	case c.Kind == ipc.KindPipe:
		return int64(c.Capacity)
	case c.Kind == ipc.KindMemory:
		return int64(len(c.Data))
	}
	return 0
}

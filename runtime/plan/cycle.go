package plan

import "weir/ipc"

// checkCycle follows pipes and FIFOs from writers to readers.
func (c *compiler) checkCycle() error {
	readers := make([][]int, len(c.plan.Channels))
	for i := range c.plan.Stages {
		for _, end := range c.plan.Stages[i].Ends {
			if !end.Mode.Writes() {
				readers[end.Channel] = append(readers[end.Channel], i)
			}
		}
	}
	const (
		fresh = iota
		open
		closed
	)
	state := make([]byte, len(c.plan.Stages))
	type frame struct{ stage, end, reader int }
	for first := range c.plan.Stages {
		if state[first] != fresh {
			continue
		}
		// Depth first, with a stack of its own: a chain may be thousands long.
		state[first] = open
		stack := []frame{{stage: first}}
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			st := &c.plan.Stages[f.stage]
			if f.end == len(st.Ends) {
				state[f.stage] = closed
				stack = stack[:len(stack)-1]
				continue
			}
			end := st.Ends[f.end]
			ch := &c.plan.Channels[end.Channel]
			if !end.Mode.Writes() || !ch.mayClose() || f.reader == len(readers[end.Channel]) {
				f.end, f.reader = f.end+1, 0
				continue
			}
			next := readers[end.Channel][f.reader]
			f.reader++
			switch state[next] {
			case open:
				to := &c.plan.Stages[next]
				e := c.stageError(to, to.Word(), "the output of %s comes back to it through %s: each would wait for the other",
					to.Name, ch.describe())
				e.Hint = "break the cycle, or say that it is meant with loop(t)"
				return e
			case fresh:
				state[next] = open
				stack = append(stack, frame{stage: next})
			}
		}
	}
	return nil
}

// mayClose reports whether a channel can be part of a cycle that nobody has asked for.
func (ch *PlannedChannel) mayClose() bool {
	return (ch.Kind == ipc.KindPipe || ch.Kind == ipc.KindFIFO) && !ch.Loop && !ch.Either
}

// canDeadlock reports whether stages, or this process, could wait for each other in a
// circle. In a tree of pipes somebody can always go on, so it looks for a cycle without
// regard to direction. A stage with a lock may wait for another that has it.
func (c *compiler) canDeadlock() bool {
	stages := len(c.plan.Stages) + 1
	root := make([]int, stages+len(c.plan.Channels))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for i := range stages {
		ends := c.plan.Own
		if i < stages-1 {
			ends = c.plan.Stages[i].Ends
		}
		for k, end := range ends {
			ch := &c.plan.Channels[end.Channel]
			if ch.Kind.Release() != "" || ch.Liveness != "" {
				return true
			}
			if ch.Kind != ipc.KindPipe && ch.Kind != ipc.KindFIFO || again(ends[:k], end) {
				continue
			}
			a, b := find(i), find(stages+end.Channel)
			if a == b || ch.Loop {
				return true
			}
			root[a] = b
		}
	}
	return false
}

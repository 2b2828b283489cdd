package runtime

import (
	"cmp"
	"os"
	"slices"
	"time"

	"weir/ipc"
	"weir/runtime/watch"
)

// lookEvery is the time between two looks: who stands still through two of them
// is told of well within two seconds.
const lookEvery = 300 * time.Millisecond

// lookShare keeps the looks at a very large run from taking more than this part
// of one processor.
const lookShare = 6

// watchDeadlocks looks for deadlocks as long as the run lasts, where its plan can
// have one.
func (r *Run) watchDeadlocks() {
	if !watch.Supported || !r.plan.canDeadlock || r.plan.Deadlock == DeadlockOff {
		return
	}
	r.lie = r.filesOf()
	r.watching.Add(1)
	go func() {
		defer r.watching.Done()
		w := watch.Watcher{Source: r.runningNow, Inert: r.link.pid, Awaits: r.awaited}
		timer := time.NewTimer(lookEvery)
		defer timer.Stop()
		for {
			select {
			case <-r.ctx.Done():
				return
			case <-timer.C:
			}
			begun := time.Now()
			list, err := w.Look()
			if err == nil && len(list) > 0 {
				r.deadlocked(list)
				return
			}
			timer.Reset(max(lookEvery, lookShare*time.Since(begun)))
		}
	}()
}

// awaited tells whether whoever started the run waits for its end, and no thread of
// Lua's in this process could unlock anything.
func (r *Run) awaited() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.plan.Awaited && !r.setAside && luaThreads.Load() == 0
}

// scriptHolds is the holder of a lock that the script itself has.
const scriptHolds = "the script"

// watchedEnds are the ends of a relay that tells for what it waits.
func (r *Run) watchedEnds(st *PlannedStage, files map[int]*os.File) (ends []watch.Held) {
	if st.Waits == nil || !r.plan.canDeadlock {
		return nil
	}
	for number, f := range files {
		conn, err := f.SyscallConn()
		if err != nil {
			continue
		}
		_ = conn.Control(func(fd uintptr) {
			if side, ok := watch.SideOf(int(fd)); ok {
				ends = append(ends, watch.Held{Number: number, FD: int(fd), Side: side})
			}
		})
	}
	return ends
}

// runningNow is the watch's source. While a stage is still to start, it might
// let the others go on.
func (r *Run) runningNow() (roots []watch.Root, relays []watch.Relay, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.stages {
		s, st := &r.stages[i], &r.plan.Stages[i]
		switch {
		case s.ended:
		case !s.running:
			return nil, nil, false
		case st.Relay == nil && st.Thread == nil:
			roots = append(roots, watch.Root{Stage: i, PID: s.result.PID})
		case st.Relay != nil && st.Waits != nil:
			relay := s.relay
			relay.Stage, relay.Waits = i, st.Waits()
			relays = append(relays, relay)
		}
	}
	return roots, relays, r.ctx.Err() == nil
}

// deadlocked tells of a deadlock and does what the plan says.
func (r *Run) deadlocked(list []watch.Blocked) {
	e := &DeadlockError{Waits: r.waits(list)}
	e.Hint = e.wayOut(r.plan)
	r.mu.Lock()
	over := r.stopped != "" || r.left == 0
	if !over {
		r.deadlock = e
	}
	r.mu.Unlock()
	if over {
		return
	}
	r.journal.Publish(Event{Kind: EventDeadlock, Run: r.id, Text: e.Error()})
	switch {
	case r.plan.Deadlock == DeadlockStop:
		r.Stop(WhyDeadlock)
	case r.plan.Told != nil:
		r.plan.Told(e)
	}
}

// waits puts the names of stages and channels to what the kernel told. Of a
// stage that waits at pipes of the topology, those of its own are left out.
func (r *Run) waits(list []watch.Blocked) []Wait {
	channels := r.channelsOf()
	slices.SortStableFunc(list, func(a, b watch.Blocked) int { return cmp.Compare(a.Stage, b.Stage) })
	var out []Wait
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].Stage == list[0].Stage {
			n++
		}
		var named, unnamed []Wait
		for _, b := range list[:n] {
			if b.Lock != nil {
				named = append(named, r.lockWait(b, r.lie[b.Lock.Region]))
				continue
			}
			if b.Message != nil {
				named = append(named, r.messageWait(b))
				continue
			}
			w := Wait{Stage: r.plan.Stages[b.Stage].Name, FD: b.Wait.FD, Writes: b.Wait.Side.Writes, Fill: b.Fill, Capacity: b.Capacity}
			if c, known := channels[b.Wait.Side.Pipe]; known {
				w.Channel = r.plan.Channels[c].Name
				named = append(named, w)
			} else {
				unnamed = append(unnamed, w)
			}
		}
		if len(named) == 0 {
			named = unnamed[:1]
		}
		for _, w := range named {
			if !slices.ContainsFunc(out, func(o Wait) bool { return o.Stage == w.Stage && o.Channel == w.Channel && o.Writes == w.Writes }) {
				out = append(out, w)
			}
		}
		list = list[n:]
	}
	return out
}

// lockWait is a wait for a lock or the like; c is its channel, or nil for one that a
// stage made for itself.
func (r *Run) lockWait(b watch.Blocked, c *PlannedChannel) Wait {
	w := Wait{Stage: r.plan.Stages[b.Stage].Name, FD: -1}
	if c != nil {
		w.Channel = c.Name
	}
	switch {
	case b.Lock.Holder == 0 && c == nil:
		w.Channel, w.Verb = "what it made for itself", "reach"
	case b.Lock.Holder == 0:
		w.Verb = lockVerb(c.Kind)
		if c.Kind == ipc.KindRegion {
			w.Channel = "a semaphore in " + c.Name
		}
	case b.Holder >= 0:
		w.Holder = r.plan.Stages[b.Holder].Name
	default:
		w.Holder = scriptHolds
	}
	return w
}

// messageWait is a wait at a channel of messages.
func (r *Run) messageWait(b watch.Blocked) Wait {
	w := Wait{Stage: r.plan.Stages[b.Stage].Name, FD: -1, Writes: b.Wait.Side.Writes, Fill: b.Message.Fill, Capacity: b.Message.Capacity, Messages: true}
	if c := r.lie[b.Wait.Side.Pipe]; c != nil {
		w.Channel = c.Name
	}
	return w
}

// filesOf gives the locks and regions by the files in which they lie, and the channels
// of messages by their presence.
func (r *Run) filesOf() map[watch.Pipe]*PlannedChannel {
	names, byName := map[watch.Pipe]*PlannedChannel{}, map[string]*PlannedChannel{}
	for i := range r.plan.Channels {
		c := &r.plan.Channels[i]
		byName[c.Name] = c
		if lockVerb(c.Kind) == "" && c.Presence == "" || c.File == nil {
			continue
		}
		if c.Presence != "" {
			c = byName[c.Presence]
		}
		if conn, err := r.plan.Channels[i].File.SyscallConn(); err == nil {
			_ = conn.Control(func(fd uintptr) {
				if file, ok := watch.FileOf(int(fd)); ok {
					names[file] = c
				}
			})
		}
	}
	return names
}

// channelsOf finds out which pipe is which channel, by the descriptors that the
// stages were given. One may have put something else there since; so the pipe
// counts for most that most stages have.
func (r *Run) channelsOf() map[watch.Pipe]int {
	roots, relays, _ := r.runningNow()
	votes := map[int]map[watch.Pipe]int{}
	stages := map[watch.Pipe]int{} // that have it
	vote := func(stage int, pipes map[int]watch.Pipe) {
		for _, end := range r.plan.Stages[stage].Ends {
			pipe, open := pipes[end.FD]
			if kind := r.plan.Channels[end.Channel].Kind; !open || kind != ipc.KindPipe && kind != ipc.KindFIFO {
				continue
			}
			if votes[end.Channel] == nil {
				votes[end.Channel] = map[watch.Pipe]int{}
			}
			votes[end.Channel][pipe] += 2
		}
		seen := map[watch.Pipe]bool{}
		for _, pipe := range pipes {
			if !seen[pipe] {
				seen[pipe] = true
				stages[pipe]++
			}
		}
	}
	for _, root := range roots {
		vote(root.Stage, watch.Pipes(root.PID))
	}
	for _, relay := range relays {
		pipes := map[int]watch.Pipe{}
		for _, end := range relay.Ends {
			pipes[end.Number] = end.Side.Pipe
		}
		vote(relay.Stage, pipes)
	}
	channels := map[watch.Pipe]int{}
	for c, by := range votes {
		var best watch.Pipe
		most := 0
		for pipe, n := range by {
			if n += stages[pipe]; n > most {
				best, most = pipe, n
			}
		}
		channels[best] = c
	}
	return channels
}

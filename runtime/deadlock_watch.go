package runtime

import (
	"cmp"
	"maps"
	"os"
	"slices"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/watch"
)

// watchedEnds are the ends of a thread, and of a relay that tells for what it waits.
func (r *Run) watchedEnds(st *plan.PlannedStage, files map[int]*os.File) (ends []watch.Held) {
	if st.Waits == nil && st.Thread == nil {
		return nil
	}
	present := map[int]bool{}
	for _, end := range st.Ends {
		present[end.FD] = r.plan.Channels[end.Channel].Presence != ""
	}
	for number, f := range files {
		conn, err := f.SyscallConn()
		if err != nil {
			continue
		}
		_ = conn.Control(func(fd uintptr) {
			if side, ok := watch.SideOf(int(fd)); ok {
				ends = append(ends, watch.Held{Number: number, FD: int(fd), Side: side, Presence: present[number]})
			}
		})
	}
	return ends
}

// runningNow tells who runs now. It gives false while a stage is still to start, and
// where the run is being stopped.
func (r *Run) runningNow() (roots []watch.Root, relays []watch.Relay, threads map[int]*Insider, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.stages {
		s, st := &r.stages[i], &r.plan.Stages[i]
		switch {
		case s.ended:
		case !s.running:
			return nil, nil, nil, false
		case st.Thread != nil:
			if threads == nil {
				threads = map[int]*Insider{}
			}
			threads[i] = s.insider
		case st.Relay == nil:
			roots = append(roots, watch.Root{Stage: r.first + i, PID: s.result.PID})
		case st.Waits != nil:
			relay := s.relay
			relay.Stage, relay.Waits = r.first+i, st.Waits()
			if st.Turns != nil {
				relay.Turn = st.Turns()
			}
			relays = append(relays, relay)
		}
	}
	return roots, relays, threads, r.ctx.Err() == nil
}

// isIn notes that the run is in a deadlock, unless it is over.
func (r *Run) isIn(e *DeadlockError) bool {
	r.unwatch()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped != "" || r.left == 0 {
		return false
	}
	r.deadlock = e
	return true
}

// deadlocked tells of the deadlock that the run is in, and does what the plan says. It
// reports whether the run is stopped.
func (r *Run) deadlocked(e *DeadlockError) bool {
	r.journal.Publish(Event{Kind: EventDeadlock, Run: r.id, Text: e.Error()})
	if r.opts.Deadlock == DeadlockStop {
		r.Stop(WhyDeadlock)
		return true
	}
	if r.opts.Told != nil {
		r.opts.Told(e)
	}
	return false
}

// deadlock puts the names of stages and channels to what the kernel told. Of a
// stage that waits at pipes of the topology, those of its own are left out.
func (s *scene) deadlock(runs []*Run, list []watch.Blocked) *DeadlockError {
	n := naming{scene: s, pipes: map[watch.Pipe]*plan.PlannedChannel{}, files: map[watch.Pipe]*plan.PlannedChannel{}}
	for _, r := range runs {
		for pipe, c := range r.channelsOf() {
			n.pipes[pipe] = &r.plan.Channels[c]
		}
		maps.Copy(n.files, r.lie)
	}
	if len(runs) > 0 {
		// That the script, too, waits for those that wait says nothing more.
		list = slices.DeleteFunc(list, func(b watch.Blocked) bool { return b.Stage < 0 && !b.Awaited })
	}
	slices.SortStableFunc(list, func(a, b watch.Blocked) int { return cmp.Compare(uint(a.Stage), uint(b.Stage)) })
	e := &DeadlockError{}
	for len(list) > 0 {
		k := 1
		for k < len(list) && list[k].Stage == list[0].Stage {
			k++
		}
		for _, w := range n.ofStage(list[:k]) {
			if !slices.ContainsFunc(e.Waits, func(o Wait) bool { return o.alike(&w) }) {
				e.Waits = append(e.Waits, w)
			}
			if list[0].Named && !slices.Contains(e.Named, w.Channel) {
				e.Named = append(e.Named, w.Channel)
			}
		}
		list = list[k:]
	}
	e.Hint = e.wayOut(runs)
	return e
}

// naming knows the channels of the runs in a deadlock: their pipes, and the files in
// which locks and channels of messages lie.
type naming struct {
	*scene
	pipes, files map[watch.Pipe]*plan.PlannedChannel
}

// ofStage names the waits of one stage, or of an insider.
func (n *naming) ofStage(list []watch.Blocked) (named []Wait) {
	var unnamed []Wait
	for _, b := range list {
		switch {
		case b.Ends:
			if x := n.insiders[b.Stage]; x.at != "" {
				named = append(named, Wait{Stage: n.nameOf(b.Stage), FD: -1, Channel: x.at, Verb: "end"})
			}
			continue
		case b.Lock != nil:
			named = append(named, n.lockWait(b, n.files[b.Lock.Region]))
			continue
		case b.Opening != nil:
			named = append(named, n.openWait(b))
			continue
		case b.Message != nil:
			named = append(named, n.messageWait(b))
			continue
		}
		w := Wait{Stage: n.nameOf(b.Stage), FD: b.Wait.FD, Writes: b.Wait.Side.Writes, Fill: b.Fill, Capacity: b.Capacity, Socket: b.Wait.Socket}
		if b.Wait.File != "" {
			named = append(named, n.fileWait(b))
			continue
		}
		c := cmp.Or(n.files[b.Wait.Side.Pipe], n.pipes[b.Wait.Side.Pipe])
		if b.Wait.Socket && !b.Inner {
			c = n.socketAt(b.Stage, b.Wait.FD)
		}
		if c != nil {
			if w.Channel = c.Name; !w.Socket && c.Kind != ipc.KindPipe && c.Kind != ipc.KindFIFO {
				w.Messages, w.Fill = true, -1 // a relay's, at the presence
			}
			named = append(named, w)
			continue
		}
		if b.Inner {
			w.Program = watch.Program(b.PID)
		}
		w.Peer = n.peerName(b)
		unnamed = append(unnamed, w)
	}
	if len(named) == 0 {
		return unnamed
	}
	return named
}

// alike reports whether two waits read alike.
func (w *Wait) alike(o *Wait) bool {
	return o.Stage == w.Stage && o.Program == w.Program && o.Channel == w.Channel && o.Peer == w.Peer && o.Writes == w.Writes
}

// socketAt finds the socket that a stage was given at a descriptor.
func (n *naming) socketAt(stage, fd int) *plan.PlannedChannel {
	r, st := n.stage(stage)
	if st == nil {
		return nil
	}
	for _, end := range st.Ends {
		if c := &r.plan.Channels[end.Channel]; end.FD == fd && c.Kind != ipc.KindPipe && c.Kind != ipc.KindFIFO {
			return c
		}
	}
	return nil
}

// peerName is the name of who has the other side of a pipe or socket.
func (n *naming) peerName(b watch.Blocked) string {
	switch p := b.Peer; {
	case p == watch.Peer{}:
		return ""
	case p.Inner && p.Stage == b.Stage:
		return watch.Program(p.PID)
	case p.Inner:
		return watch.Program(p.PID) + " in " + n.nameOf(p.Stage)
	default:
		return n.nameOf(p.Stage)
	}
}

// lockWait is a wait for a lock or the like; c is its channel, or nil for one that a
// stage made for itself.
func (n *naming) lockWait(b watch.Blocked, c *plan.PlannedChannel) Wait {
	w := Wait{Stage: n.nameOf(b.Stage), FD: -1}
	if c != nil {
		w.Channel = c.Name
	} else {
		w.Channel = n.insiders[b.Stage].at
	}
	switch {
	case b.Lock.Holder != 0:
		w.Holder = n.nameOf(b.Holder)
	case c == nil:
		w.Channel, w.Verb = cmp.Or(w.Channel, "what it made for itself"), "reach"
	default:
		w.Verb = plan.LockVerb(c.Kind)
		if c.Kind == ipc.KindRegion {
			w.Channel = "a semaphore in " + c.Name
		}
	}
	return w
}

// fileWait is a wait for the lock of a file.
func (n *naming) fileWait(b watch.Blocked) Wait {
	w := Wait{Stage: n.nameOf(b.Stage), FD: -1, Channel: "the lock of " + plan.Visible(b.Wait.File), File: true, Holder: n.peerName(b)}
	if b.Inner {
		w.Program = watch.Program(b.PID)
	}
	if w.Holder == "" {
		w.Holder = w.Stage
		if w.Program != "" {
			w.Holder = w.Program + " in " + w.Stage
		}
	}
	return w
}

// openWait is a wait for the other side of a FIFO.
func (n *naming) openWait(b watch.Blocked) Wait {
	w := Wait{Stage: n.nameOf(b.Stage), FD: -1, Channel: plan.Visible(b.Opening.Path), Writes: b.Opening.Writes, Verb: "open"}
	if b.Inner {
		w.Program = watch.Program(b.PID)
	}
	return w
}

// messageWait is a wait at a channel of messages.
func (n *naming) messageWait(b watch.Blocked) Wait {
	w := Wait{Stage: n.nameOf(b.Stage), FD: -1, Writes: b.Wait.Side.Writes, Fill: b.Message.Fill, Capacity: b.Message.Capacity, Messages: true}
	if c := n.files[b.Wait.Side.Pipe]; c != nil {
		w.Channel = c.Name
	} else {
		w.Channel = n.insiders[b.Stage].at
	}
	return w
}

// filesOf gives the locks and regions by the files in which they lie, the channels of
// messages by their presence, and the pipes of which this process, a thread or a relay
// has an end.
func (r *Run) filesOf() map[watch.Pipe]*plan.PlannedChannel {
	names, byName := map[watch.Pipe]*plan.PlannedChannel{}, map[string]*plan.PlannedChannel{}
	note := func(f *os.File, c *plan.PlannedChannel) {
		if file, ok := watch.FileOf(number(f)); ok {
			names[file] = c
		}
	}
	for i := range r.plan.Channels {
		c := &r.plan.Channels[i]
		byName[c.Name] = c
		switch {
		case c.File == nil:
		case c.Presence != "":
			note(c.File, byName[c.Presence])
		case plan.LockVerb(c.Kind) != "":
			note(c.File, c)
		}
	}
	for end, f := range r.own {
		if c := byName[end.channel]; c.Kind == ipc.KindPipe {
			note(f, c)
		}
	}
	for i := range r.stages {
		for _, held := range r.stages[i].relay.Ends {
			for _, end := range r.plan.Stages[i].Ends {
				if c := &r.plan.Channels[end.Channel]; end.FD == held.Number && c.Presence == "" {
					names[held.Side.Pipe] = c
				}
			}
		}
	}
	return names
}

// channelsOf finds out which pipe is which channel, by the descriptors that the
// stages were given. One may have put something else there since; so the pipe
// counts for most that most stages have.
func (r *Run) channelsOf() map[watch.Pipe]int {
	roots, relays, _, _ := r.runningNow()
	votes := map[int]map[watch.Pipe]int{}
	stages := map[watch.Pipe]int{} // that have it
	vote := func(stage int, pipes map[int]watch.Pipe) {
		for _, end := range r.plan.Stages[stage-r.first].Ends {
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

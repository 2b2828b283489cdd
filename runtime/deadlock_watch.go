package runtime

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"weir/ipc"
	"weir/runtime/guard"
	"weir/runtime/plan"
	"weir/runtime/watch"
)

// watchedEnds are the ends of a thread, and of a relay that tells for what it waits.
func (r *watchedRun) watchedEnds(stage int, files map[int]*os.File) (ends []watch.Held) {
	st := &r.plan.Stages[stage]
	if r.stages[stage].work.Waits == nil && st.Thread == nil {
		return nil
	}
	held := map[int]watch.Held{}
	for _, end := range st.Ends {
		if of := r.plan.Channels[end.Channel].Liveness; of != "" {
			held[end.FD] = watch.Held{Liveness: true, Named: r.namedFile(of)}
		}
	}
	for number, f := range files {
		conn, err := f.SyscallConn()
		if err != nil {
			continue
		}
		_ = conn.Control(func(fd uintptr) {
			if side, ok := watch.SideOf(int(fd)); ok {
				h := held[number]
				h.Number, h.FD, h.Side = number, int(fd), side
				ends = append(ends, h)
			}
		})
	}
	return ends
}

// namedFile is the file in which a channel with a name lies; the zero value has none.
func (r *watchedRun) namedFile(channel string) (file watch.Pipe) {
	for i := range r.plan.Channels {
		if c := r.plan.Channels[i].Channel; c.Name == channel && c.Path != "" {
			file, _ = watch.FileOf(number(c.File))
		}
	}
	return file
}

// heldLater gives what the stages that wait for others to be ready have then, but for pipes that
// only the guard knows.
func (r *watchedRun) heldLater() map[int]watch.Late {
	r.mu.Lock()
	defer r.mu.Unlock()
	later := map[int]watch.Late{}
	for i := range r.stages {
		if r.stages[i].behind == nil {
			continue
		}
		l := watch.Late{Stage: r.first + i}
		for _, f := range r.stages[i].lent {
			l.FDs = append(l.FDs, number(f))
		}
		for _, end := range r.plan.Stages[i].Ends {
			fd := number(r.plan.Channels[end.Channel].File)
			if side, ok := watch.SideOf(fd); ok {
				l.Holds = append(l.Holds, side)
			} else if file, ok := watch.FileOf(fd); ok {
				l.Shares = append(l.Shares, file)
			}
		}
		later[i] = l
	}
	return later
}

// behind is a stage that waits for others to be ready; ok is false where it may be started soon.
func (r *watchedRun) behind(i int) (l watch.Late, ok bool) {
	l = r.later[i]
	l.Stage = r.first + i
	for _, k := range r.stages[i].behind {
		select {
		case <-r.ready[k].ready:
			continue
		default:
		}
		if r.stages[k].exited {
			return l, false
		}
		l.For = append(l.For, r.first+k)
	}
	return l, len(l.For) > 0
}

// runners are the stages that run now, and those that wait for one of them to be ready.
type runners struct {
	roots   []watch.Root
	relays  []watch.Relay
	threads map[int]*Insider
	late    []watch.Late
}

// runningNow tells who runs now. It gives false while a stage may be started at any moment, and
// where the run is being stopped.
func (r *watchedRun) runningNow() (now runners, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.stages {
		s, st := &r.stages[i], &r.plan.Stages[i]
		switch {
		case s.exited:
		case !s.running:
			late, ok := r.behind(i)
			if !ok {
				return runners{}, false
			}
			now.late = append(now.late, late)
		case st.Thread != nil:
			if now.threads == nil {
				now.threads = map[int]*Insider{}
			}
			now.threads[i] = s.insider
		case st.Relay == nil:
			now.roots = append(now.roots, watch.Root{Stage: r.first + i, PID: s.result.PID})
		case s.work.Waits != nil:
			relay := s.relay
			relay.Stage, relay.Waits = r.first+i, s.work.Waits()
			if s.work.Turns != nil {
				relay.Turn = s.work.Turns()
			}
			now.relays = append(now.relays, relay)
		}
	}
	return now, r.ctx.Err() == nil
}

// isIn notes that the run is in a deadlock, unless it is over.
func (r *watchedRun) isIn(e *DeadlockError) bool {
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
func (r *watchedRun) deadlocked(e *DeadlockError) {
	r.journal.Publish(Event{Kind: EventDeadlock, Run: r.id, Text: e.Error()})
	if r.opts.Deadlock == DeadlockStop {
		r.Stop(WhyDeadlock)
	} else if r.opts.Told != nil {
		r.opts.Told(e)
	}
}

// deadlock puts the names of stages and channels to what the kernel told. Of a
// stage that waits at pipes of the topology, those of its own are left out.
func (s *scene) deadlock(runs []*watchedRun, list []watch.Blocked) *DeadlockError {
	n := naming{scene: s, pipes: map[watch.Pipe]*plan.PlannedChannel{}, files: map[watch.Pipe]*plan.PlannedChannel{}}
	for _, r := range runs {
		for pipe, c := range r.channelsOf() {
			n.pipes[pipe] = &r.plan.Channels[c]
		}
		maps.Copy(n.files, r.objects)
	}
	// That a stage's guard has nothing to do says nothing.
	list = slices.DeleteFunc(list, func(b watch.Blocked) bool {
		return b.Inner && guard.Is(b.PID) || b.Peer.Inner && guard.Is(b.Peer.PID)
	})
	if len(runs) > 0 {
		// That the script, too, waits for those that wait says nothing more.
		list = slices.DeleteFunc(list, func(b watch.Blocked) bool { return b.Stage < 0 && !b.Awaited && !b.Named })
	}
	if slices.ContainsFunc(list, func(b watch.Blocked) bool { return b.Behind != nil }) {
		// So do the relays that look for the word that a stage is ready.
		list = slices.DeleteFunc(list, func(b watch.Blocked) bool {
			return s.relays(b.Stage) && !b.Wait.Side.Writes && b.Behind == nil
		})
	}
	slices.SortStableFunc(list, func(a, b watch.Blocked) int { return cmp.Compare(uint(a.Stage), uint(b.Stage)) })
	e := &DeadlockError{}
	for len(list) > 0 {
		k := 1
		for k < len(list) && list[k].Stage == list[0].Stage {
			k++
		}
		for _, w := range n.ofStage(list[:k]) {
			if !slices.ContainsFunc(e.Waits, func(o Wait) bool { return o.String() == w.String() }) {
				e.Waits = append(e.Waits, w)
			}
			if name := n.nameAt(&list[0]); list[0].Named && !slices.Contains(e.Named, name) {
				e.Named = append(e.Named, name)
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
	for i := range list {
		switch w := n.wait(&list[i]).(type) {
		case nil:
		case *pipeWait:
			if w.channel == "" {
				unnamed = append(unnamed, w)
				continue
			}
			named = append(named, w)
		default:
			named = append(named, w)
		}
	}
	if len(named) == 0 {
		return unnamed
	}
	return named
}

// wait names one wait; nil is one that says nothing.
func (n *naming) wait(b *watch.Blocked) Wait {
	switch {
	case b.Ends:
		if at := n.insiders[b.Stage].at; at != "" {
			return &endWait{n.waiter(b), at}
		}
		return nil
	case b.Behind != nil:
		w := &readyWait{waiter: n.waiter(b)}
		for _, stage := range b.Behind {
			w.stages = append(w.stages, n.nameOf(stage))
		}
		return w
	case b.Lock != nil:
		return n.lockWait(b)
	case b.Opening != nil:
		return &openWait{n.waiter(b), plan.Visible(b.Opening.Path), b.Opening.Writes}
	case b.Message != nil:
		c := cmp.Or(n.files[b.Wait.Side.Pipe], n.files[b.Message.File])
		return &messageWait{n.waiter(b), n.objectAt(b.Stage, c), b.Wait.Side.Writes, b.Message.Fill, b.Message.Capacity}
	case b.Wait.File != "":
		w := n.waiter(b)
		return &lockWait{w, "the lock of " + plan.Visible(b.Wait.File), cmp.Or(n.peerName(b), w.String()), true}
	}
	return n.pipeWait(b)
}

// nameAt is the name by which outsiders may end a wait.
func (n *naming) nameAt(b *watch.Blocked) string {
	switch {
	case b.Opening != nil:
		return plan.Visible(b.Opening.Path)
	case n.insiders[b.Stage].name != "":
		return n.insiders[b.Stage].name
	case b.Lock != nil:
		return cmp.Or(n.objectAt(b.Stage, n.files[b.Lock.Region]), ownName(b))
	}
	return cmp.Or(n.objectAt(b.Stage, n.files[b.Wait.Side.Pipe]), ownName(b))
}

// ownName is the name of what a stage has made, or joined, for itself.
func ownName(b *watch.Blocked) string {
	return cmp.Or(fileName(b), "that it has")
}

// fileName is the name of a file, as this folder knows it; empty where it is not known.
func fileName(b *watch.Blocked) string {
	path, shared := strings.CutPrefix(b.Path, sharedMemory)
	if here, err := os.Getwd(); err == nil && path != "" && !shared {
		if short, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(short) {
			path = short
		}
	}
	return plan.Visible(path)
}

// sharedMemory is where names of shm_open(3) lie.
const sharedMemory = "/dev/shm"

// waiter is who waits.
func (n *naming) waiter(b *watch.Blocked) waiter {
	w := waiter{stage: n.nameOf(b.Stage)}
	if b.Inner {
		w.program = watch.Program(b.PID)
	}
	return w
}

// objectAt names a lock or a channel of messages; without c it may be one that the stage
// made for itself.
func (n *naming) objectAt(stage int, c *plan.PlannedChannel) string {
	if c != nil {
		return c.Name
	}
	return n.insiders[stage].at
}

// pipeWait is a wait at a pipe or a socket, or that of a relay at a channel of messages,
// which is seen by the liveness pipe.
func (n *naming) pipeWait(b *watch.Blocked) Wait {
	w := &pipeWait{waiter: n.waiter(b), writes: b.Wait.Side.Writes, socket: b.Wait.Socket, pending: b.Wait.Pending,
		fill: b.Fill, capacity: b.Capacity}
	c := cmp.Or(n.files[b.Wait.Side.Pipe], n.pipes[b.Wait.Side.Pipe])
	if w.socket && !b.Inner {
		c = n.socketAt(b.Stage, b.Wait.FD)
	}
	if w.pending {
		w.peer = n.peerName(b)
	}
	switch {
	case c == nil && n.insiders[b.Stage].at != "":
		w.channel = n.insiders[b.Stage].at
		return w
	case c == nil:
		w.channel, w.peer = fileName(b), n.peerName(b)
		return w
	case !w.socket && c.Kind != ipc.KindPipe && c.Kind != ipc.KindFIFO:
		return &messageWait{w.waiter, c.Name, w.writes, -1, 0}
	}
	w.channel, w.program = c.Name, "" // the stage was given it
	return w
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
func (n *naming) peerName(b *watch.Blocked) string {
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

// lockWait is a wait for a lock or the like.
func (n *naming) lockWait(b *watch.Blocked) Wait {
	w, c := waiter{stage: n.nameOf(b.Stage)}, n.files[b.Lock.Region]
	object := n.objectAt(b.Stage, c)
	switch {
	case b.Lock.Holder != 0:
		return &lockWait{w, cmp.Or(object, "a lock"), n.nameOf(b.Holder), false}
	case c != nil && c.Kind == ipc.KindRegion:
		object = "a semaphore in " + object
	}
	kind := b.Lock.Wait.Lock()
	return &callWait{w, cmp.Or(object, "its own "+string(kind)), kind.Release()}
}

// filesOf gives the locks, regions and channels of messages by the files in which they lie,
// those channels by their liveness pipe, too, and the pipes of which this process, a thread or a
// relay has an end.
func (r *watchedRun) filesOf() map[watch.Pipe]*plan.PlannedChannel {
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
		case c.Liveness != "":
			note(c.File, byName[c.Liveness])
		case c.Kind.Release() != "" || c.Kind.Carries() == ipc.Whole:
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
				if c := &r.plan.Channels[end.Channel]; end.FD == held.Number && c.Liveness == "" {
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
func (r *watchedRun) channelsOf() map[watch.Pipe]int {
	now, _ := r.runningNow()
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
	for _, root := range now.roots {
		vote(root.Stage, watch.Pipes(root.PID))
	}
	for _, relay := range now.relays {
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

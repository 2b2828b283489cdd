package sample

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"weir/ipc"
	"weir/ipc/kernel"
	"weir/runtime"
	"weir/runtime/plan"
)

// Sampler looks at one run. It is for one goroutine.
type Sampler struct {
	run      *runtime.Run
	status   runtime.Status
	stages   []*stage
	channels []*channel
	files    map[kernel.File]int // the channels by what their descriptors lead to
	adopted  map[kernel.File]int // those that were open before the run
	seq      uint64
	span     window[time.Duration]
	before   time.Time // the last frame
	cost     cost
}

// stage is what is known of a stage from look to look.
type stage struct {
	*plan.PlannedStage
	tree    *tree
	now     treeNow
	last    seen
	slice   looks // since the last frame
	past    window[looks]
	inputs  []int // channels
	outputs []int
}

// windowSlices is how many frames the window of a verdict has.
const windowSlices = 10

// New begins to look at a run. Close ends it.
func New(run *runtime.Run) *Sampler {
	s := &Sampler{run: run, status: run.Status(), files: map[kernel.File]int{}, before: time.Now(),
		cost: newCost()}
	p := s.status.Plan
	for i := range p.Channels {
		s.channels = append(s.channels, &channel{PlannedChannel: &p.Channels[i], fill: -1, capacity: -1})
	}
	for i := range p.Stages {
		st := &stage{PlannedStage: &p.Stages[i], last: seen{state: Starts, on: -1, fd: -1}}
		for _, end := range st.Ends {
			c := s.channels[end.Channel]
			if c.Liveness != "" {
				continue
			}
			if end.Mode.Reads() {
				st.inputs, c.readers = append(st.inputs, end.Channel), append(c.readers, i)
			}
			if end.Mode.Writes() {
				st.outputs, c.writers = append(st.outputs, end.Channel), append(c.writers, i)
			}
		}
		s.stages = append(s.stages, st)
	}
	s.adopt()
	s.refresh()
	return s
}

// adopt finds what the channels lead to that were open before the run: locks, regions, and
// channels of messages, which are also known by the pipes that show who has them.
func (s *Sampler) adopt() {
	s.adopted = map[kernel.File]int{}
	for i, c := range s.channels {
		if f, ok := fileOfOwn(c.File); ok {
			s.adopted[f] = s.shownBy(i)
		}
	}
}

// shownBy gives the channel itself, or that whose liveness pipe it is.
func (s *Sampler) shownBy(i int) int {
	of := s.channels[i].Liveness
	if of == "" {
		return i
	}
	return slices.IndexFunc(s.channels, func(o *channel) bool { return o.Name == of })
}

// Close lets go of what the looks have open.
func (s *Sampler) Close() {
	for _, st := range s.stages {
		if st.tree != nil {
			st.tree.close()
		}
	}
}

// Look takes one look at every channel and stage.
func (s *Sampler) Look() { s.cost.of(s.look) }

func (s *Sampler) look() {
	s.status = s.run.Status()
	for _, c := range s.channels {
		c.look()
	}
	for i := range s.stages {
		s.lookAt(i)
	}
}

// lookAt takes one look at a stage.
func (s *Sampler) lookAt(i int) {
	st, status := s.stages[i], &s.status.Stages[i]
	st.last = s.seenOf(st, status)
	l := &st.slice
	if st.last.state == Starts { // what comes before a stage is none of its time
		return
	}
	l.seen++
	switch st.last.state {
	case Runs:
		l.runs++
	case Reads:
		l.reads++
	case Writes:
		l.writes++
	case Locks:
		l.locks++
	case Rests:
		l.rests++
		l.sleeps++
	default:
		l.sleeps++
	}
}

// seenOf says what a stage does now.
func (s *Sampler) seenOf(st *stage, status *runtime.StageStatus) seen {
	x := seen{on: -1, fd: -1}
	switch {
	case status.Exited:
		x.state = Ended
	case status.Resting:
		x.state = Rests
	case !status.Running:
		x.state = Starts
	case status.Halted || st.now.stopped:
		x.state = Stopped
	case status.TellsWaits:
		return s.relay(st, status)
	case st.tree == nil:
		x.state = Starts
	default:
		var ok bool
		if x, ok = st.tree.look(s); !ok && st.tree.opaque {
			x.state = Opaque
		}
	}
	return x
}

// relay says what a relay does, which tells it by itself.
func (s *Sampler) relay(st *stage, status *runtime.StageStatus) seen {
	if len(status.Waits) == 0 {
		return seen{state: Runs, on: -1, fd: -1}
	}
	for _, end := range st.Ends {
		if end.FD != status.Waits[0] {
			continue
		}
		state, on := Reads, end.Channel
		if end.Mode.Writes() && !end.Mode.Reads() {
			state = Writes
		}
		return seen{state: state, on: s.shownBy(on), fd: end.FD}
	}
	return seen{state: Sleeps, on: -1, fd: -1}
}

// refresh finds out which processes, threads and descriptors there are now.
func (s *Sampler) refresh() {
	for i, st := range s.stages {
		status := &s.status.Stages[i]
		root, tid := status.PID, status.TID
		if !status.Running || status.Exited || status.Resting || st.Inside() && tid == 0 {
			root = 0
		}
		if st.tree != nil && (st.tree.root != root || st.tree.tid != tid) {
			st.tree.close()
			st.tree = nil
		}
		if st.tree == nil && root != 0 {
			st.tree = &tree{root: root, tid: tid, party: status.Party}
		}
		if st.tree != nil {
			used, now := st.tree.refresh()
			st.slice.add(used)
			st.now = now
		}
	}
	s.findChannels()
}

// Frame takes a look, with which a slice of the window ends, and gives what the window shows.
func (s *Sampler) Frame() (f *Frame) {
	s.cost.of(func() { f = s.frame() })
	others := time.Duration(0)
	for _, st := range s.stages {
		if st.tree != nil && st.tree.tid != 0 {
			others += st.past.slices[len(st.past.slices)-1].ran
		}
	}
	s.cost.endSlice(s.span.slices[len(s.span.slices)-1], others)
	f.Sampler = s.cost.share(sum(s.span))
	return f
}

func (s *Sampler) frame() *Frame {
	begun := time.Now()
	s.status = s.run.Status()
	s.refresh()
	s.look()
	span := begun.Sub(s.before)
	s.before = begun
	s.span.push(span, windowSlices)
	for _, st := range s.stages {
		st.slice.span = span
		st.past.push(st.slice, windowSlices)
		st.slice = looks{}
	}
	s.seq++
	f := &Frame{Seq: s.seq, At: begun.Sub(s.status.Begun).Seconds(), Run: s.run.ID(),
		Channels: []ChannelNow{}, Locks: []LockNow{}, Regions: []RegionNow{}}
	whole := sum(s.span)
	f.Window = whole.Seconds()
	for _, c := range s.channels {
		c.endSlice(s)
	}
	for i := range s.stages {
		f.Stages = append(f.Stages, s.stageNow(i, whole))
	}
	for i, c := range s.channels {
		if c.shown() {
			f.Channels = append(f.Channels, s.channelNow(c, whole))
		}
		if c.Lock != nil {
			f.Locks = append(f.Locks, s.lockNow(i))
		}
		if c.Region != nil {
			f.Regions = append(f.Regions, c.regionNow())
		}
	}
	if d := s.status.Deadlock; d != nil {
		f.Deadlock = d.Error()
	}
	f.Ended = s.status.Stopped
	if s.status.Over {
		f.Ended = cmp.Or(f.Ended, runtime.WhyExit)
	}
	if f.Verdict = Judge(f); f.Verdict.Stage != "" && whole < leastWindow {
		f.Verdict = Verdict{Sentence: "weir has just begun to look"}
		if f.At < 1 {
			f.Verdict.Sentence = "the run has just begun"
		}
	}
	return f
}

// leastWindow is how long a run is looked at before it is said who holds the others up.
const leastWindow = 300 * time.Millisecond

// stageNow is a stage as a frame shows it.
func (s *Sampler) stageNow(i int, span time.Duration) StageNow {
	st, status := s.stages[i], &s.status.Stages[i]
	var l looks
	for _, slice := range st.past.slices {
		l.add(slice)
	}
	last := st.last
	n := StageNow{Stage: st.Name, Text: st.Text, Relay: st.Relay != nil, PID: status.PID, TID: status.TID,
		State: last.state, FD: last.fd,
		RSS: st.now.rss, Used: st.now.used.Seconds(), Threads: max(st.now.threads, min(status.TID, 1)),
		Restarts: status.Restarts, Exact: status.TellsWaits}
	n.Opens = last.opens
	if last.on >= 0 {
		n.On = s.channels[last.on].Name
	}
	for _, c := range st.inputs {
		n.Inputs = append(n.Inputs, s.channels[c].Name)
	}
	for _, c := range st.outputs {
		n.Outputs = append(n.Outputs, s.channels[c].Name)
	}
	if status.Exited || status.Resting {
		n.End = fmt.Sprint("exit ", status.Code)
		if status.Signal != "" {
			n.End = status.Signal
		}
	}
	if status.Exited {
		return n
	}
	if status.Resting {
		n.PID = 0
	}
	if n.State == Opaque { // of its time nothing is known but what it has run
		n.CPU = part(int(l.cpu), int(span))
		return n
	}
	sh := l.share(s.largest(st.inputs, (*channel).emptyShare), s.largest(st.outputs, (*channel).fullShare))
	n.Rested = min(sh.own, part(l.rests, l.seen))
	n.Own, n.Starved, n.Pushed, n.Locked, n.Ready = sh.own, sh.starved, sh.pushed, sh.locked, sh.ready
	if span > 0 {
		n.CPU = float64(max(l.cpu, l.ran)) / float64(span)
	}
	if n.Relay && n.TID != 0 && n.Own > n.CPU { // a relay sleeps nowhere outside: it was not let run
		n.Own, n.Ready = n.CPU, n.Ready+n.Own-n.CPU
	}
	if n.State == Runs && sh.ready > 0.5 {
		n.State = Ready
	}
	return n
}

// lockNow is a lock as a frame shows it.
func (s *Sampler) lockNow(i int) LockNow {
	c := s.channels[i]
	n := LockNow{Name: c.Name, Kind: c.Kind}
	st, err := c.Lock()
	if err != nil {
		return n
	}
	n.Value = st.Value
	for k, stage := range s.stages {
		if st.Holder != 0 && s.status.Stages[k].PID == st.Holder && stage.Relay == nil {
			n.Holder = stage.Name
		}
		if stage.last.state == Locks && stage.last.on == i {
			n.Waiters = append(n.Waiters, stage.Name)
		}
	}
	switch {
	case n.Holder == "" && st.Holder == os.Getpid():
		n.Holder = "the script"
	case n.Holder == "" && st.Holder == ipc.UnknownHolder:
		n.Holder = "another process"
	case n.Holder == "" && st.Holder != 0:
		n.Holder = fmt.Sprint("process ", st.Holder)
	}
	return n
}

// mostFields is how many fields of a region a frame has.
const mostFields = 64

// regionNow is a region as a frame shows it.
func (c *channel) regionNow() RegionNow {
	st, _ := c.Region(mostFields)
	n := RegionNow{Name: c.Name, Bytes: int64(st.Bytes), More: st.More}
	for _, v := range st.Values {
		n.Fields = append(n.Fields, FieldNow(v))
	}
	return n
}

// largest is the largest share that some channels have.
func (s *Sampler) largest(list []int, share func(*channel) float64) (most float64) {
	for _, c := range list {
		most = max(most, share(s.channels[c]))
	}
	return most
}

// channelAt finds a channel by what a descriptor leads to.
func (s *Sampler) channelAt(f kernel.File) (int, bool) {
	c, ok := s.files[f]
	return c, ok && f != kernel.File{}
}

// findChannels finds out what the channels' descriptors lead to, and who has them.
func (s *Sampler) findChannels() {
	votes := map[int]map[kernel.File]int{}
	vote := func(c int, f kernel.File) {
		if votes[c] == nil {
			votes[c] = map[kernel.File]int{}
		}
		votes[c][f]++
	}
	for _, c := range s.channels {
		c.holders = c.holders[:0]
	}
	for i, st := range s.stages {
		status := &s.status.Stages[i]
		for _, held := range status.Ends {
			for _, end := range st.Ends {
				if c := s.channels[end.Channel]; end.FD == held.Number && c.streams() {
					f := kernel.File(held.Side.Pipe)
					vote(end.Channel, f)
					c.holders = append(c.holders, holder{fd: held.FD, writes: end.Mode.Writes(), file: f})
				}
			}
		}
		if st.tree == nil || st.tree.tid != 0 || st.tree.opaque {
			continue
		}
		for _, end := range st.Ends {
			c := s.channels[end.Channel]
			if !c.streams() {
				continue
			}
			if f, ok := fileOf(st.tree.root, end.FD); ok {
				vote(end.Channel, f)
				c.holders = append(c.holders, holder{pid: st.tree.root, fd: end.FD, writes: end.Mode.Writes(), file: f})
			}
		}
	}
	s.identify(votes)
}

// identify takes for each channel what most descriptors lead to: a program may have put
// something else at one.
func (s *Sampler) identify(votes map[int]map[kernel.File]int) {
	for i, by := range votes {
		c, most := s.channels[i], 0
		for f, n := range by {
			if n > most || n == most && f == c.file {
				c.file, most = f, n
			}
		}
	}
	clear(s.files)
	maps.Copy(s.files, s.adopted)
	for i, c := range s.channels {
		if c.file != (kernel.File{}) {
			s.files[c.file] = i
		}
		c.holders = slices.DeleteFunc(c.holders, func(h holder) bool { return h.file != c.file })
	}
}

// streams reports whether a channel is a stream of bytes that the kernel holds.
func (c *channel) streams() bool { return c.Kind == ipc.KindPipe || c.Kind == ipc.KindFIFO }

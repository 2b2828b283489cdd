package runtime

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"weir/ipc"
	"weir/runtime/guard"
	"weir/runtime/plan"
	"weir/runtime/scarce"
)

// starter executes a plan. Pipes between stages are made by the guard and known here by
// their slots. The rest weir opens itself and passes on.
type starter struct {
	run  *Run
	plan *plan.Plan

	mu        sync.Mutex // of the rest, which stages that start later share
	batch     *guard.Batch
	sides     map[plan.Side]*openSide
	local     map[string]bool      // channels at which weir itself, or a thread of it, has an end
	hold      []*os.File           // FIFOs held open on both sides until all stages are started
	postponed map[int][]*plan.Step // of stages that wait: for a FIFO's other side, a connection, another stage to be ready
	waits     map[int][]int        // the stages that must be ready, by the one that waits for them
	comes     map[int]*arrival     // the connections that stages wait for, by channel
	noticed   map[int]bool         // FIFOs of which the caller was told that nobody opens the other side
	requests  map[int]*guard.Spawn // of stages that may be started again
}

// openSide is a descriptor: in weir, in a slot of the guard, or both.
type openSide struct {
	file  *os.File
	slot  guard.Slot
	later int  // stages that start later and need it
	kept  int  // stages that may be started again and need it
	done  bool // nobody else needs it
	own   bool // the file is the caller's and stays open
}

func newStarter(r *Run) *starter {
	s := &starter{run: r, plan: r.plan, waits: r.plan.Awaits(), batch: r.guard.Batch(), sides: map[plan.Side]*openSide{},
		local: map[string]bool{}, postponed: map[int][]*plan.Step{}, noticed: map[int]bool{}, comes: arrivals(r.plan)}
	threads := map[string]bool{}
	for i := range s.plan.Stages {
		if s.plan.Stages[i].Inside() {
			threads[s.plan.Stages[i].Name] = true
		}
	}
	for _, end := range s.plan.Topology.Ends {
		if end.Stage == "" || threads[end.Stage] {
			s.local[end.Channel] = true
		}
	}
	return s
}

// execute does the steps in order. It postpones those of a stage that waits for the other
// side of a FIFO, for a connection, or for another stage to be ready.
func (s *starter) execute() error {
	defer s.dropHold()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.plan.Steps {
		step := &s.plan.Steps[i]
		postponed, err := s.postpone(step)
		if postponed && err == nil {
			continue
		}
		if err == nil {
			err = s.do(s.run.startCtx, step)
		}
		if err != nil {
			_ = s.batch.Flush() // the guard answers for the stages before
			return err
		}
	}
	s.keepOwn()
	for channel, a := range s.comes {
		go s.connect(channel, a)
	}
	for stage, steps := range s.postponed {
		s.run.claim(stage)
		s.noteBehind(stage, steps)
		go s.startLate(s.waitsToStart(stage), stage, steps)
	}
	s.closeRest()
	return s.batch.Flush()
}

// postpone keeps the step of a stage that starts later.
func (s *starter) postpone(step *plan.Step) (postponed bool, err error) {
	if step.Op == plan.OpCreate || step.Op == plan.OpUnlink {
		return false, nil
	}
	steps, later := s.postponed[step.StageIndex]
	if !later {
		meets := step.Op == plan.OpOpen && step.OutsidePeer
		if !meets && !s.startsLate(step.StageIndex) {
			return false, nil
		}
		for i := range s.plan.Stages[step.StageIndex].Ends {
			end := &s.plan.Stages[step.StageIndex].Ends[i]
			lent, err := s.borrow(step.StageIndex, end)
			if err != nil {
				return true, err
			}
			if o := s.sides[end.Side(plan.Everyone)]; o != nil && (meets || lent) {
				o.later++
			}
		}
	}
	s.postponed[step.StageIndex] = append(steps, step)
	return true, nil
}

// borrow has a file of the caller's stay open for a stage that starts later. The caller may
// close it meanwhile.
func (s *starter) borrow(stage int, end *plan.PlannedEnd) (lent bool, err error) {
	if s.plan.Channels[end.Channel].File == nil {
		return false, nil
	}
	o, err := s.find(stage, end)
	switch {
	case err != nil:
	case s.plan.Stages[stage].Inside():
		var f *os.File
		if f, err = threadFile(o.file, false); err == nil {
			s.sides[end.Side(stage)] = &openSide{file: f, later: 1}
		}
	case o.slot == 0:
		o.slot, err = s.batch.Give(o.file)
	}
	return true, err
}

// do does a step. open(2) of a FIFO ends with ctx.
func (s *starter) do(ctx context.Context, step *plan.Step) error {
	switch step.Op {
	case plan.OpCreate:
		return s.create(step)
	case plan.OpOpen:
		return s.open(ctx, step)
	case plan.OpSpawn, plan.OpRelay:
		return s.spawn(step.StageIndex)
	case plan.OpClose:
		return s.close(step)
	}
	return nil
}

func (s *starter) publish(kind EventKind, step *plan.Step, text string) {
	e := Event{Kind: kind, Run: s.run.id, Stage: step.Stage, Channel: step.Channel, Text: text}
	if kind == EventCreate {
		c := &s.plan.Channels[step.ChannelIndex]
		e.Mechanism, e.Capacity = c.Kind, capacityOf(c)
	} else {
		e.Mode = step.Mode.String()
	}
	if kind == EventOpen && step.StageIndex >= 0 {
		for _, end := range s.plan.Stages[step.StageIndex].AllEnds() {
			if end.Channel == step.ChannelIndex && end.Mode == step.Mode {
				e.FD = end.FD
				break
			}
		}
	}
	s.run.journal.Publish(e)
}

func (s *starter) create(step *plan.Step) error {
	c := &s.plan.Channels[step.ChannelIndex]
	if c.Adopted() {
		return nil
	}
	read, write := &openSide{}, &openSide{}
	var err error
	switch c.Kind {
	case ipc.KindPipe:
		if s.local[c.Name] || len(c.Data) > 0 {
			if read.file, write.file, err = ipc.Pipe(c.Capacity, s.passed(c.Name)...); err == nil && len(c.Data) > 0 {
				_, err = write.file.Write(c.Data)
			}
			break
		}
		read.slot, write.slot, err = s.batch.Pipe(c.Capacity)
	case ipc.KindMemory:
		write = read // one file, one position
		read.file, err = ipc.Memory(c.Name, c.Data)
	case ipc.KindFIFO:
		if err = s.makeFIFO(c); err == nil {
			s.publish(EventCreate, step, c.Path)
			return nil
		}
	default:
		err = fmt.Errorf("a %s cannot be created", c.Kind)
	}
	if err != nil {
		return explain(err, c)
	}
	readSide := plan.Side{Channel: step.ChannelIndex, Stage: plan.Everyone}
	for key, o := range map[plan.Side]*openSide{readSide: read, readSide.Other(): write} {
		s.sides[key] = o
		s.expect(o, key)
	}
	s.publish(EventCreate, step, "")
	return nil
}

// passed are the sides of a channel that processes get.
func (s *starter) passed(channel string) (sides []ipc.Mode) {
	for i := range s.plan.Stages {
		st := &s.plan.Stages[i]
		for k := range st.Ends {
			if end := &st.Ends[k]; !st.Inside() && s.plan.Channels[end.Channel].Name == channel {
				sides = append(sides, end.Mode)
			}
		}
	}
	return sides
}

// makeFIFO makes a name, which is removed with the run.
func (s *starter) makeFIFO(c *plan.PlannedChannel) error {
	register, err := guard.Names()
	if err != nil {
		return err
	}
	if !c.There {
		if err := ipc.MakeFIFO(c.Path, c.Perm, ipc.NameOptions{Registrar: register}); err != nil {
			return err
		}
	}
	s.run.names = append(s.run.names, c.Path)
	return nil
}

// explain adds where the channel was written, and the way out.
func explain(err error, c *plan.PlannedChannel) error {
	return &plan.Error{Channel: c.Name, Origin: c.Origin, Word: c.Path, Message: err.Error(), Hint: scarce.Way(err)}
}

func (s *starter) open(ctx context.Context, step *plan.Step) error {
	c := &s.plan.Channels[step.ChannelIndex]
	key := step.Side(step.StageIndex)
	var f *os.File
	var err error
	switch {
	case c.Kind == ipc.KindFIFO && step.OutsidePeer:
		s.mu.Unlock()
		opened := s.noticeNoPeer(step)
		f, err = ipc.OpenFIFO(ctx, c.Path, step.Mode)
		opened()
		s.mu.Lock()
	case c.Kind == ipc.KindFIFO:
		// Both sides are in this topology. While both are held open, opening either does
		// not wait for the other.
		var hold *os.File
		if hold, err = ipc.HoldFIFO(c.Path); err == nil {
			s.hold = append(s.hold, hold)
			f, err = ipc.OpenFIFO(ctx, c.Path, step.Mode)
		}
	default:
		if key.Writes {
			key.Stage = plan.Everyone
		}
		f, err = openPath(c.Path, step.Mode, fs.FileMode(c.Perm))
	}
	if err != nil {
		return explain(err, c)
	}
	s.sides[key] = &openSide{file: f}
	if key.Stage == plan.Everyone {
		s.expect(s.sides[key], key)
	}
	s.publish(EventOpen, step, c.Path)
	return nil
}

// find gives the descriptor for an end of a stage.
func (s *starter) find(stage int, end *plan.PlannedEnd) (*openSide, error) {
	c := &s.plan.Channels[end.Channel]
	for _, of := range []int{stage, plan.Everyone} {
		if o := s.sides[end.Side(of)]; o != nil {
			return o, nil
		}
	}
	if !c.Adopted() {
		return nil, fmt.Errorf("stage %s: channel %s is not open", s.plan.Stages[stage].Name, c.Name)
	}
	o := &openSide{file: standardFile(c.Channel), own: true}
	s.sides[end.Side(plan.Everyone)] = o
	return o, nil
}

func standardFile(c *plan.Channel) *os.File {
	switch {
	case c.File != nil:
		return c.File
	case c.FD == 0:
		return os.Stdin
	case c.FD == 1:
		return os.Stdout
	}
	return os.Stderr
}

func (s *starter) spawn(i int) error {
	st := &s.plan.Stages[i]
	if st.Inside() {
		return s.spawnThread(i, st)
	}
	req := &guard.Spawn{Stage: uint64(i), Path: st.Path, Dir: st.Dir, Argv: st.Argv, Limits: st.Limits.List(),
		Ends: make([]guard.SlotEnd, len(st.Ends))}
	for k := range st.Ends {
		o, err := s.find(i, &st.Ends[k])
		if err != nil {
			return err
		}
		if o.slot == 0 {
			if o.slot, err = s.batch.Give(o.file); err != nil {
				return err
			}
		}
		req.Ends[k] = guard.SlotEnd{Slot: o.slot, FD: uint64(st.Ends[k].FD)}
	}
	var err error
	if req.Env, err = s.batch.Environment(st.Env); err != nil {
		return err
	}
	if st.Restart != nil {
		s.keep(i, req)
	}
	s.run.spawnAsked(i)
	if err := s.batch.Spawn(req); err != nil {
		s.run.spawnAnswered(i, err)
		return err
	}
	return nil
}

func (s *starter) close(step *plan.Step) error {
	for _, of := range []int{step.StageIndex, plan.Everyone} {
		key := step.Side(of)
		if o := s.sides[key]; o != nil {
			o.done = true
			s.publish(EventClose, step, "")
			return s.drop(key, o)
		}
	}
	return nil
}

// drop closes a descriptor that nobody needs any more.
func (s *starter) drop(key plan.Side, o *openSide) error {
	if !o.done || o.later > 0 || o.kept > 0 {
		return nil
	}
	delete(s.sides, key)
	if s.sides[key.Other()] == o {
		return nil // memory has one file for both sides
	}
	if o.file != nil && !o.own {
		s.batch.CloseLater(o.file)
	}
	if o.slot != 0 {
		return s.batch.Close(o.slot)
	}
	return nil
}

// keepOwn hands weir's own ends over to the run.
func (s *starter) keepOwn() {
	channels := make(map[string]int, len(s.plan.Channels))
	for i := range s.plan.Channels {
		channels[s.plan.Channels[i].Name] = i
	}
	s.run.mu.Lock() // for ChannelOf
	defer s.run.mu.Unlock()
	for _, end := range s.plan.Topology.Ends {
		key := plan.Side{Channel: channels[end.Channel], Writes: end.Mode.Writes(), Stage: plan.Everyone}
		o := s.sides[key]
		if end.Stage != "" || o == nil || o.file == nil {
			continue
		}
		s.run.own[ownEnd{end.Channel, key.Writes}] = o.file
		o.own = true
		if o.slot != 0 && o.kept == 0 {
			_ = s.batch.Close(o.slot)
		}
		delete(s.sides, key)
	}
}

// closeRest closes what no step closes: the guard's copies of weir's own streams, and sides
// that no stage has. It leaves what a postponed stage may need.
func (s *starter) closeRest() {
	for key, o := range s.sides {
		if s.plan.Channels[key.Channel].Adopted() || !s.neededLater(key.Channel) {
			o.done = true
			_ = s.drop(key, o)
		}
	}
}

func (s *starter) dropHold() {
	for _, f := range s.hold {
		f.Close()
	}
	s.hold = nil
}

// closeAll closes everything, after a step has failed.
func (s *starter) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, o := range s.sides {
		o.done, o.later, o.kept = true, 0, 0
		_ = s.drop(key, o)
	}
	_ = s.batch.Flush()
}

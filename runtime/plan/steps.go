package plan

import (
	"fmt"
	"strconv"

	"weir/ipc"
)

// sequence writes the steps down.
type sequence struct {
	*compiler
	created map[int]bool
	opened  map[Side]bool
	last    map[Side]int // the last stage that needs a side
}

// steps keeps few descriptors open at a time: a channel is made for the first stage that
// needs it, and each of its sides is closed after the last one.
func (c *compiler) steps() {
	s := &sequence{compiler: c, created: map[int]bool{}, opened: map[Side]bool{}, last: make(map[Side]int, len(c.t.Ends))}
	c.plan.Steps = make([]Step, 0, len(c.plan.Stages)+2*len(c.t.Ends))
	own := map[Side]bool{}
	for _, end := range c.t.Ends {
		if end.Stage == "" {
			own[Side{c.channels[end.Channel], end.Mode.Writes(), Everyone}] = true
		}
	}
	for i := range c.plan.Stages {
		for _, end := range c.plan.Stages[i].AllEnds() {
			s.last[end.Side(Everyone)] = i
		}
	}
	for i := range c.plan.Channels {
		if ch := &c.plan.Channels[i]; ch.Call != "" && c.readers[i]+c.writers[i] > 0 {
			s.add(Step{Op: OpCreate, StageIndex: -1, ChannelIndex: i, Args: []string{ch.Call}})
		}
	}
	for i := range c.plan.Channels {
		if ch := &c.plan.Channels[i]; ch.Kind == ipc.KindFIFO && ch.Create && c.readers[i]+c.writers[i] > 0 {
			s.add(Step{Op: OpCreate, StageIndex: -1, ChannelIndex: i,
				Args: []string{"mkfifo", ch.Path, fmt.Sprintf("%#o", ch.Perm)}})
		}
	}
	for i := range c.plan.Stages {
		s.stage(i, own)
	}
	for i := range c.plan.Channels {
		if ch := &c.plan.Channels[i]; ch.Kind == ipc.KindFIFO && ch.Create && c.readers[i]+c.writers[i] > 0 {
			s.add(Step{Op: OpUnlink, StageIndex: -1, ChannelIndex: i, Args: []string{"unlink", ch.Path}})
		}
	}
}

func (s *sequence) add(step Step) {
	if step.StageIndex >= 0 {
		step.Stage = s.plan.Stages[step.StageIndex].Name
	}
	if step.ChannelIndex >= 0 {
		step.Channel = s.plan.Channels[step.ChannelIndex].Name
	}
	s.plan.Steps = append(s.plan.Steps, step)
}

func (s *sequence) stage(i int, own map[Side]bool) {
	st := &s.plan.Stages[i]
	ends := st.AllEnds()
	for _, end := range ends {
		s.prepare(i, end)
	}
	op := OpSpawn
	if st.Relay != nil {
		op = OpRelay
	}
	s.add(Step{Op: op, StageIndex: i, ChannelIndex: -1, Args: s.spawnArgs(st)})
	for k, end := range ends {
		ch := &s.plan.Channels[end.Channel]
		key := end.Side(Everyone)
		if ch.Adopted() || own[key] || s.last[key] != i && !s.opensAlone(ch, end.Mode) || again(ends[:k], end) {
			continue
		}
		s.add(Step{Op: OpClose, StageIndex: i, ChannelIndex: end.Channel, Mode: end.Mode, Args: []string{SideName(end.Mode)}})
	}
}

// again reports whether an earlier end of the stage is the same descriptor, as after 2>&1.
func again(ends []PlannedEnd, end PlannedEnd) bool {
	for _, e := range ends {
		if e.Channel == end.Channel && e.Mode.Writes() == end.Mode.Writes() {
			return true
		}
	}
	return false
}

// opensAlone reports whether each stage opens this side for itself. Readers of a file have
// a position each, and each end of a FIFO is an open(2) of its own.
func (s *sequence) opensAlone(ch *PlannedChannel, mode ipc.Mode) bool {
	return ch.Kind == ipc.KindFIFO || ch.Kind == ipc.KindFile && !mode.Writes()
}

// prepare adds what must be there before a stage can have this end.
func (s *sequence) prepare(i int, end PlannedEnd) {
	ch := &s.plan.Channels[end.Channel]
	if ch.Adopted() {
		return
	}
	switch ch.Kind {
	case ipc.KindPipe:
		if !s.created[end.Channel] {
			s.created[end.Channel] = true
			args := []string{"pipe2", "O_CLOEXEC"}
			if ch.Capacity > 0 {
				args = append(args, "F_SETPIPE_SZ", strconv.Itoa(ch.Capacity))
			}
			s.add(Step{Op: OpCreate, StageIndex: i, ChannelIndex: end.Channel, Args: args})
		}
	case ipc.KindMemory:
		if !s.created[end.Channel] {
			s.created[end.Channel] = true
			s.add(Step{Op: OpCreate, StageIndex: i, ChannelIndex: end.Channel,
				Args: []string{"memfd_create", strconv.Itoa(len(ch.Data)) + " bytes"}})
		}
	case ipc.KindFile, ipc.KindFIFO:
		key := end.Side(Everyone)
		if s.opensAlone(ch, end.Mode) {
			key.Stage = i
		}
		if s.opened[key] {
			return
		}
		s.opened[key] = true
		outside := ch.Kind == ipc.KindFIFO &&
			(s.readers[end.Channel] == 0 || s.writers[end.Channel] == 0 || ch.isNamedPipe())
		s.add(Step{Op: OpOpen, StageIndex: i, ChannelIndex: end.Channel, Mode: end.Mode, OutsidePeer: outside,
			Args: openArgs(ch, end.Mode, outside)})
	}
}

func openArgs(ch *PlannedChannel, mode ipc.Mode, outside bool) []string {
	args := []string{"open", ch.Path}
	switch {
	case mode == ipc.Read:
		args = append(args, "O_RDONLY")
	case ch.Kind == ipc.KindFIFO:
		args = append(args, "O_WRONLY")
	case mode == ipc.Append:
		args = append(args, "O_WRONLY|O_CREAT|O_APPEND")
	case mode == ipc.Both:
		args = append(args, "O_RDWR|O_CREAT")
	default:
		args = append(args, "O_WRONLY|O_CREAT|O_TRUNC")
	}
	if outside {
		args = append(args, "waits for the other side")
	}
	return args
}

// spawnArgs are the program, its arguments and the descriptors that it gets.
func (s *sequence) spawnArgs(st *PlannedStage) []string {
	args := []string{st.Path}
	if st.Inside() {
		args[0] = st.InsideAs()
	}
	if len(st.Argv) > 1 {
		args = append(args, st.Argv[1:]...)
	}
	for _, end := range st.Ends {
		args = append(args, strconv.Itoa(end.FD)+Arrow(end.Mode)+s.plan.Channels[end.Channel].Name)
	}
	return args
}

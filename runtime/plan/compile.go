package plan

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"weir/ipc"
	"weir/ipc/luatext"
)

// Compile decides what a run will do, in which order, and refuses what cannot work. It
// asks the system only through h.
func Compile(t *Topology, h Host) (*Plan, error) {
	c := &compiler{t: t, h: h, stages: map[string]int{}, channels: map[string]int{}, programs: map[string]string{}}
	c.plan = &Plan{Topology: t}
	for _, part := range []func() error{c.index, c.attach, c.checkEnds, c.checkCycle, c.checkSupervision,
		c.findPrograms, c.checkChannels} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	c.size()
	c.plan.CanDeadlock = c.canDeadlock()
	c.steps()
	return c.plan, nil
}

// defaultCapacity is what weir gives a pipe. At blocks of 64 KiB it is as fast as the
// largest, and a hundred pipes stay within a user's budget.
const defaultCapacity = 256 << 10

// relayCapacity is what weir gives a pipe beside a relay, which moves more at a time.
const relayCapacity = 1 << 20

// systemCapacity is what pipe(7) gives.
const systemCapacity = 64 << 10

type compiler struct {
	t        *Topology
	h        Host
	plan     *Plan
	stages   map[string]int
	channels map[string]int
	programs map[string]string // PATH and name to program
	readers  []int             // ends by channel, weir's own among them
	writers  []int
}

func (c *compiler) index() error {
	if len(c.t.Stages) == 0 {
		return &Error{Message: "the topology is empty: it has no stage to run"}
	}
	c.plan.Stages = make([]PlannedStage, len(c.t.Stages))
	for i := range c.t.Stages {
		s := &c.t.Stages[i]
		if _, twice := c.stages[s.Name]; twice || s.Name == "" {
			return &Error{Stage: s.Name, Origin: s.Origin,
				Message: fmt.Sprintf("two stages are named %s", luatext.Quote(s.Name)),
				Hint:    "name one of them with :named"}
		}
		c.stages[s.Name] = i
		dir := c.h.Dir
		if s.Dir != "" {
			dir = absolute(c.h.Dir, s.Dir)
		}
		c.plan.Stages[i] = PlannedStage{Stage: s, Dir: dir, Env: c.h.changeEnv(s.Env)}
	}
	for i := range c.t.Channels {
		ch := &c.t.Channels[i]
		if _, twice := c.channels[ch.Name]; twice || ch.Name == "" {
			return &Error{Channel: ch.Name, Origin: ch.Origin,
				Message: fmt.Sprintf("two channels are named %s", luatext.Quote(ch.Name))}
		}
		c.channels[ch.Name] = i
		c.plan.Channels = append(c.plan.Channels, PlannedChannel{Channel: ch, Path: ch.Path})
	}
	return nil
}

// changeEnv applies "K=V" and "K" to the environment. Without changes it gives the same
// slice.
func (h Host) changeEnv(changes []string) []string {
	if len(changes) == 0 {
		return h.Env
	}
	out := slices.Clone(h.Env)
	for _, change := range changes {
		key, _, sets := strings.Cut(change, "=")
		out = slices.DeleteFunc(out, func(kv string) bool {
			name, _, _ := strings.Cut(kv, "=")
			return h.sameVariable(name, key)
		})
		if sets {
			out = append(out, change)
		}
	}
	return out
}

var standardNames = [3]string{"stdin", "stdout", "stderr"}

// attach lays the ends out by stage. A stage without one at 0, 1 or 2 has weir's own
// there.
func (c *compiler) attach() error {
	for _, end := range c.t.Ends {
		ch, ok := c.channels[end.Channel]
		if !ok {
			return &Error{Message: fmt.Sprintf("an end names the channel %s, which the topology has not",
				luatext.Quote(end.Channel))}
		}
		if end.Stage == "" {
			c.plan.Own = append(c.plan.Own, PlannedEnd{ch, end.Mode, end.FD})
			continue
		}
		i, ok := c.stages[end.Stage]
		if !ok {
			return &Error{Message: fmt.Sprintf("an end names the stage %s, which the topology has not",
				luatext.Quote(end.Stage))}
		}
		st, planned := &c.plan.Stages[i], PlannedEnd{ch, end.Mode, end.FD}
		if end.Replaced {
			st.Replaced = append(st.Replaced, planned)
		} else {
			st.Ends = append(st.Ends, planned)
		}
	}
	var standard [3]int
	for fd, name := range standardNames {
		if i, ok := c.channels[name]; ok && c.t.Channels[i].Kind == ipc.KindStandard {
			standard[fd] = i
			continue
		}
		standard[fd] = len(c.plan.Channels)
		ch := &Channel{Name: name, Kind: ipc.KindStandard, FD: fd}
		c.plan.Channels = append(c.plan.Channels, PlannedChannel{Channel: ch})
	}
	for i := range c.plan.Stages {
		st := &c.plan.Stages[i]
		if st.Relay != nil {
			continue // it has what it needs, and writes nothing anywhere else
		}
		var has [3]bool
		for _, fd := range st.Closed {
			has[fd] = true
		}
		for _, end := range st.Ends {
			if end.FD >= 0 && end.FD < 3 {
				has[end.FD] = true
			}
		}
		for fd, there := range has {
			if !there {
				mode := ipc.Write
				if fd == 0 {
					mode = ipc.Read
				}
				st.Ends = append(st.Ends, PlannedEnd{standard[fd], mode, fd})
			}
		}
		sort.SliceStable(st.Ends, func(a, b int) bool { return st.Ends[a].FD < st.Ends[b].FD })
	}
	return nil
}

func (c *compiler) checkEnds() error {
	c.readers, c.writers = make([]int, len(c.plan.Channels)), make([]int, len(c.plan.Channels))
	for i := range c.plan.Stages {
		st := &c.plan.Stages[i]
		if len(st.Ends) > MaxDescriptors {
			return c.stageError(st, "", "stage %s has %d descriptors: the limit is %d", st.Name, len(st.Ends), MaxDescriptors)
		}
		for k, end := range st.Ends {
			if end.FD < 0 || end.FD >= 1<<10 {
				return c.stageError(st, "", "stage %s: descriptor %d is out of range (0 to 1023)", st.Name, end.FD)
			}
			if k > 0 && st.Ends[k-1].FD == end.FD {
				return c.attachedTwice(st, &st.Ends[k-1], &end)
			}
			c.count(end.Channel, end.Mode)
		}
		for _, end := range st.Replaced {
			c.count(end.Channel, end.Mode)
		}
	}
	for _, end := range c.t.Ends {
		if end.Stage == "" {
			c.count(c.channels[end.Channel], end.Mode)
		}
	}
	for i := range c.t.Channels {
		ch := &c.t.Channels[i]
		if ch.Kind != ipc.KindPipe {
			continue
		}
		e := &Error{Channel: ch.Name, Origin: ch.Origin, Word: "pipe"}
		switch {
		case c.readers[i] == 0:
			e.Message = fmt.Sprintf("pipe %s has no reader: whoever writes to it would get SIGPIPE", ch.Name)
			e.Hint = "pipe it into a stage"
			return e
		case c.writers[i] == 0:
			e.Message = fmt.Sprintf("pipe %s has no writer: whoever reads it would find it empty", ch.Name)
			e.Hint = "pipe a stage into it"
			return e
		}
	}
	return nil
}

func (c *compiler) count(channel int, mode ipc.Mode) {
	if mode.Writes() {
		c.writers[channel]++
	} else {
		c.readers[channel]++
	}
}

func (c *compiler) stageError(st *PlannedStage, word, format string, args ...any) *Error {
	return &Error{Stage: st.Name, Origin: st.Origin, Word: word, Message: fmt.Sprintf(format, args...)}
}

func (c *compiler) attachedTwice(st *PlannedStage, a, b *PlannedEnd) error {
	where := fmt.Sprintf("descriptor %d", a.FD)
	if a.FD < len(standardNames) {
		where = standardNames[a.FD]
	}
	e := c.stageError(st, st.Word(), "stage %s is attached twice to its %s: to %s and to %s", st.Name, where,
		c.plan.Channels[a.Channel].describe(), c.plan.Channels[b.Channel].describe())
	if a.FD == 0 {
		e.Hint = "a stage reads one input: concatenate them with cat first"
	}
	return e
}

func (ch *PlannedChannel) describe() string {
	if ch.Channel.Path != "" {
		return fmt.Sprintf("the %s %s", ch.Kind, ch.Channel.Path)
	}
	return ch.Name
}

// Word is what an error points at: the program's name, or proc.
func (st *PlannedStage) Word() string {
	if len(st.Argv) == 0 || st.Text != "" && !strings.Contains(st.Text, st.Argv[0]) {
		return st.Name
	}
	return st.Argv[0]
}

// size gives each pipe its capacity: a larger one than the system's while all of them stay
// within half of the user's budget, and the largest beside a relay.
func (c *compiler) size() {
	sizes := make([]int, len(c.plan.Channels))
	total := 0
	for i := range c.t.Channels {
		if c.t.Channels[i].Kind == ipc.KindPipe {
			sizes[i] = defaultCapacity
			total += defaultCapacity
		}
	}
	for i := range c.plan.Stages {
		for _, end := range c.plan.Stages[i].Ends {
			if c.plan.Stages[i].Relay != nil && sizes[end.Channel] == defaultCapacity {
				sizes[end.Channel] = relayCapacity
				total += relayCapacity - defaultCapacity
			}
		}
	}
	larger := total/4096 <= c.h.PipePages/2
	for i := range c.plan.Channels {
		ch := &c.plan.Channels[i]
		switch {
		case ch.Kind != ipc.KindPipe:
		case ch.Channel.Capacity != 0:
			ch.Capacity = ch.Channel.Capacity
			if ch.Capacity == systemCapacity {
				ch.Capacity = 0
			}
		case larger:
			ch.Capacity = sizes[i]
		}
	}
}

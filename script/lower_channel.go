package script

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/script/problem"
)

// newChannel adds a channel and returns its name.
func (lo *lowering) newChannel(c plan.Channel, at problem.Origin) string {
	if c.Name == "" {
		c.Name = lo.channels.unique(string(c.Kind)+"1", string(c.Kind))
	} else {
		c.Name = lo.channels.unique(c.Name, c.Name+"#")
	}
	c.Origin = at.String()
	lo.places[c.Origin] = at
	lo.places[c.Name] = at
	lo.top.Channels = append(lo.top.Channels, c)
	return c.Name
}

// channelOf finds a channel by its name.
func (lo *lowering) channelOf(name string) *plan.Channel {
	for i := range lo.top.Channels {
		if lo.top.Channels[i].Name == name {
			return &lo.top.Channels[i]
		}
	}
	return &plan.Channel{}
}

// names are the names in use, each with the last number given out for it.
type names map[string]int

// unique gives first where nobody has it, else prefix with a number.
func (taken names) unique(first, prefix string) string {
	name := first
	n := max(taken[prefix], 1)
	for {
		if _, used := taken[name]; !used {
			break
		}
		n++
		name = fmt.Sprintf("%s%d", prefix, n)
	}
	taken[name] = max(taken[name], 1)
	taken[prefix] = max(taken[prefix], n)
	return name
}

func (lo *lowering) end(stage, channel string, mode ipc.Mode, fd int) {
	lo.top.Ends = append(lo.top.Ends, plan.End{Stage: stage, Channel: channel, Mode: mode, FD: fd})
}

// heldEnd is what a stage's descriptor was attached to.
type heldEnd struct {
	fd       int
	end      *attach
	replaced bool // by what the descriptor was attached to later
}

// standard gives the channel of one of weir's own descriptors; f, if any, stands
// in for it.
func (lo *lowering) standard(fd int, f *os.File) *attach {
	mode := ipc.Write
	if fd == 0 {
		mode = ipc.Read
	}
	name := lo.std[fd]
	if name == "" {
		name = [...]string{"stdin", "stdout", "stderr"}[fd]
		lo.std[fd] = lo.newChannel(plan.Channel{Name: name, Kind: ipc.KindStandard, FD: fd, File: f}, problem.Origin{})
		name = lo.std[fd]
	}
	return &attach{channel: name, mode: mode}
}

// source attaches the reading side of a channel.
func (lo *lowering) source(c *channel) (*attach, error) {
	if c.onlyWritten() {
		return nil, problem.New(c.Origin, "%s is opened for writing, and here it would be read", write(c)).
			Hinted("write file%s to read it", problem.Quote(c.path)).Pointing(verbOf(c))
	}
	switch c.kind {
	case ipc.KindMemory:
		name := lo.newChannel(plan.Channel{Name: c.name, Kind: c.kind, Data: []byte(c.data)}, c.Origin)
		return &attach{channel: name, source: c}, nil
	case ipc.KindFile:
		return &attach{channel: lo.fileChannel(c, ipc.Read), source: c}, nil
	}
	if c.msg != nil {
		return lo.relayFrom(c), nil
	}
	if c.stream != nil {
		return &attach{channel: lo.streamChannel(c), source: c}, nil
	}
	u, err := lo.useOf(c)
	if err != nil {
		return nil, err
	}
	u.reads++
	return &attach{channel: u.readName(), source: c}, nil
}

// sink attaches the writing side of a channel.
func (lo *lowering) sink(c *channel) (*attach, error) {
	if c.onlyRead() {
		return nil, problem.New(c.Origin, "%s is a source, and here it would be written to", write(c)).Pointing(verbOf(c))
	}
	if c.kind == ipc.KindFile {
		mode := ipc.Write
		if c.modeSet {
			mode = c.mode
		}
		return &attach{channel: lo.fileChannel(c, mode), mode: mode, source: c}, nil
	}
	if c.msg != nil {
		return lo.relayInto(c), nil
	}
	if c.stream != nil {
		return &attach{channel: lo.streamChannel(c), mode: ipc.Write, source: c}, nil
	}
	u, err := lo.useOf(c)
	if err != nil {
		return nil, err
	}
	u.writes++
	return &attach{channel: u.name, mode: ipc.Write, source: c}, nil
}

// fileChannel gives the channel of a file value. All that write to one value
// share its open description, so that they do not overwrite each other.
func (lo *lowering) fileChannel(c *channel, mode ipc.Mode) string {
	if path, err := filepath.Abs(c.path); err == nil {
		switch mode {
		case ipc.Read:
			lo.read[path] = c
		case ipc.Write:
			lo.written[path] = c
		}
	}
	key := fileKey{c.own, mode}
	if u := lo.pipes[key]; u != nil {
		return u.name
	}
	name := lo.newChannel(plan.Channel{Name: c.name, Kind: c.kind, Path: c.path, Perm: c.perm}, c.Origin)
	lo.pipes[key] = &use{name: name, channel: c}
	return name
}

type fileKey struct {
	own  *ownEnds
	mode ipc.Mode
}

// useOf gives the one channel of a pipe or FIFO value.
func (lo *lowering) useOf(c *channel) (*use, error) {
	var key any = c.own
	if c.kind == ipc.KindFIFO {
		path, err := filepath.Abs(c.path)
		if err != nil {
			return nil, problem.New(c.Origin, "%v", err)
		}
		key = path
	}
	if u := lo.pipes[key]; u != nil {
		return u, nil
	}
	rc := plan.Channel{Name: c.name, Kind: c.kind, Path: c.path, Capacity: c.capacity, Perm: c.perm}
	if c.kind == ipc.KindFIFO {
		create, err := createsFIFO(c)
		if err != nil {
			return nil, err
		}
		rc.Create = create
	} else if c.own.attached() {
		return nil, problem.New(c.Origin, "%s belongs to a job that was started before", write(c)).
			Hinted("start both sides at once: start(a | p, p | b)").Pointing("pipe")
	}
	u := &use{name: lo.newChannel(rc, c.Origin), channel: c}
	if c.spill != nil || c.meter {
		lo.relayWithin(c, u)
	}
	lo.pipes[key] = u
	lo.order = append(lo.order, u)
	return u, nil
}

// relayWithin puts what the script asked for between the two sides of a pipe.
func (lo *lowering) relayWithin(c *channel, u *use) {
	in := &attach{channel: u.name}
	between := []*through{}
	if c.meter {
		between = append(between, &through{Origin: c.Origin, verb: "meter", name: c.name})
	}
	if c.spill != nil {
		between = append(between, c.spill)
	}
	for _, t := range between {
		w, r := lo.newPipe(c.Origin)
		_ = lo.addThrough(t, in, w)
		in = r
	}
	u.back = in.channel
}

// createsFIFO decides whether the run makes the name. Unless the script said,
// it does so where nothing has the name yet.
func createsFIFO(c *channel) (bool, error) {
	info, err := os.Lstat(c.path)
	exists := err == nil
	switch {
	case c.create == nil && !exists:
		return true, nil
	case c.create != nil && *c.create && exists:
		return false, problem.New(c.Origin, "fifo %s: there is something of that name already", c.path).
			Hinted("leave create=true out to join it, if it is a FIFO").Pointing(c.path)
	case c.create != nil && *c.create:
		return true, nil
	case !exists:
		return false, problem.New(c.Origin, "fifo %s: there is no such FIFO", c.path).
			Hinted("fifo(%s, {create=true}) makes it", problem.Quote(c.path)).Pointing(c.path)
	case info.Mode()&fs.ModeNamedPipe == 0:
		return false, problem.New(c.Origin, "fifo %s: what has that name is no FIFO", c.path).Pointing(c.path)
	}
	return false, nil
}

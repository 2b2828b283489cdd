package script

import (
	"weir/ipc"
	"weir/runtime/plan"
	"weir/script/problem"
)

// source attaches the reading side of a channel.
func (lo *lowering) source(c *channel) (*attach, error) {
	if c.onlyWritten() {
		return nil, problem.New(c.Origin, "%s is opened for writing, and here it would be read", write(c)).
			Hinted("write file%s to read it", problem.Quote(c.path)).Pointing(verbOf(c))
	}
	switch {
	case c.kind == ipc.KindMemory:
		name := lo.top.newChannel(plan.Channel{Name: c.name, Kind: c.kind, Data: []byte(c.data)}, c.Origin)
		return &attach{channel: name, source: c}, nil
	case c.kind == ipc.KindFile:
		return &attach{channel: lo.pipes.file(c, ipc.Read), source: c}, nil
	case c.msg != nil:
		return lo.objects.relayFrom(c)
	case c.stream != nil:
		name, err := lo.connections.channel(c)
		return &attach{channel: name, source: c}, err
	}
	u, err := lo.pipes.useOf(c)
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
	switch {
	case c.kind == ipc.KindFile:
		mode := ipc.Write
		if c.modeSet {
			mode = c.mode
		}
		return &attach{channel: lo.pipes.file(c, mode), mode: mode, source: c}, nil
	case c.msg != nil:
		return lo.objects.relayInto(c)
	case c.stream != nil:
		name, err := lo.connections.channel(c)
		return &attach{channel: name, mode: ipc.Write, source: c}, err
	}
	u, err := lo.pipes.useOf(c)
	if err != nil {
		return nil, err
	}
	u.writes++
	return &attach{channel: u.name, mode: ipc.Write, source: c}, nil
}

// leadTo gives what a descriptor is attached to that leads to a node: a side of
// the channel, or a pipe to or from what runs.
func (lo *lowering) leadTo(at problem.Origin, to node, mode ipc.Mode) (*attach, error) {
	c, isChannel := to.(*channel)
	switch {
	case isChannel && mode.Writes():
		return lo.sink(c)
	case isChannel:
		return lo.source(c)
	}
	w, r := lo.top.newPipe(at)
	if mode.Writes() {
		return w, lo.add(to, r, nil)
	}
	return r, lo.add(to, nil, w)
}

// has reports whether a run has a channel.
func (lo *lowering) has(c *channel) bool {
	switch {
	case c.msg != nil:
		return lo.objects.has(c.msg)
	case c.stream != nil:
		return lo.connections.has(c.stream)
	}
	return lo.pipes.has(c)
}

// onlyRead reports whether nothing can be written to a channel: a text, and a file
// that is opened for reading.
func (c *channel) onlyRead() bool {
	return c.kind == ipc.KindMemory || c.kind == ipc.KindFile && c.modeSet && !c.mode.Writes()
}

// onlyWritten reports whether nothing can be read from a channel.
func (c *channel) onlyWritten() bool {
	return c.kind == ipc.KindFile && c.modeSet && c.mode.Writes()
}

// verbOf is the function of the library that makes such a channel.
func verbOf(c *channel) string {
	if c.kind == ipc.KindMemory {
		return "text"
	}
	if c.stream != nil || c.msg != nil && c.msg.outside {
		return "socket"
	}
	return string(c.kind)
}

// Describe is for errors: "a pipe".
func (c *channel) Describe() string { return "a " + verbOf(c) }

// exampleFor shows how a channel is joined to a stage.
func exampleFor(c *channel) string {
	if c.onlyWritten() {
		return `"seq 3" | ` + write(c)
	}
	return write(c) + ` | "cat"`
}

package sample

import (
	"time"

	"weir/ipc"
	"weir/ipc/kernel"
	"weir/runtime/plan"
)

// channel is what is known of a channel from look to look.
type channel struct {
	*plan.PlannedChannel
	file             kernel.File
	holders          []holder
	readers, writers []int // stages
	fill, capacity   int
	slice            fills
	past             window[fills]
	total            int64
	written, read    int64 // what its writers have written, and its readers read, since the first look
	rated            bool
	used             bool  // it has held something
	exact            bool  // relays count what goes through it
	records          int64 // that relays have counted, or that were taken from it
	numbered         bool  // records is known
	counts           bool  // it counts them itself
}

// holder is a descriptor of a channel. pid is 0 for one of this process.
type holder struct {
	pid, fd int
	writes  bool
	file    kernel.File
}

// fills are what looks have found in a slice of the window.
type fills struct {
	looks, full, empty int
	bytes, records     int64
}

// nearlyFull reports whether a write may have to wait: a pipe takes whole pages only.
func (c *channel) nearlyFull() bool {
	if c.Stat != nil {
		return c.capacity >= 0 && c.fill >= c.capacity
	}
	return c.capacity > 0 && (c.fill >= c.capacity*9/10 || c.fill > c.capacity-4096 && c.capacity > 4096)
}

// look asks how full the channel is.
func (c *channel) look() {
	switch {
	case c.Stat != nil:
		st, err := c.Stat()
		if err != nil || st.Messages < 0 {
			return
		}
		c.fill, c.capacity = st.Messages, st.Capacity
		if c.counts = st.Received >= 0; c.counts {
			c.number(st.Received)
		}
		c.used = c.used || c.fill > 0 || c.records > 0
	case !c.streams() || !c.measure():
		return
	}
	c.slice.looks++
	if c.nearlyFull() {
		c.slice.full++
	}
	if c.fill == 0 {
		c.slice.empty++
	}
}

// number takes how many messages have gone through so far; -1 is not known.
func (c *channel) number(records int64) {
	if c.numbered {
		c.slice.records += max(0, records-c.records)
	}
	c.records, c.numbered = records, records >= 0
}

// sums are those of the window.
func (c *channel) sums() (f fills) {
	for _, slice := range c.past.slices {
		f.looks, f.full, f.empty = f.looks+slice.looks, f.full+slice.full, f.empty+slice.empty
		f.bytes, f.records = f.bytes+slice.bytes, f.records+slice.records
	}
	return f
}

func part(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func (c *channel) fullShare() float64  { f := c.sums(); return part(f.full, f.looks) }
func (c *channel) emptyShare() float64 { f := c.sums(); return part(f.empty, f.looks) }

// shown reports whether the channel stands in a frame. A mailbox that nobody uses does not:
// each Lua stage has one. Nor do the descriptors that a mailslot has besides the one that is asked.
func (c *channel) shown() bool {
	if c.Kind == ipc.KindMailslot && c.Stat == nil {
		return false
	}
	return c.Kind != ipc.KindStandard && c.Kind != ipc.KindMemory && c.Liveness == "" &&
		(c.Kind != ipc.KindMailbox || c.used) && c.Kind.Carries() != ipc.Nothing
}

// endSlice takes what has passed since the last frame: what a relay at its end has counted,
// or else the larger of what the writer wrote and the reader read, since neither is told of
// what splice(2) moves.
func (c *channel) endSlice(s *Sampler) {
	switch total, records, counted := s.counts(c.Name); {
	case counted:
		if c.exact { // else all of it came before the first look
			c.slice.bytes = max(0, total-c.total)
		}
		c.total, c.rated, c.exact = total, true, true
		if !c.counts {
			c.number(records)
		}
	case c.streams():
		if moved, known := s.moved(c); known {
			c.slice.bytes, c.rated = moved, true
			c.total += moved
		}
	}
	c.past.push(c.slice, windowSlices)
	c.slice = fills{}
}

// counts gives what the relays at the ends of a channel have counted. ok is false if there
// is none.
func (s *Sampler) counts(channel string) (total, records int64, ok bool) {
	records = -1
	for i := range s.status.Stages {
		for _, p := range s.status.Stages[i].Ports {
			if p.Channel == channel {
				total, records, ok = max(total, p.Bytes), max(records, p.Records), true
			}
		}
	}
	return total, records, ok
}

// moved gives by how much more has gone through a channel since the last frame: what its writers
// wrote until now, or its readers read, whichever is more. known is false if both may be something
// else.
func (s *Sampler) moved(c *channel) (moved int64, known bool) {
	before := max(c.written, c.read)
	count := func(so *int64, stages []int, of func(*stage) []int, bytes func(*looks) int64) {
		sum, whole := int64(0), len(stages) > 0
		for _, i := range stages {
			st := s.stages[i]
			last := &st.past.slices[len(st.past.slices)-1]
			whole = whole && st.tree != nil && st.tree.tid == 0 && st.now.counted && s.soleStream(of(st))
			sum += bytes(last)
		}
		if whole {
			*so, known = *so+sum, true
		}
	}
	count(&c.written, c.writers, func(st *stage) []int { return st.outputs }, func(l *looks) int64 { return l.written })
	count(&c.read, c.readers, func(st *stage) []int { return st.inputs }, func(l *looks) int64 { return l.read })
	return max(c.written, c.read) - before, known
}

// soleStream reports whether only one of a stage's channels can have carried what its
// processes read, or wrote.
func (s *Sampler) soleStream(list []int) bool {
	n := 0
	for _, c := range list {
		switch c := s.channels[c]; {
		case c.Kind == ipc.KindStandard || c.Kind == ipc.KindMemory: // little goes that way
		case c.Kind.Carries() == ipc.Nothing || c.File != nil && !c.streams(): // it is mapped
		default:
			n++
		}
	}
	return n == 1
}

// channelNow is a channel as a frame shows it.
func (s *Sampler) channelNow(c *channel, span time.Duration) ChannelNow {
	n := ChannelNow{Channel: c.Name, Kind: c.Kind, Fill: int64(c.fill), Cap: int64(c.capacity), Unit: Bytes, Rate: -1,
		Total: -1, Messages: -1, MessageRate: -1,
		Readers: len(c.readers), Writers: len(c.writers), From: s.namesOf(c.writers), To: s.namesOf(c.readers)}
	if c.Stat != nil {
		n.Unit, n.Exact = Messages, true
	}
	f := c.sums()
	n.Full, n.Empty = part(f.full, f.looks), part(f.empty, f.looks)
	if c.rated && span > 0 {
		n.Rate, n.Total, n.Source = float64(f.bytes)/span.Seconds(), c.total, "/proc/PID/io"
	}
	if c.exact {
		n.Exact, n.Source = true, ""
	}
	if c.numbered && span > 0 {
		n.Messages, n.MessageRate = c.records, float64(f.records)/span.Seconds()
	}
	return n
}

func (s *Sampler) namesOf(stages []int) (list []string) {
	for _, i := range stages {
		list = append(list, s.stages[i].Name)
	}
	return list
}

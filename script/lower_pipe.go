package script

import (
	"os"
	"path/filepath"
	"slices"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/script/problem"
)

// pipes are the pipes, FIFOs and files of a run. A value of the script's is one channel there,
// in however many chains it stands.
type pipes struct {
	top           *draft
	relays        *relays
	uses          map[any]*use
	order         []*use // pipes and FIFOs in the order of their first use
	holdings      []holding
	written, read map[string]*channel // files by their absolute path; written are those that are made anew
}

func newPipes(top *draft, r *relays) pipes {
	return pipes{top: top, relays: r, uses: map[any]*use{}, written: map[string]*channel{}, read: map[string]*channel{}}
}

// use counts the ends of one pipe or FIFO.
type use struct {
	name           string
	back           string // what is read, where a relay stands between the two sides
	channel        *channel
	reads, writes  int
	ownRead, ownWr bool
}

// holding is a channel inside a travelling function, with the descriptors that
// its stage may get for it.
type holding struct {
	stage       string
	use         *use
	read, write int
}

// fileKey finds the use of a file: all that write to one value share its open description, so that
// they do not overwrite each other.
type fileKey struct {
	own  *opened
	mode ipc.Mode
}

// readName is the runtime's channel that readers of a use have.
func (u *use) readName() string {
	if u.back != "" {
		return u.back
	}
	return u.name
}

// file gives the channel of a file value.
func (p *pipes) file(c *channel, mode ipc.Mode) string {
	if path, err := filepath.Abs(c.path); err == nil {
		switch mode {
		case ipc.Read:
			p.read[path] = c
		case ipc.Write:
			p.written[path] = c
		}
	}
	key := fileKey{c.opened, mode}
	if u := p.uses[key]; u != nil {
		return u.name
	}
	name := p.top.newChannel(plan.Channel{Name: c.name, Kind: c.kind, Path: c.path, Perm: c.perm}, c.Origin)
	p.uses[key] = &use{name: name, channel: c}
	return name
}

// checkFiles refuses a run that would empty a file before it reads it.
func (p *pipes) checkFiles() error {
	for path, c := range p.written {
		if _, both := p.read[path]; !both {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return problem.New(c.Origin, "this run reads %s and writes it anew: it would be empty before it is read", c.path).
				Hinted("write another file and rename it").Pointing(c.path)
		}
	}
	return nil
}

// useOf gives the one channel of a pipe or FIFO value.
func (p *pipes) useOf(c *channel) (*use, error) {
	var key any = c.opened
	if c.kind == ipc.KindFIFO {
		path, err := filepath.Abs(c.path)
		if err != nil {
			return nil, problem.New(c.Origin, "%v", err)
		}
		key = path
	}
	if u := p.uses[key]; u != nil {
		return u, nil
	}
	rc := plan.Channel{Name: c.name, Kind: c.kind, Path: c.path, Capacity: c.capacity, Perm: c.perm}
	if c.kind == ipc.KindFIFO {
		create, err := createsFIFO(c)
		if err != nil {
			return nil, err
		}
		rc.Create, rc.There = create, c.made
	} else if c.attached() {
		return nil, problem.New(c.Origin, "%s belongs to a job that was started before", write(c)).
			Hinted("start both sides at once: start(a | p, p | b)").Pointing("pipe")
	}
	u := &use{name: p.top.newChannel(rc, c.Origin), channel: c}
	p.relayWithin(c, u)
	p.uses[key] = u
	p.order = append(p.order, u)
	return u, nil
}

// relayWithin puts what the script asked for between the two sides of a pipe.
func (p *pipes) relayWithin(c *channel, u *use) {
	var between []*inlineRelay
	if c.meter {
		between = append(between, &inlineRelay{Origin: c.Origin, verb: "meter", name: c.name})
	}
	if c.spill != nil {
		between = append(between, c.spill)
	}
	in := &attach{channel: u.name}
	for _, t := range between {
		w, r := p.top.newPipe(c.Origin)
		p.relays.inline(t, in, w)
		in, u.back = r, r.channel
	}
}

// createsFIFO decides whether the run makes the name. Unless the script said,
// it does so where nothing has the name yet.
func createsFIFO(c *channel) (bool, error) {
	if !fifosLast {
		return false, nil
	}
	exists, isFIFO := lookForFIFO(c.path)
	c.made = c.made && exists
	switch {
	case c.create == nil && !exists:
		return true, nil
	case c.made && exists:
		return true, nil
	case c.create != nil && *c.create && exists:
		return false, problem.New(c.Origin, "fifo %s: there is something of that name already", c.path).
			Hinted("leave create=true out to join it, if it is a FIFO").Pointing(c.path)
	case c.create != nil && *c.create:
		return true, nil
	case !exists:
		return false, problem.New(c.Origin, "fifo %s: there is no such FIFO", c.path).
			Hinted("fifo(%s, {create=true}) makes it", problem.Quote(c.path)).Pointing(c.path)
	case !isFIFO:
		return false, problem.New(c.Origin, "fifo %s: what has that name is no FIFO", c.path).Pointing(c.path)
	}
	return false, nil
}

// share gives the ends of pipes that no chain uses to the functions that
// hold the pipe, or else to the script. Where both sides are to be had, a
// function gets both, and its first use closes the other.
func (p *pipes) share() {
	held := map[*use]int{}
	for _, h := range p.holdings {
		held[h.use]++
		if h.use.channel.kind != ipc.KindPipe {
			continue
		}
		both := h.use.reads > 0 && h.use.writes > 0
		if both || h.use.reads == 0 {
			p.top.end(h.stage, h.use.readName(), ipc.Read, h.read)
		}
		if both || h.use.writes == 0 {
			p.top.end(h.stage, h.use.name, ipc.Write, h.write)
		}
		if h.use.reads == 0 && h.use.writes == 0 {
			p.top.channelOf(h.use.name).Either = true
		}
	}
	for _, u := range p.order {
		if u.channel.kind != ipc.KindPipe {
			continue
		}
		u.ownRead, u.ownWr = u.reads == 0, u.writes == 0
		if n := held[u]; n > 1 || n == 1 && u.ownRead != u.ownWr {
			u.ownRead, u.ownWr = false, false
		}
		if u.ownRead {
			p.top.end("", u.readName(), ipc.Read, -1)
		}
		if u.ownWr {
			p.top.end("", u.name, ipc.Write, -1)
		}
	}
}

// unused lists the pipes that only the script itself could read or write.
func (p *pipes) unused() []*use {
	return slices.DeleteFunc(slices.Clone(p.order), func(u *use) bool {
		return u.channel.kind != ipc.KindPipe || !u.ownRead && !u.ownWr
	})
}

// has reports whether a run has a pipe, FIFO or file.
func (p *pipes) has(c *channel) bool { return p.find(c) != nil }

// find gives the use of a pipe, FIFO or file; nil if the run does not have it.
func (p *pipes) find(c *channel) *use {
	if c.kind == ipc.KindFIFO {
		path, _ := filepath.Abs(c.path)
		return p.uses[path]
	}
	return p.uses[c.opened]
}

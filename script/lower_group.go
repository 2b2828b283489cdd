package script

import (
	"context"
	"os"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/script/beyond"
	"weir/script/luaio"
	"weir/script/problem"
)

// lane is a part of a group with its ends.
type lane struct {
	part    node
	in, out *attach
	takes   bool // what the split gives
	gives   bool // to the gather
}

// lanes looks at the parts. One that takes nothing from the left is a source
// beside the others: a tee gives it no copy, a deal no line.
func (g *group) lanes(fed bool) []lane {
	lanes := make([]lane, len(g.parts))
	for i, part := range g.parts {
		takes, gives := sidesOf(part, fed)
		lanes[i] = lane{part: part, takes: takes, gives: gives}
	}
	return lanes
}

// sidesOf reports whether a part of a group takes what comes from the left, and
// whether it gives something to the right. A channel alone takes where the group
// is fed, and gives where it is not; one that can only be read gives.
func sidesOf(part node, fed bool) (takes, gives bool) {
	switch p := part.(type) {
	case *channel:
		takes = fed && !p.onlyRead()
		return takes, !takes
	case *chain:
		last := len(p.parts) - 1
		if _, source := p.parts[0].(*channel); !source {
			takes, _ = sidesOf(p.parts[0], fed)
		}
		if _, sink := p.parts[last].(*channel); !sink {
			_, gives = sidesOf(p.parts[last], true)
		}
		return takes, gives
	case *group:
		for _, l := range p.lanes(fed || p.fed) {
			takes, gives = takes || l.takes, gives || l.gives
		}
		return takes, gives
	case *server:
		return false, false
	}
	return true, true
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

func (lo *lowering) addGroup(g *group, in, out *attach) error {
	lanes := g.lanes(in != nil || g.fed)
	if g.gather == gatherOrdered && len(lanes) > 1 {
		return lo.addOrdered(g, lanes, in, out)
	}
	if err := lo.spread(g, lanes, in); err != nil {
		return err
	}
	collect, err := lo.collectFrom(g, lanes, out)
	if err != nil {
		return err
	}
	for i := range lanes {
		if err := lo.addLane(g, &lanes[i]); err != nil {
			return err
		}
	}
	return collect()
}

// addLane adds the part of a lane. A channel is an end of the relay's itself.
func (lo *lowering) addLane(g *group, l *lane) error {
	if _, isChannel := l.part.(*channel); isChannel {
		return nil
	}
	before, aside := lo.copies, lo.aside
	lo.copies, lo.aside = before || g.verb == "*", true
	defer func() { lo.copies, lo.aside = before, aside }()
	return lo.add(l.part, l.in, l.out)
}

// spread gives each lane what it reads.
func (lo *lowering) spread(g *group, lanes []lane, in *attach) error {
	taking := 0
	for i := range lanes {
		if lanes[i].takes {
			taking++
		}
	}
	switch {
	case in == nil && !g.fed || taking == 0:
		if in != nil {
			return problem.New(g.Origin, "%s: nothing reads what comes from the left", write(g)).Pointing(g.verb)
		}
		return nil
	case g.split == splitTee && in != nil && in.source != nil && (in.source.kind == ipc.KindMemory || in.source.kind == ipc.KindFile) && in.mode == ipc.Read && !hasChannel(lanes):
		return lo.sourceEach(lanes, in)
	case taking == 1 && g.split != splitShard && !hasChannel(lanes):
		for i := range lanes {
			if lanes[i].takes {
				lanes[i].in = in
			}
		}
		return nil
	}
	outs, err := lo.splitEnds(g, lanes)
	if err != nil {
		return err
	}
	switch g.split {
	case splitTee:
		lo.cross(g, "tee", []*attach{in}, outs, (*relay.Crossing).Tee)
	case splitDeal:
		lo.cross(g, "deal", []*attach{in}, outs, (*relay.Crossing).Deal)
	case splitShard:
		return lo.addShard(g, in, outs)
	}
	return nil
}

func hasChannel(lanes []lane) bool {
	for i := range lanes {
		if _, ok := lanes[i].part.(*channel); ok && lanes[i].takes {
			return true
		}
	}
	return false
}

// sourceEach has each lane open the file or text for itself: no relay is needed.
func (lo *lowering) sourceEach(lanes []lane, in *attach) (err error) {
	for i := range lanes {
		if !lanes[i].takes {
			continue
		}
		if lanes[i].in, err = lo.source(in.source); err != nil {
			return err
		}
	}
	return nil
}

// splitEnds makes a pipe to each lane, and gives the ends to write to.
func (lo *lowering) splitEnds(g *group, lanes []lane) (outs []*attach, err error) {
	for i := range lanes {
		l := &lanes[i]
		if !l.takes {
			continue
		}
		if c, ok := l.part.(*channel); ok {
			end, err := lo.sink(c)
			if err != nil {
				return nil, err
			}
			outs = append(outs, end)
			continue
		}
		w, r := lo.newPipe(g.Origin)
		if g.spill != nil {
			w2, r2 := lo.newPipe(g.Origin)
			lo.addSpill(g.spill, r, w2)
			r = r2
		}
		outs = append(outs, w)
		l.in = r
	}
	return outs, nil
}

// newPipe adds a pipe and gives its ends.
func (lo *lowering) newPipe(at problem.Origin) (write, read *attach) {
	name := lo.newChannel(plan.Channel{Kind: ipc.KindPipe}, at)
	return &attach{channel: name, mode: ipc.Write}, &attach{channel: name}
}

// collectFrom gives each lane what it writes to; what it returns adds the relay
// behind them.
func (lo *lowering) collectFrom(g *group, lanes []lane, out *attach) (func() error, error) {
	giving := 0
	for i := range lanes {
		if lanes[i].gives {
			giving++
		}
	}
	none := func() error { return nil }
	channels := false
	for i := range lanes {
		_, ok := lanes[i].part.(*channel)
		channels = channels || ok && lanes[i].gives
	}
	switch {
	case giving == 0 && out != nil:
		return nil, problem.New(g.Origin, "nothing comes out of %s", write(g)).Hinted("its parts end in channels").Pointing(g.verb)
	case giving == 0:
		return none, nil
	case out != nil && out.source != nil && out.source.msg != nil && g.gather == gatherMerge && !channels:
		for i := range lanes {
			if lanes[i].gives {
				lanes[i].out = lo.relayInto(out.source)
			}
		}
		return none, nil
	case giving == 1 && !channels, g.gather == gatherMerge && out == nil && !channels && luaio.IsTerminal(lo.vm.opts.Stdout):
		for i := range lanes {
			if lanes[i].gives {
				lanes[i].out = out
			}
		}
		return none, nil
	}
	var ins []*attach
	for i := range lanes {
		l := &lanes[i]
		if !l.gives {
			continue
		}
		if c, ok := l.part.(*channel); ok {
			end, err := lo.source(c)
			if err != nil {
				return nil, err
			}
			ins = append(ins, end)
			continue
		}
		w, r := lo.newPipe(g.Origin)
		l.out = w
		ins = append(ins, r)
	}
	return func() error {
		if out != nil && out.source != nil && out.source.msg != nil {
			out = lo.relayInto(out.source)
		}
		if g.gather == gatherConcat {
			lo.cross(g, "concat", ins, []*attach{out}, (*relay.Crossing).Concat)
		} else {
			lo.cross(g, "merge", ins, []*attach{out}, (*relay.Crossing).Merge)
		}
		return nil
	}, nil
}

// addOrdered adds a deal, its lanes, and the relay that puts what they give in
// order: the deal writes down for it who got how many lines.
func (lo *lowering) addOrdered(g *group, lanes []lane, in, out *attach) error {
	for i := range lanes {
		if !lanes[i].takes || !lanes[i].gives {
			return problem.New(g.Origin, "ordered: %s does not both read and write", write(lanes[i].part)).Pointing("ordered")
		}
	}
	outs, err := lo.splitEnds(g, lanes)
	if err != nil {
		return err
	}
	noteW, noteR := lo.newPipe(g.Origin)
	lo.cross(g, "deal", []*attach{in}, append(outs, noteW), (*relay.Crossing).DealInOrder)
	ins := []*attach{noteR}
	names := []string{}
	for i := range lanes {
		w, r := lo.newPipe(g.Origin)
		lanes[i].out = w
		ins = append(ins, r)
		if err := lo.addLane(g, &lanes[i]); err != nil {
			return err
		}
		names = append(names, lo.top.Stages[len(lo.top.Stages)-1].Name)
	}
	if out != nil && out.source != nil && out.source.msg != nil && out.channel == "" {
		out = lo.relayInto(out.source)
	}
	x := lo.cross(g, "ordered", ins, []*attach{out}, (*relay.Crossing).Order)
	x.Names = names
	return nil
}

// cross adds a relay between pipes.
func (lo *lowering) cross(g *group, verb string, ins, outs []*attach, move func(*relay.Crossing, context.Context, map[int]*os.File) error) *relay.Crossing {
	x := &relay.Crossing{Ins: len(ins), Outs: len(outs), Frame: g.frame}
	rs := lo.newRelay(g.Origin, verb)
	rs.Relay = func(ctx context.Context, files map[int]*os.File) error { return move(x, ctx, files) }
	rs.Waits = x.Waits
	lo.addRelay(rs, ins, outs)
	return x
}

func (lo *lowering) newRelay(at problem.Origin, verb string) plan.Stage {
	rs := plan.Stage{Name: lo.stages.unique(verb, verb+"#"), Origin: at.String(), Text: verb}
	lo.places[rs.Origin], lo.places[rs.Name] = at, at
	return rs
}

// addRelay attaches inputs from descriptor 0 on, and outputs after them. One
// that is nil is weir's own stream.
func (lo *lowering) addRelay(rs plan.Stage, ins, outs []*attach) {
	lo.top.Stages = append(lo.top.Stages, rs)
	for i, a := range append(ins, outs...) {
		if a == nil && i < len(ins) {
			a = lo.standard(0, nil)
		} else if a == nil {
			a = lo.standard(1, nil)
		}
		lo.end(rs.Name, a.channel, a.mode, i)
	}
}

// addThrough adds a meter or a spill.
func (lo *lowering) addThrough(t *through, in, out *attach) error {
	if t.verb == "spill" {
		lo.addSpill(t, in, out)
		return nil
	}
	name := t.name
	if name == "" {
		name = "meter"
	}
	rs := lo.newRelay(t.Origin, name)
	m := &meter{name: rs.Name}
	lo.meters = append(lo.meters, m)
	x := &relay.Crossing{Ins: 1, Outs: 1}
	rs.Waits = x.Waits
	rs.Relay = func(ctx context.Context, files map[int]*os.File) error { return x.Measure(ctx, files, &m.Meter) }
	lo.addRelay(rs, []*attach{in}, []*attach{out})
	return nil
}

// meter is what a run has counted on one edge.
type meter struct {
	relay.Meter
	name string
}

func (lo *lowering) addSpill(t *through, in, out *attach) {
	rs := lo.newRelay(t.Origin, "spill")
	x := &relay.Crossing{Ins: 1, Outs: 1}
	rs.Waits = x.Waits
	rs.Relay = func(ctx context.Context, files map[int]*os.File) error { return x.Spill(ctx, files, "", t.limit) }
	lo.addRelay(rs, []*attach{in}, []*attach{out})
}

// metersTable is result.meters: what each meter counted, by its number and by its
// name.
func (lo *lowering) metersTable(L *lua.LState) *lua.LTable {
	t := beyond.AsObject(L, L.NewTable())
	for _, m := range lo.meters {
		entry := L.NewTable()
		entry.RawSetString("name", lua.LString(m.name))
		entry.RawSetString("bytes", lua.LNumber(m.Bytes.Load()))
		t.Append(entry)
		t.RawSetString(m.name, entry)
	}
	return t
}

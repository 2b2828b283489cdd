package script

import (
	"weir/ipc"
	"weir/runtime/relay"
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
	defer lo.standings.enterPart(g.verb == "*")()
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
	case g.split == splitTee && in.opensAgain() && !hasChannel(lanes):
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
		lo.relays.cross(g.Origin, "tee", g.frame, []*attach{in}, outs, (*relay.Crossing).Tee)
	case splitDeal:
		lo.relays.cross(g.Origin, "deal", g.frame, []*attach{in}, outs, (*relay.Crossing).Deal)
	case splitShard:
		return lo.addShard(g, in, outs)
	}
	return nil
}

// opensAgain reports whether each reader can open for itself what a side leads to.
func (a *attach) opensAgain() bool {
	return a != nil && a.source != nil && a.mode == ipc.Read &&
		(a.source.kind == ipc.KindMemory || a.source.kind == ipc.KindFile)
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
		w, r := lo.top.newPipe(g.Origin)
		if g.spill != nil {
			w2, r2 := lo.top.newPipe(g.Origin)
			lo.relays.inline(g.spill, r, w2)
			r = r2
		}
		outs = append(outs, w)
		l.in = r
	}
	return outs, nil
}

// collectFrom gives each lane what it writes to; what it returns adds the relay
// behind them.
func (lo *lowering) collectFrom(g *group, lanes []lane, out *attach) (func() error, error) {
	var giving []*lane
	channels := false
	for i := range lanes {
		if l := &lanes[i]; l.gives {
			giving = append(giving, l)
			_, ok := l.part.(*channel)
			channels = channels || ok
		}
	}
	none := func() error { return nil }
	switch {
	case len(giving) == 0 && out != nil:
		return nil, problem.New(g.Origin, "nothing comes out of %s", write(g)).
			Hinted("its parts end in channels").Pointing(g.verb)
	case len(giving) == 0:
		return none, nil
	case out.carriesMessages() && g.gather == gatherMerge && !channels:
		for _, l := range giving {
			var err error
			if l.out, err = lo.objects.relayInto(out.source); err != nil {
				return nil, err
			}
		}
		return none, nil
	case !channels && (len(giving) == 1 || g.gather == gatherMerge && out == nil && luaio.IsTerminal(lo.vm.opts.Stdout)):
		for _, l := range giving {
			l.out = out
		}
		return none, nil
	}
	ins, err := lo.collected(g, giving)
	if err != nil {
		return nil, err
	}
	return func() (err error) {
		if out.carriesMessages() {
			if out, err = lo.objects.relayInto(out.source); err != nil {
				return err
			}
		}
		if g.gather == gatherConcat {
			lo.relays.cross(g.Origin, "concat", g.frame, ins, []*attach{out}, (*relay.Crossing).Concat)
		} else {
			lo.relays.cross(g.Origin, "merge", g.frame, ins, []*attach{out}, (*relay.Crossing).Merge)
		}
		return nil
	}, nil
}

// collected gives what a relay reads of lanes: a channel itself, and a new pipe of any other.
func (lo *lowering) collected(g *group, giving []*lane) (ins []*attach, err error) {
	for _, l := range giving {
		var in *attach
		if c, ok := l.part.(*channel); ok {
			in, err = lo.source(c)
		} else {
			l.out, in = lo.top.newPipe(g.Origin)
		}
		if err != nil {
			return nil, err
		}
		ins = append(ins, in)
	}
	return ins, nil
}

// carriesMessages reports whether a side is one of a channel of messages.
func (a *attach) carriesMessages() bool { return a != nil && a.source != nil && a.source.msg != nil }

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
	noteW, noteR := lo.top.newPipe(g.Origin)
	lo.relays.cross(g.Origin, "deal", g.frame, []*attach{in}, append(outs, noteW), (*relay.Crossing).DealInOrder)
	ins := []*attach{noteR}
	names := []string{}
	for i := range lanes {
		w, r := lo.top.newPipe(g.Origin)
		lanes[i].out = w
		ins = append(ins, r)
		if err := lo.addLane(g, &lanes[i]); err != nil {
			return err
		}
		names = append(names, lo.top.Stages[len(lo.top.Stages)-1].Name)
	}
	if out.carriesMessages() && out.channel == "" {
		if out, err = lo.objects.relayInto(out.source); err != nil {
			return err
		}
	}
	lo.relays.cross(g.Origin, "ordered", g.frame, ins, []*attach{out}, (*relay.Crossing).Order, names...)
	return nil
}

package script

import (
	"context"
	"os"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime"
	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/script/extension"
	"weir/script/problem"
)

// relays adds what moves bytes between channels to a run.
type relays struct {
	top    *draft
	std    *standardStreams
	meters []string // their stages
	shown  *progressed
}

// move is how a relay moves what comes.
type move = func(*relay.Crossing, context.Context, map[int]*os.File) error

// add attaches inputs from descriptor 0 on, and outputs after them. One that is nil is weir's
// own stream.
func (r *relays) add(rs plan.Stage, ins, outs []*attach) {
	r.top.Stages = append(r.top.Stages, rs)
	for i, a := range append(ins, outs...) {
		if a == nil && i < len(ins) {
			a = r.std.channel(0, nil)
		} else if a == nil {
			a = r.std.channel(1, nil)
		}
		r.top.end(rs.Name, a.channel, a.mode, i)
	}
}

// cross adds a relay between pipes. names are those of the stages at its inputs.
func (r *relays) cross(at problem.Origin, verb string, frame relay.Frame, ins, outs []*attach, m move,
	names ...string) {
	r.crossing(r.top.newStage(verb, verb, at), frame, ins, outs, m, names...)
}

// crossing is cross for a stage that is made already. Each run has a crossing of its own.
func (r *relays) crossing(rs plan.Stage, frame relay.Frame, ins, outs []*attach, m move, names ...string) {
	rs.Relay = func() plan.Relay {
		x := &relay.Crossing{Ins: len(ins), Outs: len(outs), Frame: frame, Names: names,
			Ports: make([]relay.Port, len(ins)+len(outs))}
		return plan.Relay{Ports: x.Ports, Waits: x.Waits,
			Move: func(ctx context.Context, files map[int]*os.File, lost func(*relay.Fault)) error {
				x.Lost = lost
				return m(x, ctx, files)
			}}
	}
	r.add(rs, ins, outs)
}

// inline adds a meter, a progress or a spill.
func (r *relays) inline(t *inlineRelay, in, out *attach) {
	pass := func(verb string, m move) { r.cross(t.Origin, verb, relay.FrameLine, []*attach{in}, []*attach{out}, m) }
	if t.verb == "spill" {
		pass("spill", func(x *relay.Crossing, ctx context.Context, files map[int]*os.File) error {
			return x.Spill(ctx, files, "", t.limit)
		})
		return
	}
	counts := (*relay.Crossing).Measure
	if t.lines {
		counts = (*relay.Crossing).Count
	}
	if t.verb == "progress" && r.shown == nil {
		r.shown = r.progress(t, in)
		counts = r.shown.until(counts)
	}
	pass(t.meterName(), counts)
	if r.shown != nil && r.shown.stage == "" {
		r.shown.stage = r.top.Stages[len(r.top.Stages)-1].Name
	}
	r.meters = append(r.meters, r.top.Stages[len(r.top.Stages)-1].Name)
}

// metersTable is result.meters: what each meter has counted so far, by its number and by its name.
func (r *relays) metersTable(L *lua.LState, run *runtime.Run) *lua.LTable {
	t := extension.AsObject(L, L.NewTable())
	if len(r.meters) == 0 {
		return t
	}
	stages := run.Status().Stages
	for _, name := range r.meters {
		entry := L.NewTable()
		entry.RawSetString("name", lua.LString(name))
		for i := range stages {
			if s := &stages[i]; s.Name == name && len(s.Ports) > 0 {
				entry.RawSetString("bytes", lua.LNumber(s.Ports[0].Bytes))
				if n := s.Ports[0].Records; n >= 0 {
					entry.RawSetString("lines", lua.LNumber(n))
				}
			}
		}
		t.Append(entry)
		t.RawSetString(name, entry)
	}
	return t
}

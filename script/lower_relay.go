package script

import (
	"context"
	"os"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/script/beyond"
	"weir/script/problem"
)

// relays adds what moves bytes between channels to a run.
type relays struct {
	top    *draft
	std    *standardStreams
	meters []*meter
}

// meter is what a run has counted on one edge.
type meter struct {
	relay.Meter
	name string
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

// cross adds a relay between pipes.
func (r *relays) cross(at problem.Origin, verb string, frame relay.Frame, ins, outs []*attach, m move) *relay.Crossing {
	x := &relay.Crossing{Ins: len(ins), Outs: len(outs), Frame: frame}
	rs := r.top.newStage(verb, verb, at)
	rs.Relay = func(ctx context.Context, files map[int]*os.File) error { return m(x, ctx, files) }
	rs.Waits = x.Waits
	r.add(rs, ins, outs)
	return x
}

// through adds a meter or a spill.
func (r *relays) through(t *through, in, out *attach) {
	pass := func(verb string, m move) { r.cross(t.Origin, verb, relay.FrameLine, []*attach{in}, []*attach{out}, m) }
	if t.verb == "spill" {
		pass("spill", func(x *relay.Crossing, ctx context.Context, files map[int]*os.File) error {
			return x.Spill(ctx, files, "", t.limit)
		})
		return
	}
	m := &meter{}
	pass(t.meterName(), func(x *relay.Crossing, ctx context.Context, files map[int]*os.File) error {
		return x.Measure(ctx, files, &m.Meter)
	})
	m.name = r.top.Stages[len(r.top.Stages)-1].Name
	r.meters = append(r.meters, m)
}

// metersTable is result.meters: what each meter counted, by its number and by its name.
func (r *relays) metersTable(L *lua.LState) *lua.LTable {
	t := beyond.AsObject(L, L.NewTable())
	for _, m := range r.meters {
		entry := L.NewTable()
		entry.RawSetString("name", lua.LString(m.name))
		entry.RawSetString("bytes", lua.LNumber(m.Bytes.Load()))
		t.Append(entry)
		t.RawSetString(m.name, entry)
	}
	return t
}

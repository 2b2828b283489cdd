package script

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc"
	"weir/runtime/plan"
	"weir/runtime/relay"
	"weir/script/problem"
)

// loop is a topology whose output comes back to its input.
type loop struct {
	problem.Origin
	body node
	seed node // goes in first; nil is nothing
	tap  node // gets a copy of what goes round; nil is nobody
}

func (l *loop) each(to *change) node {
	c := *l
	c.body = l.body.each(to)
	for _, n := range []*node{&c.seed, &c.tap} {
		if *n != nil {
			*n = (*n).each(to)
		}
	}
	return &c
}

// luaLoop is loop(t [, {seed=, tap=}]).
func luaLoop(L *lua.LState) int {
	l := &loop{Origin: problem.Where(L), body: liftArgument(L, "loop", L.Get(1))}
	switch t := L.Get(2).(type) {
	case *lua.LNilType:
	case *lua.LTable:
		checkKeys(L, "loop", t, false, "seed", "tap")
		if v := t.RawGetString("seed"); v != lua.LNil {
			if text, ok := problem.TextOf(v); ok {
				l.seed = &channel{Origin: l.Origin, kind: ipc.KindMemory, data: text, opened: &opened{}}
			} else {
				l.seed = liftArgument(L, "seed", v)
			}
		}
		if v := t.RawGetString("tap"); v != lua.LNil {
			l.tap = liftArgument(L, "tap", v)
		}
	default:
		problem.Here(L, "loop: its options are a table, but this is %s", problem.Describe(t)).
			Hinted("write loop(t, {seed = \"1\\n\"})").Pointing("loop").Raise(L)
	}
	if _, ok := l.body.(*channel); ok {
		problem.Here(L, "loop: %s is a channel, and nothing runs in it", write(l.body)).Pointing("loop").Raise(L)
	}
	pushNode(L, l)
	return 1
}

// seedRoom is how long a seed may be that waits in the pipe itself.
const seedRoom = 64 << 10

// addLoop joins the output of the body to its input by one pipe. A short seed
// lies in that pipe from the start; what else comes in is merged with what comes
// round, and who taps gets a copy of it.
func (lo *lowering) addLoop(l *loop, in, out *attach) error {
	back := plan.Channel{Kind: ipc.KindPipe, Loop: true, WayOut: l.wayOut(in != nil)}
	seed, short := l.seed.(*channel)
	if short = short && seed.kind == ipc.KindMemory && len(seed.data) <= seedRoom; short {
		back.Data = []byte(seed.data)
	}
	name := lo.top.newChannel(back, l.Origin)
	head, tail := &attach{channel: name}, &attach{channel: name, mode: ipc.Write}
	ins := []*attach{head}
	if l.seed != nil && !short {
		from, err := lo.leadTo(l.Origin, l.seed, ipc.Read)
		if err != nil {
			return err
		}
		ins = append(ins, from)
	}
	if in != nil {
		ins = append(ins, in)
	}
	if len(ins) > 1 {
		w, r := lo.top.newPipe(l.Origin)
		lo.relays.cross(l.Origin, "merge", relay.FrameLine, ins, []*attach{w}, (*relay.Crossing).Merge)
		head = r
	}
	outs := []*attach{tail}
	if l.tap != nil {
		to, err := lo.leadTo(l.Origin, l.tap, ipc.Write)
		if err != nil {
			return err
		}
		outs = append(outs, to)
	}
	if out != nil {
		outs = append(outs, out)
	}
	if len(outs) > 1 {
		w, r := lo.top.newPipe(l.Origin)
		lo.relays.cross(l.Origin, "tee", relay.FrameLine, []*attach{r}, outs, (*relay.Crossing).Tee)
		tail = w
	}
	return lo.add(l.body, head, tail)
}

// wayOut is what helps where no stage of the loop can go on. fed says that something stands to its left.
func (l *loop) wayOut(fed bool) string {
	const end = ": a reader sees the end of a pipe when the last that could write to it has left"
	seed, text := l.seed.(*channel)
	switch {
	case l.seed == nil && !fed:
		return "let one of them write first (loop(t, {seed=...})), or close what it does not write to" + end
	case text && seed.kind == ipc.KindMemory && (fed || len(seed.data) > seedRoom) &&
		!strings.HasSuffix(seed.data, "\n"):
		return "end the seed with \"\\n\": what comes round is merged line by line, and a line without an end is not " +
			"passed on"
	}
	return "what went in has been read: let each stage write while it reads, or close what it does not write to" + end
}

func writeLoop(l *loop) string {
	text := "loop(" + write(l.body)
	switch {
	case l.seed != nil && l.tap != nil:
		text += ", {seed = " + write(l.seed) + ", tap = " + write(l.tap) + "}"
	case l.seed != nil:
		text += ", {seed = " + write(l.seed) + "}"
	case l.tap != nil:
		text += ", {tap = " + write(l.tap) + "}"
	}
	return text + ")"
}

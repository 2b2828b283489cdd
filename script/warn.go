package script

import (
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/plan"
	"weir/script/luaio"
	"weir/script/problem"
)

// warn says, once for each place, what in a topology can go wrong.
func (vm *VM) warn(L *lua.LState, p *plan.Plan, lo *lowering) {
	for _, w := range plan.Warnings(p) {
		p := problem.New(lo.places[w.Stage], "%s", w.Message).Hinted("%s", w.Hint)
		if at, ok := lo.places[w.Origin]; ok {
			p.At = at
		}
		vm.warnings.say(p)
	}
	for _, p := range slices.Concat(lo.twice(), lo.unread(L)) {
		vm.warnings.say(p)
	}
}

// warnings says each warning of a state once.
type warnings struct {
	said    map[string]bool
	streams *luaio.Streams // what the script has printed comes before
	notices *luaio.Output
}

func (w *warnings) say(p *problem.Error) {
	text := p.Error()
	if w.said[text] {
		return
	}
	if w.said == nil {
		w.said = map[string]bool{}
	}
	w.said[text] = true
	w.streams.Flush()
	fmt.Fprintln(w.notices, "weir: warning:", text)
}

// standing is where a stage value was used.
type standing struct {
	times   int
	family  node             // of its first use
	strands map[*strand]bool // the chains that it stands in; true where it is a link, and no more than a part of one
	piped   bool             // it stands twice in one chain
	other   bool             // it stands in another family too
}

// strand is one chain of a run: a chain value that stands in two places is two.
type strand struct{ _ byte }

// stand takes note of a use of a stage.
func (lo *lowering) stand(s *stage) {
	if lo.copies {
		return
	}
	at := lo.standings[s]
	if at == nil {
		at = &standing{family: lo.family, strands: map[*strand]bool{}}
		lo.standings[s] = at
		lo.stood = append(lo.stood, s)
	}
	at.times++
	at.other = at.other || at.family != lo.family && (len(at.strands) > 0 || lo.strand != nil)
	if lo.strand != nil {
		link, again := at.strands[lo.strand]
		at.piped = at.piped || again && (link || !lo.aside)
		at.strands[lo.strand] = link || !lo.aside
	}
}

// twice tells of stages that stand in several places of a run: each is a process
// of its own there.
func (lo *lowering) twice() (list []*problem.Error) {
	for _, s := range lo.stood {
		at := lo.standings[s]
		switch {
		case !at.piped && !at.other: // side by side
		case at.other:
			list = append(list, problem.New(s.Origin, "%s stands in %d places of this run: %d processes, none of which sees the other's input", write(s), at.times, at.times).
				Hinted("one that reads both is merge(a, b) | %s", write(s)))
		default:
			list = append(list, problem.New(s.Origin, "%s is piped into itself: %d processes, one after the other", write(s), at.times).
				Hinted("output comes back to its own input with loop(t)"))
		}
	}
	return list
}

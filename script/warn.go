package script

import (
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/plan"
	"weir/script/luaio"
	"weir/script/problem"
)

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

// of says, once for each place, what in a topology can go wrong.
func (w *warnings) of(L *lua.LState, p *plan.Plan, lo *lowering) {
	for _, one := range plan.Warnings(p) {
		p := problem.New(lo.top.places[one.Stage], "%s", one.Message).Hinted("%s", one.Hint)
		if at, ok := lo.top.places[one.Origin]; ok {
			p.At = at
		}
		w.say(p)
	}
	for _, p := range slices.Concat(lo.standings.warnings(), lo.unread(L)) {
		w.say(p)
	}
}

package script

import (
	"cmp"
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"weir/script/problem"
)

// inlineRelay is a relay in a chain that only passes on: meter() counts, progress() shows the
// counts, and a spill takes all that comes.
type inlineRelay struct {
	problem.Origin
	verb  string // "meter", "progress" or "spill"
	name  string
	total int64 // of progress: how much will come; 0 is not known
	lines bool  // of progress: lines are counted, and total is one of lines
	limit int64 // of a spill, in bytes; 0 is the disk's
}

// meterName is what a meter is called in results.
func (t *inlineRelay) meterName() string { return cmp.Or(t.name, t.verb) }

func (t *inlineRelay) each(*change) node { return t }

// luaMeter is meter([name]).
func luaMeter(L *lua.LState) int {
	t := &inlineRelay{Origin: problem.Where(L), verb: "meter"}
	if v := L.Get(1); v != lua.LNil {
		name, ok := problem.TextOf(v)
		if !ok || name == "" {
			problem.Raisef(L, "meter", "meter: its name must be a string, but is %s", problem.Describe(v))
		}
		t.name = name
	}
	pushNode(L, t)
	return 1
}

// topologySpill is t:spill([limit]).
func topologySpill(L *lua.LState) int {
	n := checkNode(L, "spill")
	var limit lua.LValue = lua.LTrue
	if L.Get(2) != lua.LNil {
		limit = L.Get(2)
	}
	spill := spillOf(L, "spill", limit)
	if s, ok := n.(*server); ok {
		problem.Raise(L, problem.Here(L, "spill: nothing comes out of %s: each connection is its stage's", write(s)).
			Pointing("spill"))
	}
	if c, ok := n.(*channel); ok {
		problem.Here(L, "spill: %s is a channel", write(c)).
			Hinted("make it with pipe{spill = true}, or write t:spill() for the stage that writes to it").
			Pointing("spill").Raise(L)
	}
	pushNode(L, join(problem.Where(L), n, spill))
	return 1
}

// spillOf reads spill=true or spill="64M".
func spillOf(L *lua.LState, verb string, v lua.LValue) *inlineRelay {
	t := &inlineRelay{Origin: problem.Where(L), verb: "spill"}
	if v == lua.LTrue {
		return t
	}
	n, err := parseSize(v)
	if err != nil {
		problem.Raisef(L, "spill", "%s: %v", verb, err)
	}
	t.limit = int64(n)
	return t
}

func writeInlineRelay(t *inlineRelay) string {
	switch {
	case t.verb == "progress":
		return writeProgress(t)
	case t.verb == "meter" && t.name != "":
		return "meter" + problem.Quote(t.name)
	case t.verb == "meter":
		return "meter()"
	case t.limit > 0:
		return fmt.Sprintf("spill(%d)", t.limit)
	}
	return "spill()"
}

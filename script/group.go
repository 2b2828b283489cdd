package script

import (
	"math"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/relay"
	"weir/script/problem"
)

// split says how what comes from the left reaches the parts of a group.
type split int

const (
	splitTee   split = iota // each gets all of it
	splitDeal               // each line goes to a part that is free
	splitShard              // each line goes where its key says
)

// gather says how what the parts write goes on to the right.
type gather int

const (
	gatherMerge   gather = iota // whole lines as they come
	gatherConcat                // all of the first, then the next
	gatherOrdered               // in the order of the input, one line for each
)

// group is several nodes side by side: a + b, a * n, tee, deal, shard, merge,
// concat and ordered.
type group struct {
	problem.Origin
	verb   string // what made it
	parts  []node
	split  split
	gather gather
	fed    bool // the split is there even where nothing stands to the left
	key    *stage
	frame  relay.Frame
	spill  *inlineRelay // between the split and each part
}

func (g *group) each(to *change) node {
	c := *g
	c.parts = eachOf(g.parts, to)
	return &c
}

// putBeside makes a + b; sums of sums are one group.
func putBeside(o problem.Origin, a, b node) *group {
	return &group{Origin: o, verb: "+", parts: append(slices.Clone(besideParts(a)), besideParts(b)...)}
}

func besideParts(n node) []node {
	if g, ok := n.(*group); ok && g.verb == "+" {
		return g.parts
	}
	return []node{n}
}

// most is how many parts a group may have: each may take a descriptor of its
// relay's.
const mostParts = 200

// replicas is the metamethod of * for topologies.
func replicas(L *lua.LState) int {
	t, times := L.Get(1), L.Get(2)
	if _, ok := toNode(times); ok {
		t, times = times, t
	}
	n, isNode := toNode(t)
	count, isNumber := times.(lua.LNumber)
	if !isNode || !isNumber {
		other := times
		if !isNode {
			other = t
		}
		problem.Here(L, "* takes a topology and how many of it there are to be, and not %s", problem.Describe(other)).
			Hinted("write sh\"cat\" * 4").Pointing("*").Raise(L)
	}
	if c := float64(count); c != math.Trunc(c) || c < 1 || c > mostParts {
		problem.Here(L, "%v replicas: there can be 1 to %d", count, mostParts).Pointing("*").Raise(L)
	}
	if _, isChannel := n.(*channel); isChannel {
		problem.Here(L, "%s is a channel: only what runs has replicas", write(n)).Pointing("*").Raise(L)
	}
	g := &group{Origin: problem.Where(L), verb: "*", split: splitDeal}
	for range int(count) {
		g.parts = append(g.parts, n)
	}
	pushNode(L, g)
	return 1
}

// luaGroup makes the function that makes groups of a kind.
func luaGroup(verb string, s split, g gather, fed bool) lua.LGFunction {
	return func(L *lua.LState) int {
		made := &group{Origin: problem.Where(L), verb: verb, split: s, gather: g, fed: fed}
		groupParts(L, made, 1)
		pushNode(L, made)
		return 1
	}
}

// groupParts reads the parts from argument first on, and the options after them.
func groupParts(L *lua.LState, g *group, first int) {
	last := L.GetTop()
	if t, ok := L.Get(last).(*lua.LTable); ok && last >= first {
		groupOptions(L, g, t)
		last--
	}
	for i := first; i <= last; i++ {
		switch v := L.Get(i).(type) {
		case lua.LString:
			g.parts = append(g.parts, lineStage(L, string(v)))
			continue
		case *lua.LFunction:
			g.parts = append(g.parts, functionStage(L, v, nil, false))
			continue
		default:
			if n, ok := toNode(v); ok {
				g.parts = append(g.parts, n)
				continue
			}
		}
		problem.Here(L, "%s: argument %d must be a topology, but is %s", g.verb, i, problem.Describe(L.Get(i))).
			Hinted("a stage is a string, a function, cmd(...), sh\"...\", proc(...)").Pointing(g.verb).Raise(L)
	}
	if len(g.parts) == 0 {
		problem.Here(L, "%s: there are no stages", g.verb).
			Hinted("write %s(\"sort\", \"wc -l\")", g.verb).Pointing(g.verb).Raise(L)
	}
	if len(g.parts) > mostParts {
		problem.Here(L, "%s: %d stages are more than one relay can feed: the limit is %d", g.verb, len(g.parts), mostParts).
			Pointing(g.verb).Raise(L)
	}
}

var groupFrames = map[string]relay.Frame{"line": relay.FrameLine, "nul": relay.FrameNUL, "bytes": relay.FrameBytes,
	"chunk": relay.FrameChunk}

func groupOptions(L *lua.LState, g *group, t *lua.LTable) {
	checkKeys(L, g.verb, t, false, "frame", "spill")
	if v := t.RawGetString("frame"); v != lua.LNil {
		frame, ok := groupFrames[lua.LVAsString(v)]
		if !ok {
			problem.Here(L, "%s: the frame must be \"line\", \"nul\", \"bytes\" or \"chunk\", but is %s", g.verb,
				problem.Describe(v)).Pointing("frame").Raise(L)
		}
		if g.split == splitShard && frame != relay.FrameLine && frame != relay.FrameNUL {
			problem.Here(L, "shard: only lines and NUL-ended records have keys").Pointing("frame").Raise(L)
		}
		g.frame = frame
	}
	if v := t.RawGetString("spill"); v != lua.LNil && v != lua.LFalse {
		g.spill = spillOf(L, g.verb, v)
	}
}

// luaShard is shard(keyfn, a, b, ...).
func luaShard(L *lua.LState) int {
	fn, ok := L.Get(1).(*lua.LFunction)
	if !ok || fn.IsG {
		problem.Here(L, "shard: the first argument must be a function that gives a line's key, but is %s",
			problem.Describe(L.Get(1))).
			Hinted("write shard(function(l) return l:match(\"%%S+\") end, a, b)").Pointing("shard").Raise(L)
	}
	g := &group{Origin: problem.Where(L), verb: "shard", split: splitShard, fed: true}
	g.key = functionStage(L, fn, nil, true).(*stage)
	groupParts(L, g, 2)
	pushNode(L, g)
	return 1
}

// luaOrdered is ordered(t).
func luaOrdered(L *lua.LState) int {
	n, _ := toNode(L.Get(1))
	g, ok := n.(*group)
	if !ok || g.split != splitDeal {
		problem.Here(L, "ordered: it takes replicas or a deal, and this is %s", problem.Describe(L.Get(1))).
			Hinted("write ordered(sh\"tr a-z A-Z\" * 4)").Pointing("ordered").Raise(L)
	}
	if t, ok := L.Get(2).(*lua.LTable); ok {
		c := *g
		g = &c
		groupOptions(L, g, t)
	}
	if g.frame == relay.FrameBytes || g.frame == relay.FrameChunk {
		problem.Here(L, "ordered: one line goes in and one comes out, and frame = \"bytes\" has none").
			Pointing("ordered").Raise(L)
	}
	c := *g
	c.gather = gatherOrdered
	pushNode(L, &c)
	return 1
}

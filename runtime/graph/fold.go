package graph

import (
	"hash/maphash"
	"slices"
	"strings"
)

// foldFrom is how many replicas it takes to fold them: two or three are drawn.
const foldFrom = 4

// fold puts replicas together: nodes of the same text and the same neighbours,
// and lanes that are equal node by node. Colours are refined until nodes of one
// colour have neighbours of the same colours (Weisfeiler and Leman); colours
// whose nodes are joined in another way than all to all or lane by lane are
// taken apart again, so that a butterfly stays one.
func fold(p *Part) *Part {
	f := &folder{part: p, colour: make([]uint64, len(p.Nodes)), signs: make([]uint64, len(p.Edges)),
		seed: maphash.MakeSeed()}
	f.start()
	for {
		f.refine()
		if !f.takeApart() {
			return f.folded()
		}
	}
}

type folder struct {
	part    *Part
	seed    maphash.Seed
	colour  []uint64 // by node
	signs   []uint64 // by edge: all but its nodes
	apart   int      // how many nodes have a colour of their own
	classes [][]int  // nodes of one colour, in order
	class   []int    // by node
}

func (f *folder) start() {
	up, down := depths(f.part)
	for i := range f.part.Nodes {
		n := &f.part.Nodes[i]
		f.colour[i] = maphash.Comparable(f.seed, struct {
			Kind
			text     string
			up, down int
		}{n.Kind, n.Text, up[i], down[i]})
	}
	for i := range f.part.Edges {
		e := &f.part.Edges[i]
		f.signs[i] = maphash.Comparable(f.seed, struct {
			text       string
			both, loop bool
		}{strings.Join([]string{e.fromLabel(), e.toLabel(), e.Label}, "\x00"), e.Both, e.Loop})
	}
}

// refine mixes the colours of neighbours into each node's own until no class is
// split any more.
func (f *folder) refine() {
	type touch struct {
		sign, colour uint64
		out          bool
	}
	for classes := 0; ; {
		next := make([]uint64, len(f.colour))
		for i, c := range f.colour {
			next[i] = maphash.Comparable(f.seed, c)
		}
		for i := range f.part.Edges {
			e := &f.part.Edges[i]
			// A sum does not care for the order.
			next[e.From] += maphash.Comparable(f.seed, touch{f.signs[i], f.colour[e.To], true})
			next[e.To] += maphash.Comparable(f.seed, touch{f.signs[i], f.colour[e.From], false})
		}
		f.colour = next
		f.classify()
		if len(f.classes) == classes {
			return
		}
		classes = len(f.classes)
	}
}

func (f *folder) classify() {
	byColour := map[uint64]int{}
	f.classes, f.class = nil, make([]int, len(f.colour))
	for i, c := range f.colour {
		k, known := byColour[c]
		if !known {
			k = len(f.classes)
			byColour[c] = k
			f.classes = append(f.classes, nil)
		}
		f.class[i] = k
		f.classes[k] = append(f.classes[k], i)
	}
}

// takeApart gives nodes that cannot be folded a colour each: those of the
// smallest classes first, which may be what tells the others apart.
func (f *folder) takeApart() bool {
	bad := f.unfoldable()
	smallest := len(f.colour) + 1
	for k, isBad := range bad {
		if isBad {
			smallest = min(smallest, len(f.classes[k]))
		}
	}
	found := false
	for k, isBad := range bad {
		if !isBad || len(f.classes[k]) != smallest {
			continue
		}
		for _, i := range f.classes[k] {
			f.apart++
			f.colour[i] = maphash.Comparable(f.seed, f.apart)
		}
		found = true
	}
	return found
}

// unfoldable finds the classes whose nodes are no replicas.
func (f *folder) unfoldable() []bool {
	bad := make([]bool, len(f.classes))
	for k, nodes := range f.classes {
		bad[k] = len(nodes) > 1 && len(nodes) < foldFrom
	}
	type bundle struct {
		from, to int
		sign     uint64
	}
	count := map[bundle]int{}
	for i := range f.part.Edges {
		e := &f.part.Edges[i]
		count[bundle{f.class[e.From], f.class[e.To], f.signs[i]}]++
	}
	lanes := newSets(len(f.part.Nodes))
	for i := range f.part.Edges {
		e := &f.part.Edges[i]
		b := bundle{f.class[e.From], f.class[e.To], f.signs[i]}
		from, to, n := len(f.classes[b.from]), len(f.classes[b.to]), count[b]
		switch {
		case from == 1 && to == 1:
		case b.from == b.to, n != from*to && (n != from || n != to):
			bad[b.from], bad[b.to] = bad[b.from] || from > 1, bad[b.to] || to > 1
		case n == from && n == to:
			lanes.join(e.From, e.To)
		}
	}
	f.crossed(lanes, bad)
	return bad
}

// crossed marks the classes of lanes that run into each other.
func (f *folder) crossed(lanes sets, bad []bool) {
	type visit struct{ lane, class int }
	seen := map[visit]bool{}
	for i := range f.part.Nodes {
		v := visit{lanes.find(i), f.class[i]}
		if seen[v] {
			bad[v.class] = true
		}
		seen[v] = true
	}
}

// folded is the part with one node for each class.
func (f *folder) folded() *Part {
	if len(f.classes) == len(f.part.Nodes) {
		return f.part
	}
	out := &Part{Title: f.part.Title}
	for _, nodes := range f.classes {
		n := f.part.Nodes[nodes[0]]
		n.Count = len(nodes)
		out.Nodes = append(out.Nodes, n)
	}
	type bundle struct {
		from, to int
		sign     uint64
	}
	seen := map[bundle]bool{}
	for i := range f.part.Edges {
		e := f.part.Edges[i]
		e.From, e.To = f.class[e.From], f.class[e.To]
		b := bundle{e.From, e.To, f.signs[i]}
		if len(f.classes[e.From]) > 1 || len(f.classes[e.To]) > 1 {
			if seen[b] {
				continue
			}
			seen[b] = true
		}
		out.Edges = append(out.Edges, e)
	}
	return out
}

// sets are disjoint sets of numbers.
type sets []int

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func (s sets) find(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

func (s sets) join(a, b int) { s[s.find(a)] = s.find(b) }

// components gives the nodes that hang together, each group in order.
func components(p *Part) [][]int {
	s := newSets(len(p.Nodes))
	for i := range p.Edges {
		s.join(p.Edges[i].From, p.Edges[i].To)
	}
	var groups [][]int
	index := map[int]int{}
	for i := range p.Nodes {
		root := s.find(i)
		k, known := index[root]
		if !known {
			k = len(groups)
			index[root] = k
			groups = append(groups, nil)
		}
		groups[k] = append(groups[k], i)
	}
	return slices.Clip(groups)
}

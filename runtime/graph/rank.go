package graph

import (
	"cmp"
	"slices"
)

// ranker orders the nodes of a part from left to right.
type ranker struct {
	part  *Part
	outs  [][]int // edges that leave a node and are not turned around
	ins   [][]int
	back  []bool // edges against the order
	order []int  // every node after all that lead to it
}

// newRanker breaks cycles: edges that say they close one first, then those that
// a walk in the order of the nodes finds to.
func newRanker(p *Part) *ranker {
	r := &ranker{part: p, outs: make([][]int, len(p.Nodes)), ins: make([][]int, len(p.Nodes)),
		back: make([]bool, len(p.Edges))}
	for i := range p.Edges {
		e := &p.Edges[i]
		r.back[i] = e.Loop || e.From == e.To
		if !e.Both && !r.back[i] {
			r.outs[e.From] = append(r.outs[e.From], i)
		}
	}
	r.walk()
	for i, list := range r.outs {
		r.outs[i] = slices.DeleteFunc(list, func(e int) bool { return r.back[e] })
		for _, e := range r.outs[i] {
			r.ins[p.Edges[e].To] = append(r.ins[p.Edges[e].To], e)
		}
	}
	return r
}

// walk goes depth first, with a stack of its own, marks the edges that lead back
// to where it is, and leaves the order. It begins where nothing leads to.
func (r *ranker) walk() {
	const (
		fresh = iota
		open
		closed
	)
	state := make([]byte, len(r.part.Nodes))
	type frame struct{ node, next int }
	led := make([]bool, len(r.part.Nodes))
	for _, list := range r.outs {
		for _, e := range list {
			led[r.part.Edges[e].To] = true
		}
	}
	starts := make([]int, len(state))
	for i := range starts {
		starts[i] = i
	}
	slices.SortStableFunc(starts, func(a, b int) int {
		switch {
		case led[a] == led[b]:
			return 0
		case led[b]:
			return -1
		}
		return 1
	})
	for _, first := range starts {
		if state[first] != fresh {
			continue
		}
		state[first] = open
		stack := []frame{{node: first}}
		for len(stack) > 0 {
			f := &stack[len(stack)-1]
			if f.next == len(r.outs[f.node]) {
				state[f.node] = closed
				r.order = append(r.order, f.node)
				stack = stack[:len(stack)-1]
				continue
			}
			e := r.outs[f.node][f.next]
			f.next++
			switch to := r.part.Edges[e].To; state[to] {
			case open:
				r.back[e] = true
			case fresh:
				state[to] = open
				stack = append(stack, frame{node: to})
			}
		}
	}
	slices.Reverse(r.order)
}

// depths counts, for each node, the steps of the longest way to it and from it.
func depths(p *Part) (up, down []int) {
	r := newRanker(p)
	up, down = make([]int, len(p.Nodes)), make([]int, len(p.Nodes))
	for _, n := range r.order {
		for _, e := range r.outs[n] {
			to := p.Edges[e].To
			up[to] = max(up[to], up[n]+1)
		}
	}
	for _, n := range slices.Backward(r.order) {
		for _, e := range r.outs[n] {
			down[n] = max(down[n], down[p.Edges[e].To]+1)
		}
	}
	return up, down
}

// layers gives each node its column, and turns edges that go both ways from left
// to right. Nodes stand as far left as what leads to them allows; those that
// lead to more than leads to them then move right, towards it.
func (r *ranker) layers() []int {
	r.turn()
	layer := make([]int, len(r.part.Nodes))
	for _, n := range r.order {
		for _, e := range r.outs[n] {
			to := r.part.Edges[e].To
			layer[to] = max(layer[to], layer[n]+1)
		}
	}
	for _, n := range slices.Backward(r.order) {
		if len(r.outs[n]) == 0 || len(r.outs[n]) <= len(r.ins[n]) {
			continue
		}
		near := layer[r.part.Edges[r.outs[n][0]].To]
		for _, e := range r.outs[n] {
			near = min(near, layer[r.part.Edges[e].To])
		}
		layer[n] = near - 1
	}
	return layer
}

// turn takes the edges that go both ways into the order. A channel that has no
// others stands in the midst of those who share it.
func (r *ranker) turn() {
	depth := make([]int, len(r.part.Nodes))
	for _, n := range r.order {
		for _, e := range r.outs[n] {
			to := r.part.Edges[e].To
			depth[to] = max(depth[to], depth[n]+1)
		}
	}
	// Of those that are equally deep, the first in the topology comes first.
	slices.SortFunc(r.order, func(a, b int) int {
		return cmp.Or(cmp.Compare(depth[a], depth[b]), cmp.Compare(a, b))
	})
	key := make([]float64, len(r.part.Nodes))
	for i, n := range r.order {
		key[n] = float64(i)
	}
	r.center(key)
	for i := range r.part.Edges {
		e := &r.part.Edges[i]
		if !e.Both {
			continue
		}
		if key[e.From] > key[e.To] {
			e.From, e.To, e.FromFD, e.ToFD = e.To, e.From, e.ToFD, e.FromFD
		}
		r.outs[e.From] = append(r.outs[e.From], i)
		r.ins[e.To] = append(r.ins[e.To], i)
	}
	slices.SortStableFunc(r.order, func(a, b int) int { return cmp.Compare(key[a], key[b]) })
}

// center finds a place in the order for channels that bytes go both ways
// through. Those that two parties or more have in common stand together.
func (r *ranker) center(key []float64) {
	parties := map[int][]int{} // by channel
	var channels []int
	for i := range r.part.Edges {
		e := &r.part.Edges[i]
		if !e.Both || len(r.outs[e.To])+len(r.ins[e.To]) > 0 {
			continue
		}
		if parties[e.To] == nil {
			channels = append(channels, e.To)
		}
		parties[e.To] = append(parties[e.To], e.From)
	}
	together := newSets(len(r.part.Nodes))
	pairs := map[[2]int]int{}
	for _, c := range channels {
		slices.Sort(parties[c])
		parties[c] = slices.Compact(parties[c])
		for i, p := range parties[c] {
			if i == 0 {
				continue
			}
			pair := [2]int{parties[c][i-1], p}
			if other, known := pairs[pair]; known {
				together.join(c, other)
			}
			pairs[pair] = c
		}
	}
	all := map[int][]float64{}
	for _, c := range channels {
		root := together.find(c)
		for _, p := range parties[c] {
			all[root] = append(all[root], key[p])
		}
	}
	for root, keys := range all {
		slices.Sort(keys)
		all[root] = slices.Compact(keys)
	}
	for _, c := range channels {
		keys := all[together.find(c)]
		key[c] = keys[(len(keys)-1)/2] + 0.5
	}
}

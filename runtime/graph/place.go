package graph

import (
	"cmp"
	"math"
	"slices"

	"weir/runtime/cells"
)

// Every node has a port for each descriptor, and one row for each port.

// makePorts gives the ends of every edge a port. Edges of one descriptor share
// one; only where a line that has forked meets others at its end does it get a
// row of its own, so that one sees which ways there are.
func (s *sketch) makePorts() {
	type key struct {
		spot  int
		label string
		both  bool
		own   int // a row for this edge alone, counted from 1
	}
	outs, ins := map[key]int{}, map[key]int{}
	leaving, arriving := map[key]int{}, map[key]int{}
	outKey := func(u *link) key {
		e := &s.part.Edges[u.edge]
		return key{u.from, e.fromLabel(), e.Both, 0}
	}
	inKey := func(u *link) key { return key{u.to, s.part.Edges[u.edge].toLabel(), false, 0} }
	each := func(visit func(u *link)) {
		for i := range s.links {
			visit(&s.links[i])
		}
		for i := range s.backs {
			visit(&s.backs[i])
		}
	}
	each(func(u *link) { leaving[outKey(u)]++; arriving[inKey(u)]++ })
	forked := map[int]bool{} // edges
	each(func(u *link) {
		if leaving[outKey(u)] > 1 {
			forked[u.edge] = true
		}
	})
	each(func(u *link) {
		from, to := &s.spots[u.from], &s.spots[u.to]
		e := &s.part.Edges[u.edge]
		if from.node != passing {
			k := outKey(u)
			if _, made := outs[k]; !made {
				outs[k] = len(from.right)
				from.right = append(from.right, port{label: k.label, both: e.Both})
			}
			u.out = outs[k]
		}
		if to.node != passing {
			k := inKey(u)
			if forked[u.edge] && arriving[k] > 1 {
				k.own = u.edge + 1
			}
			if _, made := ins[k]; !made {
				ins[k] = len(to.left)
				to.left = append(to.left, port{label: k.label})
			}
			u.in = ins[k]
		}
	})
}

// sortPorts puts the ports of a node into the order of what they lead to, and
// gives the node its size.
func (s *sketch) sortPorts() {
	for k := range s.spots {
		p := &s.spots[k]
		if p.node == passing {
			p.h = 1
			continue
		}
		s.sortSide(p, p.right, p.outs, true)
		s.sortSide(p, p.left, p.ins, false)
		n := &s.part.Nodes[p.node]
		rows := max(1, len(p.left), len(p.right))
		p.w, p.h = max(cells.Text(n.label(s.ascii)), cells.Text(n.Note))+4, rows+2
		if n.Note != "" {
			p.h++
		}
		first := 1
		if n.Kind == Terminal {
			p.w, p.h, first = cells.Text(n.label(s.ascii))+2, rows, 0
		}
		for _, side := range [][]port{p.left, p.right} {
			for i := range side {
				side[i].row = first + (rows-len(side))/2 + i
			}
		}
	}
}

func (s *sketch) sortSide(p *spot, ports []port, links []int, right bool) {
	if len(ports) < 2 {
		return
	}
	sum, count := make([]int, len(ports)), make([]int, len(ports))
	for _, u := range links {
		at, pos := s.links[u].in, s.pos[s.links[u].from]
		if right {
			at, pos = s.links[u].out, s.pos[s.links[u].to]
		}
		sum[at] += pos
		count[at]++
	}
	order := make([]int, len(ports))
	for i := range order {
		order[i] = i
	}
	mean := func(i int) float64 {
		if count[i] == 0 {
			return math.Inf(1) // runs back, and leaves at the bottom
		}
		return float64(sum[i]) / float64(count[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(mean(a), mean(b)) })
	sorted, place := make([]port, len(ports)), make([]int, len(ports))
	for i, from := range order {
		sorted[i], place[from] = ports[from], i
	}
	copy(ports, sorted)
	for _, u := range links {
		if right {
			s.links[u].out = place[s.links[u].out]
		} else {
			s.links[u].in = place[s.links[u].in]
		}
	}
	for i := range s.backs {
		b := &s.backs[i]
		if right && &s.spots[b.from] == p {
			b.out = place[b.out]
		}
		if !right && &s.spots[b.to] == p {
			b.in = place[b.in]
		}
	}
}

func (s *sketch) outRow(u *link) int {
	p := &s.spots[u.from]
	if p.node == passing {
		return p.y
	}
	return p.y + p.right[u.out].row
}

func (s *sketch) inRow(u *link) int {
	p := &s.spots[u.to]
	if p.node == passing {
		return p.y
	}
	return p.y + p.left[u.in].row
}

// Which neighbours a spot is drawn towards.
const (
	towardsLeft = 1 << iota
	towardsRight
)

// settle gives every spot its row: layer by layer each moves to the mean of its
// neighbours, as near as the order and the room allow.
func (s *sketch) settle() {
	for _, layer := range s.layers {
		y := 0
		for i, k := range layer {
			if i > 0 {
				y += s.gap(layer[i-1], k)
			}
			s.spots[k].y = y
			y += s.spots[k].h
		}
	}
	for range 3 {
		s.sweep(towardsLeft)
		s.sweep(towardsRight)
	}
	s.sweep(towardsLeft | towardsRight)
	s.sweep(towardsRight)
	s.sweep(towardsLeft)
	top := math.MaxInt
	for i := range s.spots {
		top = min(top, s.spots[i].y)
	}
	for i := range s.spots {
		s.spots[i].y -= top
	}
}

func (s *sketch) sweep(towards int) {
	for l := range s.layers {
		if towards == towardsRight {
			l = len(s.layers) - 1 - l
		}
		s.shift(s.layers[l], towards)
	}
}

// gap is the room between two in one layer: a row between boxes.
func (s *sketch) gap(a, b int) int {
	if s.spots[a].node != passing && s.spots[b].node != passing {
		return 1
	}
	return 0
}

// shift moves one layer: the least squares under the order, found by pooling
// neighbours that push against each other.
func (s *sketch) shift(layer []int, towards int) {
	type pool struct {
		want, weight float64
		n            int
	}
	pools := make([]pool, 0, len(layer))
	offsets := make([]int, len(layer))
	for i, k := range layer {
		if i > 0 {
			above := layer[i-1]
			offsets[i] = offsets[i-1] + s.spots[above].h + s.gap(above, k)
		}
		want, weight := s.wanted(k, towards)
		pools = append(pools, pool{want - float64(offsets[i]), weight, 1})
		for n := len(pools); n > 1 && pools[n-2].want > pools[n-1].want; n-- {
			a, b := pools[n-2], pools[n-1]
			sum := a.weight + b.weight
			pools[n-2] = pool{(a.want*a.weight + b.want*b.weight) / sum, sum, a.n + b.n}
			pools = pools[:n-1]
		}
	}
	i := 0
	for _, p := range pools {
		row := int(math.Floor(p.want + 0.5))
		for range p.n {
			s.spots[layer[i]].y = row + offsets[i]
			i++
		}
	}
}

// wanted is where a spot would stand if it were alone, and how much it matters.
func (s *sketch) wanted(k, towards int) (row, weight float64) {
	p := &s.spots[k]
	sum, n := 0, 0
	if towards&towardsLeft != 0 {
		for _, u := range p.ins {
			sum += s.outRow(&s.links[u]) - (s.inRow(&s.links[u]) - p.y)
			n++
		}
	}
	if towards&towardsRight != 0 {
		for _, u := range p.outs {
			sum += s.inRow(&s.links[u]) - (s.outRow(&s.links[u]) - p.y)
			n++
		}
	}
	switch {
	case n == 0:
		return float64(p.y), 0.1
	case p.node == passing:
		return float64(sum) / float64(n), 2
	}
	return float64(sum) / float64(n), float64(n)
}

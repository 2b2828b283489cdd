package graph

import (
	"cmp"
	"slices"
)

// spot is one place in a layer: a node, or where an edge passes that is longer
// than one layer.
type spot struct {
	node        int // in the part; passing is none
	layer       int
	x, y, w, h  int
	left, right []port
	ins, outs   []int // links
}

const passing = -1

// port is where lines meet a node. All edges of one descriptor share one.
type port struct {
	label string
	row   int  // from the spot's top
	both  bool // has an arrow though it is on the right
}

// link is a piece of an edge, from one layer to the next.
type link struct {
	edge     int
	from, to int // spots
	out, in  int // ports, of nodes
}

// sketch is a component on its way to a drawing.
type sketch struct {
	part   *Part
	ascii  bool
	spots  []spot
	links  []link
	layers [][]int // spots, from top to bottom
	pos    []int   // of a spot in its layer
	backs  []link  // edges that run back, below everything
	chains [][]int // links by edge
}

// newSketch puts one component's nodes into layers and cuts long edges into
// links.
func newSketch(p *Part, nodes []int, edges []int, layer []int, back []bool, ascii bool) *sketch {
	s := &sketch{part: p, ascii: ascii, chains: make([][]int, len(p.Edges))}
	index := make(map[int]int, len(nodes))
	first := layer[nodes[0]]
	for _, n := range nodes {
		first = min(first, layer[n])
	}
	for _, n := range nodes {
		index[n] = s.addSpot(n, layer[n]-first)
	}
	for _, i := range edges {
		e := &p.Edges[i]
		from, to := index[e.From], index[e.To]
		if back[i] && s.spots[to].layer <= s.spots[from].layer {
			s.backs = append(s.backs, link{edge: i, from: from, to: to})
			continue
		}
		at := from
		for l := s.spots[from].layer + 1; l <= s.spots[to].layer; l++ {
			next := to
			if l < s.spots[to].layer {
				next = s.addSpot(passing, l)
			}
			k := len(s.links)
			s.links = append(s.links, link{edge: i, from: at, to: next})
			s.chains[i] = append(s.chains[i], k)
			s.spots[at].outs = append(s.spots[at].outs, k)
			s.spots[next].ins = append(s.spots[next].ins, k)
			at = next
		}
	}
	return s
}

func (s *sketch) addSpot(node, layer int) int {
	k := len(s.spots)
	s.spots = append(s.spots, spot{node: node, layer: layer})
	for len(s.layers) <= layer {
		s.layers = append(s.layers, nil)
	}
	s.pos = append(s.pos, len(s.layers[layer]))
	s.layers[layer] = append(s.layers[layer], k)
	return k
}

// Sweeps of the search for an order with few crossings; a large drawing gets
// fewer.
const (
	sweeps      = 12
	largeSketch = 20_000 // links
)

// untangle orders the layers by barycentres, to and fro, and keeps the order
// with the fewest crossings.
func (s *sketch) untangle() {
	if len(s.layers) < 2 {
		return
	}
	best, fewest := s.copyLayers(), s.crossings()
	rounds := sweeps
	if len(s.links) > largeSketch {
		rounds = 4
	}
	for round := range rounds {
		if fewest == 0 && round > 0 {
			break
		}
		if round%2 == 0 {
			for l := 1; l < len(s.layers); l++ {
				s.sortLayer(l, true)
			}
		} else {
			for l := len(s.layers) - 2; l >= 0; l-- {
				s.sortLayer(l, false)
			}
		}
		if n := s.crossings(); n < fewest || round == 0 && n == fewest {
			best, fewest = s.copyLayers(), n
		}
	}
	s.layers = best
	for _, layer := range s.layers {
		s.number(layer)
	}
	if len(s.spots) <= smallSketch && fewest > 0 {
		s.swapNeighbours()
	}
}

func (s *sketch) copyLayers() [][]int {
	c := make([][]int, len(s.layers))
	for i, l := range s.layers {
		c[i] = slices.Clone(l)
	}
	return c
}

func (s *sketch) number(layer []int) {
	for i, k := range layer {
		s.pos[k] = i
	}
}

// sortLayer orders one layer by where its neighbours on one side stand.
func (s *sketch) sortLayer(l int, byLeft bool) {
	type keyed struct {
		spot int
		key  float64
	}
	list := make([]keyed, len(s.layers[l]))
	for i, k := range s.layers[l] {
		list[i] = keyed{k, float64(i)}
		links := s.spots[k].outs
		if byLeft {
			links = s.spots[k].ins
		}
		if len(links) == 0 {
			continue
		}
		sum := 0
		for _, u := range links {
			if byLeft {
				sum += s.pos[s.links[u].from]
			} else {
				sum += s.pos[s.links[u].to]
			}
		}
		list[i].key = float64(sum) / float64(len(links))
	}
	slices.SortStableFunc(list, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	for i, k := range list {
		s.layers[l][i] = k.spot
		s.pos[k.spot] = i
	}
}

// crossings counts the pairs of links that cross: inversions, counted with a
// tree of sums (Barth, Mutzel and Jünger).
func (s *sketch) crossings() int {
	total := 0
	for l := 1; l < len(s.layers); l++ {
		var ends []int
		for _, k := range s.layers[l-1] {
			start := len(ends)
			for _, u := range s.spots[k].outs {
				ends = append(ends, s.pos[s.links[u].to])
			}
			slices.Sort(ends[start:])
		}
		sums := make([]int, len(s.layers[l])+1)
		for i, end := range ends {
			before := 0
			for j := end + 1; j > 0; j -= j & -j {
				before += sums[j]
			}
			total += i - before
			for j := end + 1; j < len(sums); j += j & -j {
				sums[j]++
			}
		}
	}
	return total
}

const smallSketch = 400 // spots

// swapNeighbours swaps two that stand next to each other wherever fewer lines
// cross then.
func (s *sketch) swapNeighbours() {
	for range sweeps {
		better := false
		for _, layer := range s.layers {
			for i := 1; i < len(layer); i++ {
				a, b := layer[i-1], layer[i]
				if s.between(a, b) > s.between(b, a) {
					layer[i-1], layer[i] = b, a
					s.pos[a], s.pos[b] = i, i-1
					better = true
				}
			}
		}
		if !better {
			return
		}
	}
}

// between counts the crossings of the links of two spots where a stands above b.
func (s *sketch) between(a, b int) int {
	n := 0
	for _, x := range s.spots[a].ins {
		for _, y := range s.spots[b].ins {
			if s.pos[s.links[x].from] > s.pos[s.links[y].from] {
				n++
			}
		}
	}
	for _, x := range s.spots[a].outs {
		for _, y := range s.spots[b].outs {
			if s.pos[s.links[x].to] > s.pos[s.links[y].to] {
				n++
			}
		}
	}
	return n
}

package graph

import (
	"slices"
	"strings"

	"weir/runtime/cells"
)

// drawing is one component on a grid of cells.
type drawing struct {
	part    *Part
	ascii   bool
	w, h    int
	boxes   []boxAt
	across  []across
	upright []upright
	joints  []joint
	heads   []head
	marks   []mark
	sockets []socket
	paths   []path
	cuts    []int // columns before which a drawing may go on further down
}

type (
	boxAt struct{ node, x, y, w, h int }
	// across is a line from x1 to x2; open ends touch what is beside them.
	across struct {
		y, x1, x2    int
		openL, openR bool
	}
	upright struct{ x, y1, y2 int }
	// joint is where lines of one net meet, from so many sides.
	joint struct{ x, y, ways int }
	head  struct {
		x, y int
		left bool
	}
	mark struct {
		x, y int
		text string
	}
	// socket is where a line leaves a box, or meets it from the right.
	socket struct{ x, y int }
	point  struct{ x, y int }
	path   struct {
		edge   int
		points []point
	}
)

// draw lays out a part, component by component.
func draw(p *Part, ascii bool) []*drawing {
	p = &Part{Title: p.Title, Nodes: p.Nodes, Edges: slices.Clone(p.Edges)}
	for i := range p.Edges {
		p.Edges[i].Label = short(p.Edges[i].Label, textLimit, ascii)
	}
	r := newRanker(p)
	layer := r.layers()
	groups := components(p)
	of := make([]int, len(p.Nodes))
	for k, nodes := range groups {
		for _, n := range nodes {
			of[n] = k
		}
	}
	edges := make([][]int, len(groups))
	for i := range p.Edges {
		k := of[p.Edges[i].From]
		edges[k] = append(edges[k], i)
	}
	var list []*drawing
	for k, nodes := range groups {
		s := newSketch(p, nodes, edges[k], layer, r.back, ascii)
		s.untangle()
		s.makePorts()
		s.sortPorts()
		s.settle()
		list = append(list, s.draw())
	}
	return list
}

// draw routes the lines and gives everything its column.
func (s *sketch) draw() *drawing {
	d := &drawing{part: s.part, ascii: s.ascii}
	for i := range s.spots {
		d.h = max(d.h, s.spots[i].y+s.spots[i].h)
	}
	lanes := s.lanes(d.h)
	gaps := s.gaps(lanes)
	x := 0
	for g, c := range gaps {
		c.x = x
		x += c.w
		for _, n := range c.nets {
			n.x = c.x + c.before + n.track*c.step
		}
		if g == len(s.layers) {
			break
		}
		if g > 0 {
			d.cuts = append(d.cuts, x-1)
		}
		widest := 1
		for _, k := range s.layers[g] {
			s.spots[k].x = x
			widest = max(widest, s.spots[k].w)
		}
		x += widest
	}
	d.w = x
	d.addBoxes(s)
	for _, c := range gaps {
		d.addGap(s, c)
	}
	d.addLanes(s, gaps, lanes)
	d.addPaths(s, gaps, lanes)
	for _, u := range d.upright {
		d.h = max(d.h, u.y2+1)
	}
	return d
}

// lanes gives each edge that runs back a row below all boxes, the shortest ones
// first.
func (s *sketch) lanes(bottom int) []int {
	order := make([]int, len(s.backs))
	for i := range order {
		order[i] = i
	}
	length := func(i int) int { return s.spots[s.backs[i].from].layer - s.spots[s.backs[i].to].layer }
	slices.SortStableFunc(order, func(a, b int) int { return length(a) - length(b) })
	rows := make([]int, len(s.backs))
	for n, i := range order {
		rows[i] = bottom + n
	}
	return rows
}

func (s *sketch) gaps(lanes []int) []*gap {
	links := make([][]int, len(s.layers)+1)
	for k := range s.links {
		g := s.spots[s.links[k].to].layer
		links[g] = append(links[g], k)
	}
	gaps := make([]*gap, len(links))
	for g := range gaps {
		gaps[g] = s.nets(g, links[g], lanes)
		gaps[g].assign(lanes)
		s.width(gaps[g], g)
	}
	return gaps
}

func (d *drawing) addBoxes(s *sketch) {
	for i := range s.spots {
		p := &s.spots[i]
		if p.node == passing {
			continue
		}
		d.boxes = append(d.boxes, boxAt{p.node, p.x, p.y, p.w, p.h})
		for _, q := range p.right {
			d.sockets = append(d.sockets, socket{p.x + p.w - 1, p.y + q.row})
			at := p.x + p.w
			if q.both {
				d.heads = append(d.heads, head{at, p.y + q.row, true})
				at++
			}
			if q.label != "" {
				d.marks = append(d.marks, mark{at, p.y + q.row, q.label})
			}
		}
		for _, q := range p.left {
			d.heads = append(d.heads, head{p.x - 1, p.y + q.row, false})
			if q.label != "" {
				d.marks = append(d.marks, mark{p.x - 1 - cells.Text(q.label) - dash(q.label), p.y + q.row, q.label})
			}
		}
	}
}

// addGap draws the lines of a gap.
func (d *drawing) addGap(s *sketch, c *gap) {
	starts, ends := map[int]int{}, map[int]int{} // where lines come from and go to, by row
	for _, k := range c.links {
		u := &s.links[k]
		from, to := &s.spots[u.from], &s.spots[u.to]
		starts[s.outRow(u)] = from.x
		if from.node != passing {
			starts[s.outRow(u)] += from.w
		}
		ends[s.inRow(u)] = to.x - 1
	}
	for i := range s.backs {
		b := &s.backs[i]
		if c.backOut[i] != nil {
			starts[s.outRow(b)] = s.spots[b.from].x + s.spots[b.from].w
		}
		if c.backIn[i] != nil {
			ends[s.inRow(b)] = s.spots[b.to].x - 1
		}
	}
	for _, n := range c.nets {
		d.addNet(n, c, starts, ends)
	}
}

func (d *drawing) addNet(n *net, c *gap, starts, ends map[int]int) {
	if n.straight() {
		d.across = append(d.across, across{n.left[0], starts[n.left[0]], ends[n.left[0]], true, true})
		return
	}
	lo, hi := n.span()
	d.upright = append(d.upright, upright{n.x, lo, hi})
	ways := map[int]int{}
	var rows []int
	meet := func(row int) {
		if ways[row] == 0 {
			rows = append(rows, row)
			if row > lo {
				ways[row]++
			}
			if row < hi {
				ways[row]++
			}
		}
		ways[row]++
	}
	for _, r := range n.left {
		meet(r)
		if x, known := starts[r]; known {
			d.across = append(d.across, across{r, x, n.x, true, false})
		}
	}
	for _, r := range n.right {
		meet(r)
		if x, known := ends[r]; known {
			d.across = append(d.across, across{r, n.x, x, false, true})
		}
	}
	for _, t := range c.detours {
		if slices.Contains(n.right, t.row) {
			d.across = append(d.across, across{t.row, n.x, t.net.x, false, false})
		}
	}
	for _, r := range rows {
		d.joints = append(d.joints, joint{n.x, r, ways[r]})
	}
}

// addLanes draws what runs back below the boxes.
func (d *drawing) addLanes(s *sketch, gaps []*gap, lanes []int) {
	for i := range s.backs {
		b := &s.backs[i]
		out := gaps[s.spots[b.from].layer+1].backOut[i]
		in := gaps[s.spots[b.to].layer].backIn[i]
		d.across = append(d.across, across{lanes[i], in.x, out.x, false, false})
	}
}

// addPaths follows each edge, for pictures whose lines are not made of cells.
func (d *drawing) addPaths(s *sketch, gaps []*gap, lanes []int) {
	for i := range s.chains {
		chain := s.chains[i]
		if len(chain) == 0 {
			continue
		}
		from := &s.spots[s.links[chain[0]].from]
		pts := []point{{from.x + from.w - 1, s.outRow(&s.links[chain[0]])}}
		for _, k := range chain {
			u := &s.links[k]
			c := gaps[s.spots[u.to].layer]
			pts = c.follow(pts, c.of[k], s.outRow(u), s.inRow(u))
		}
		last := &s.links[chain[len(chain)-1]]
		pts = append(pts, point{s.spots[last.to].x, s.inRow(last)})
		d.paths = append(d.paths, path{i, pts})
	}
	for i := range s.backs {
		b := &s.backs[i]
		from, to := &s.spots[b.from], &s.spots[b.to]
		out, in := gaps[from.layer+1].backOut[i], gaps[to.layer].backIn[i]
		d.paths = append(d.paths, path{b.edge, []point{{from.x + from.w - 1, s.outRow(b)}, {out.x, s.outRow(b)},
			{out.x, lanes[i]}, {in.x, lanes[i]}, {in.x, s.inRow(b)}, {to.x, s.inRow(b)}}})
	}
}

func (c *gap) follow(pts []point, n *net, from, to int) []point {
	if n.straight() {
		return pts
	}
	if t := c.detours[to]; t != nil && slices.Contains(n.right, t.row) {
		return append(pts, point{n.x, from}, point{n.x, t.row}, point{t.net.x, t.row}, point{t.net.x, to})
	}
	if from == to {
		return pts
	}
	return append(pts, point{n.x, from}, point{n.x, to})
}

// title is what heads a part, on one line.
func title(p *Part) string { return strings.TrimSpace(p.Title) }

package graph

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// randomPart has any nodes and any edges: cycles, loops, edges both ways.
func randomPart(r *rand.Rand) *Part {
	kinds := []Kind{Program, Lua, Thread, Relay, Channel}
	p := &Part{}
	for range 1 + r.IntN(24) {
		p.Nodes = append(p.Nodes, Node{Kind: kinds[r.IntN(len(kinds))], Text: strings.Repeat("x", r.IntN(9)) + fmt.Sprint(r.IntN(3)), Count: 1})
	}
	for range r.IntN(2 * len(p.Nodes)) {
		e := Edge{From: r.IntN(len(p.Nodes)), To: r.IntN(len(p.Nodes))}
		if p.Nodes[e.From].Kind == Program {
			e.FromFD = []int{1 + r.IntN(4)}
		}
		if p.Nodes[e.To].Kind == Program {
			e.ToFD = []int{r.IntN(12)}
		}
		switch r.IntN(8) {
		case 0:
			e.Both = e.From != e.To
		case 1:
			e.Loop = true
		case 2:
			e.Label = "label"
		}
		p.Edges = append(p.Edges, e)
	}
	return p
}

func TestRandomGraphs(t *testing.T) {
	for seed := range uint64(500) {
		p := randomPart(rand.New(rand.NewPCG(seed, 1)))
		drawn := make([]bool, len(p.Edges))
		boxes := 0
		for _, d := range draw(p, seed%2 == 0) {
			boxes += len(d.boxes)
			for _, l := range d.paths {
				drawn[l.edge] = true
			}
			if fault := faultOf(d); fault != "" {
				var out bytes.Buffer
				(&Graph{Parts: []Part{*p}}).WriteText(&out, TextOptions{})
				t.Fatalf("seed %d: %s in\n%s", seed, fault, &out)
			}
		}
		if boxes != len(p.Nodes) || slices.Contains(drawn, false) {
			t.Fatalf("seed %d: %d of %d nodes, edges %v", seed, boxes, len(p.Nodes), drawn)
		}
		g := &Graph{Parts: []Part{*p, *p}}
		for _, format := range Formats() {
			var out bytes.Buffer
			if err := g.Write(&out, format, TextOptions{Width: 60}); err != nil {
				t.Fatal(err)
			}
			if format == "svg" {
				checkSVG(t, out.Bytes())
			}
		}
	}
}

// faultOf looks for boxes that overlap, lines that run through boxes, and lines
// that do not lead from a box to just those that its edges lead to.
func faultOf(d *drawing) string {
	for i, a := range d.boxes {
		if a.x < 0 || a.y < 0 || a.x+a.w > d.w || a.y+a.h > d.h {
			return fmt.Sprintf("box %d is outside", i)
		}
		for k, b := range d.boxes[:i] {
			if a.x < b.x+b.w && b.x < a.x+a.w && a.y < b.y+b.h && b.y < a.y+a.h {
				return fmt.Sprintf("boxes %d and %d overlap", i, k)
			}
		}
		for _, l := range d.across {
			if l.y >= a.y && l.y < a.y+a.h && l.x1 < a.x+a.w && l.x2 >= a.x {
				return fmt.Sprintf("a line runs through box %d", i)
			}
		}
		for _, u := range d.upright {
			if u.x >= a.x && u.x < a.x+a.w && u.y1 < a.y+a.h && u.y2 >= a.y {
				return fmt.Sprintf("a line runs down through box %d", i)
			}
		}
	}
	want := map[point][]point{}
	for _, p := range d.paths {
		e := &d.part.Edges[p.edge]
		first, last := p.points[0], p.points[len(p.points)-1]
		from := d.boxes[slices.IndexFunc(d.boxes, func(b boxAt) bool { return b.node == e.From })]
		to := d.boxes[slices.IndexFunc(d.boxes, func(b boxAt) bool { return b.node == e.To })]
		if first.x != from.x+from.w-1 || first.y <= from.y || first.y >= from.y+from.h-1 || last.x != to.x || last.y <= to.y || last.y >= to.y+to.h-1 {
			return fmt.Sprintf("edge %d leads from %v to %v", p.edge, first, last)
		}
		start, end := point{first.x + 1, first.y}, point{last.x - 1, last.y}
		if !slices.Contains(want[start], end) {
			want[start] = append(want[start], end)
		}
	}
	for start, ends := range want {
		got := follow(d, start)
		slices.SortFunc(ends, byPlace)
		slices.SortFunc(got, byPlace)
		if !slices.Equal(got, ends) {
			return fmt.Sprintf("the line from %v leads to %v, and not to %v", start, got, ends)
		}
	}
	return ""
}

func byPlace(a, b point) int {
	if a.y != b.y {
		return a.y - b.y
	}
	return a.x - b.x
}

// follow goes along the lines of a drawing as an eye does: straight on where two
// cross, every way where they meet. It gives the arrows it comes to.
func follow(d *drawing, start point) []point {
	heads := map[point]bool{}
	for _, h := range d.heads {
		heads[point{h.x, h.y}] = !h.left
	}
	type state struct {
		at       point
		sideways bool
	}
	// What text covers has lines below it.
	bare := *d
	bare.boxes, bare.marks, bare.heads, bare.sockets = nil, nil, nil, nil
	lines := newCanvas(&bare)
	seen := map[state]bool{}
	list := []state{{start, true}}
	var found []point
	for len(list) > 0 {
		s := list[len(list)-1]
		list = list[:len(list)-1]
		if seen[s] {
			continue
		}
		seen[s] = true
		if heads[s.at] && s.sideways {
			found = append(found, s.at)
			continue
		}
		at := &lines.rows[s.at.y][s.at.x]
		if at.joint {
			list = append(list, state{s.at, !s.sideways})
		}
		next := func(side byte, dx, dy int) {
			to := point{s.at.x + dx, s.at.y + dy}
			if at.lines&side != 0 && to.x >= 0 && to.x < d.w && to.y >= 0 && to.y < d.h && lines.rows[to.y][to.x].lines != 0 {
				list = append(list, state{to, dx != 0})
			}
		}
		if s.sideways {
			next(left, -1, 0)
			next(right, 1, 0)
		} else {
			next(up, 0, -1)
			next(down, 0, 1)
		}
	}
	return found
}

func TestFold(t *testing.T) {
	lanes := func(n int, cross bool) *Part {
		p := &Part{Nodes: []Node{{Kind: Relay, Text: "deal", Count: 1}, {Kind: Relay, Text: "merge", Count: 1}}}
		for i := range n {
			a, b := 2+2*i, 3+2*i
			p.Nodes = append(p.Nodes, Node{Kind: Program, Text: "cat", Count: 1}, Node{Kind: Program, Text: "rev", Count: 1})
			p.Edges = append(p.Edges, Edge{From: 0, To: a, ToFD: []int{0}}, Edge{From: a, To: b, FromFD: []int{1}, ToFD: []int{0}},
				Edge{From: b, To: 1, FromFD: []int{1}})
			if cross {
				p.Edges = append(p.Edges, Edge{From: a, To: 3 + 2*(i^1), FromFD: []int{2}, ToFD: []int{3}})
			}
		}
		return p
	}
	for _, c := range []struct {
		name  string
		part  *Part
		nodes int
		edges int
	}{
		{"three lanes are drawn", lanes(3, false), 8, 9},
		{"eight lanes are one", lanes(8, false), 4, 3},
		{"three hundred lanes are one", lanes(300, false), 4, 3},
		{"lanes that cross are drawn", lanes(8, true), 18, 32},
	} {
		f := fold(c.part)
		if len(f.Nodes) != c.nodes || len(f.Edges) != c.edges {
			t.Errorf("%s: %d nodes and %d edges, and not %d and %d", c.name, len(f.Nodes), len(f.Edges), c.nodes, c.edges)
		}
		total := 0
		for i := range f.Nodes {
			total += f.Nodes[i].Count
		}
		if total != len(c.part.Nodes) {
			t.Errorf("%s: %d nodes of %d", c.name, total, len(c.part.Nodes))
		}
	}
}

// thousand are graphs of a thousand stages, by their shape.
func thousand() map[string]*Part {
	stage := func(i int) Node { return Node{Kind: Program, Text: fmt.Sprintf("stage %d", i), Count: 1} }
	chain, lanes, random := &Part{}, &Part{}, &Part{}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 1000 {
		chain.Nodes, lanes.Nodes, random.Nodes = append(chain.Nodes, stage(i)), append(lanes.Nodes, stage(i)), append(random.Nodes, stage(i))
		if i > 0 {
			chain.Edges = append(chain.Edges, Edge{From: i - 1, To: i, FromFD: []int{1}, ToFD: []int{0}})
			random.Edges = append(random.Edges, Edge{From: max(0, i-1-r.IntN(40)), To: i, FromFD: []int{1}, ToFD: []int{0}})
		}
		if i%3 == 0 {
			random.Edges = append(random.Edges, Edge{From: i, To: min(999, i+1+r.IntN(40)), FromFD: []int{2}, ToFD: []int{3}})
		}
		if i >= 50 {
			lanes.Edges = append(lanes.Edges, Edge{From: i - 50, To: i, FromFD: []int{1}, ToFD: []int{0}})
		}
	}
	cats := &Part{Nodes: slices.Clone(chain.Nodes), Edges: chain.Edges}
	for i := range cats.Nodes {
		cats.Nodes[i].Text = "cat"
	}
	return map[string]*Part{"chain": chain, "lanes": lanes, "random": random, "cats": cats}
}

func BenchmarkThousandStages(b *testing.B) {
	for name, p := range thousand() {
		g := &Graph{Parts: []Part{*p}}
		for _, format := range []string{"text", "svg"} {
			b.Run(name+"/"+format, func(b *testing.B) {
				for b.Loop() {
					var out bytes.Buffer
					g.Write(&out, format, TextOptions{Width: 120})
					b.ReportMetric(float64(out.Len()), "bytes")
				}
			})
		}
	}
}

package top

import (
	"fmt"
	"strings"

	"weir/runtime/graph"
	"weir/runtime/sample"
)

// graphLines draws the run, w cells wide and in several bands if need be, with a mark at each edge that
// is full.
func (m *Model) graphLines(w int) []string {
	f := m.frame()
	if f == nil {
		return []string{"no run yet"}
	}
	return m.drawn(f, w, detail{notes: true, fills: true})
}

// detail is how much a graph says.
type detail struct {
	names        int // the most cells of a stage's text; 0 is no limit
	notes, fills bool
}

// drawn is a frame as lines.
func (m *Model) drawn(f *sample.Frame, w int, d detail) []string {
	var b strings.Builder
	if err := graphOf(f, m.ASCII, d).WriteText(&b, graph.TextOptions{ASCII: m.ASCII, Width: w}); err != nil {
		return []string{err.Error()}
	}
	return strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
}

// graphOf makes a graph of a frame: its rows, with what each does and how much passes through it, and
// the channels between them, with how full they are.
func graphOf(f *sample.Frame, ascii bool, d detail) *graph.Graph {
	part := graph.Part{}
	at := map[string]int{}
	list := rows(f, ascii)
	for k := range list {
		r := &list[k]
		s := r.stages[0]
		n := graph.Node{Kind: graph.Program, Name: s.Stage, Text: visible(label(s)), Count: len(r.stages)}
		if r.folded() {
			n.Text = visible(base(s.Stage))
		}
		if d.names > 0 {
			n.Text = fit(n.Text, d.names, ascii)
		}
		if d.notes {
			n.Note = note(f, r, ascii)
		}
		if s.Relay {
			n.Kind = graph.Relay
		}
		for _, s := range r.stages {
			at[s.Stage] = k
		}
		part.Nodes = append(part.Nodes, n)
	}
	drawn := map[[2]int]bool{}
	for i := range f.Channels {
		c := &f.Channels[i]
		for _, from := range c.From {
			for _, to := range c.To {
				a, ok1 := at[from]
				b, ok2 := at[to]
				lanes := ok1 && ok2 && (part.Nodes[a].Count > 1 || part.Nodes[b].Count > 1)
				if !ok1 || !ok2 || a == b || lanes && drawn[[2]int{a, b}] {
					continue
				}
				drawn[[2]int{a, b}] = true
				e := graph.Edge{From: a, To: b, Channel: c.Channel}
				share, known := fillShare(c)
				e.Full = known && share >= 0.9
				if !lanes {
					e.Label = visible(c.Channel)
				}
				switch {
				case e.Full:
					e.Label = strings.TrimSpace(e.Label + " full")
				case known && !lanes && d.fills:
					e.Label += fmt.Sprintf(" %2.0f %%", 100*share)
				}
				part.Edges = append(part.Edges, e)
			}
		}
	}
	return &graph.Graph{Parts: []graph.Part{part}}
}

// note stands below the name of a row in the graph: what it does, and how much it writes, or of a last
// one, reads. It has the same width in each frame, so that the graph does not move.
func note(f *sample.Frame, r *row, ascii bool) string {
	channels := channelsOf(f)
	var out []*sample.ChannelNow
	for _, s := range r.stages {
		for _, name := range s.Outputs {
			if c := channels[name]; c != nil && len(c.To) > 0 {
				out = append(out, c)
			}
		}
	}
	if len(out) == 0 {
		out = r.inputs
	}
	sign := glyph(r.stages[0].State, ascii)
	switch {
	case r.stuck:
		sign = pick(ascii, "✖", "X")
	case r.folded():
		sign = " "
	}
	words := rateOf(out, ascii)
	return sign + " " + strings.Repeat(" ", max(0, 10-width(words, ascii))) + words
}

// visible spells out what a terminal would obey.
func visible(s string) string {
	var b strings.Builder
	for _, c := range spelt(s, false) {
		b.WriteString(c.text)
	}
	return b.String()
}

// wideDetails are those of the graph above the rows, of which the first is taken that fits.
var wideDetails = []detail{{0, true, true}, {24, true, true}, {16, true, true}, {12, true, true},
	{0, false, true}, {16, false, true}, {0, false, false}, {12, false, false}}

// drawWide draws the run above its rows, which keep as much room as they need.
func (d drawing) drawWide(f *sample.Frame, list []row, y, foot int) int {
	const least, below = 3, 6 // the graph; the rows' header, and what is known of the chosen channel
	if d.p.W < 100 || d.p.H < 36 || least+len(list)+below > foot-y {
		return y
	}
	for _, with := range wideDetails {
		lines := d.m.drawn(f, 0, with)
		if len(lines)+len(list)+below > foot-y || widest(lines, d.m.ASCII) > d.p.W {
			continue
		}
		for _, line := range lines {
			y++
			d.p.put(0, y, line, Plain)
		}
		return y + 1
	}
	return y
}

func widest(lines []string, ascii bool) (n int) {
	for _, line := range lines {
		n = max(n, width(line, ascii))
	}
	return n
}

package graph

import (
	"strings"

	"weir/runtime/cells"
)

// leastText is how far a text is shortened for the drawing to fit.
const leastText = 12

// fitting draws a part, with shorter texts where it would be too wide. Where that is not
// enough it lists who gives to whom.
func fitting(p *Part, o TextOptions) string {
	for limit := textLimit; ; {
		text := drawn(shortened(p, limit, o.ASCII), o)
		over := widest(text) - o.Width
		switch {
		case o.Width <= 0 || over <= 0:
			return text
		case limit == leastText:
			return listed(p, o)
		case limit < textLimit:
			limit = leastText
		default:
			limit = max(limit-over, leastText)
		}
	}
}

func widest(text string) (n int) {
	for line := range strings.Lines(text) {
		n = max(n, cells.Text(strings.TrimSuffix(line, "\n")))
	}
	return n
}

// shortened is a part whose texts have a number of cells at most.
func shortened(p *Part, limit int, ascii bool) *Part {
	c := &Part{Title: p.Title, Nodes: append([]Node(nil), p.Nodes...), Edges: append([]Edge(nil), p.Edges...)}
	for i := range c.Nodes {
		c.Nodes[i].Text = shortText(&c.Nodes[i], limit, ascii)
	}
	for i := range c.Edges {
		c.Edges[i].Label = short(c.Edges[i].Label, limit, ascii)
	}
	return c
}

// listed has a line for each node, and below it one for each edge that leaves it.
func listed(p *Part, o TextOptions) string {
	line, left, right, more := "──", "◀", "▶", "…"
	if o.ASCII {
		line, left, right, more = "--", "<", ">", "..."
	}
	var b strings.Builder
	write := func(s string) { b.WriteString(cut(s, o.Width, more) + "\n") }
	write("too wide to be drawn here: a list")
	reached := map[int]bool{}
	for i := range p.Edges {
		reached[p.Edges[i].To] = true
	}
	for i := range p.Nodes {
		told := false
		for k := range p.Edges {
			e := &p.Edges[k]
			if e.From != i {
				continue
			}
			if !told {
				write(listName(p, i, o))
				told = true
			}
			arrow := line + right
			if e.Both {
				arrow = left + arrow
			}
			write("  " + e.fromLabel() + arrow + e.toLabel() + " " + listName(p, e.To, o))
		}
		if !told && !reached[i] {
			write(listName(p, i, o))
		}
	}
	return b.String()
}

// listName is a node's text, behind its name where others have the same text.
func listName(p *Part, i int, o TextOptions) string {
	n := &p.Nodes[i]
	text := n.Text
	if o.ASCII {
		text = plain(text)
	}
	for k := range p.Nodes {
		if k != i && p.Nodes[k].Text == n.Text && n.Name != "" && n.Name != n.Text {
			text = n.Name + ": " + text
			break
		}
	}
	return text + times(n, o.ASCII)
}

package graph

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"

	"weir/runtime/cells"
)

// Pixels of a cell, and around the whole.
const (
	cellWidth   = 8
	cellHeight  = 15
	svgMargin   = 20
	titleHeight = 28
	partGap     = 24
	bend        = 6 // radius
)

const svgStyle = `
:root { --paper: #ffffff; --ink: #1f2328; --line: #6e7781; --stage: #f6f8fa; --lua: #eef4ff; ` +
	`--relay: #fff4e0; --channel: #e9f7ec; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #0d1117; --ink: #e6edf3; --line: #8b949e; --stage: #161b22; --lua: #14233c; ` +
	`--relay: #33260e; --channel: #11291a; }
}
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; ` +
	`fill: var(--ink); white-space: pre; }
.title { font-weight: bold; }
.fd { font-size: 10px; fill: var(--line); stroke: var(--paper); stroke-width: 2px; paint-order: stroke; }
rect { stroke: var(--line); stroke-width: 1.3; fill: var(--stage); }
.paper { stroke: none; fill: var(--paper); }
.lua { fill: var(--lua); stroke-width: 2.4; }
.thread { fill: var(--lua); stroke-dasharray: 5 3; }
.relay { fill: var(--relay); }
.inner { fill: none; }
.channel { fill: var(--channel); }
.edge { fill: none; stroke: var(--line); stroke-width: 1.3; }
.loop { stroke-dasharray: 6 3; }
.head, .dot { fill: var(--line); }
`

// WriteSVG writes a picture that stands alone, readable in light and dark:
// nothing in it is fetched, and nothing runs. Several parts stand below each
// other.
func (g *Graph) WriteSVG(w io.Writer) error {
	var body strings.Builder
	width, y := 0, svgMargin
	for i := range g.Parts {
		p := fold(&g.Parts[i])
		if i > 0 {
			y += partGap
		}
		if t := title(p); t != "" {
			t = short(t, textLimit, false)
			fmt.Fprintf(&body, "<text class=\"title\" x=\"%d\" y=\"%d\">%s</text>\n", svgMargin, y+14, svgText(t))
			width = max(width, cells.Text(t)*cellWidth)
			y += titleHeight
		}
		for k, d := range draw(p, false) {
			if k > 0 {
				y += cellHeight
			}
			fmt.Fprintf(&body, "<g transform=\"translate(%d %d)\">\n", svgMargin, y)
			d.svg(&body)
			body.WriteString("</g>\n")
			width, y = max(width, d.w*cellWidth), y+d.h*cellHeight
		}
	}
	width, y = width+2*svgMargin, y+svgMargin
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "+
		"role=\"img\">\n", width, y, width, y)
	fmt.Fprintf(out, "<title>%s</title>\n<style>%s</style>\n", svgText(g.caption()), svgStyle)
	fmt.Fprintf(out, "<rect class=\"paper\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n%s</svg>\n", width, y, body.String())
	return out.Flush()
}

func (g *Graph) caption() string {
	if len(g.Parts) == 1 && title(&g.Parts[0]) != "" {
		return title(&g.Parts[0])
	}
	return "weir graph"
}

// middle gives the middle of a cell.
func middle(p point) (x, y float64) {
	return (float64(p.x) + 0.5) * cellWidth, (float64(p.y) + 0.5) * cellHeight
}

func (d *drawing) svg(b *strings.Builder) {
	for _, p := range d.paths {
		class := "edge"
		if d.part.Edges[p.edge].Loop {
			class += " loop"
		}
		fmt.Fprintf(b, "<path class=\"%s\" d=\"%s\"/>\n", class, svgPath(p.points))
	}
	for _, j := range d.joints {
		if j.ways > 2 {
			x, y := middle(point{j.x, j.y})
			fmt.Fprintf(b, "<circle class=\"dot\" cx=\"%g\" cy=\"%g\" r=\"2.5\"/>\n", x, y)
		}
	}
	for _, h := range d.heads {
		x, y := middle(point{h.x, h.y})
		tip, base := x+cellWidth, x-1
		if h.left {
			tip, base = x-cellWidth, x+1
		}
		fmt.Fprintf(b, "<path class=\"head\" d=\"M%g %gL%g %gL%g %gZ\"/>\n", tip, y, base, y-4, base, y+4)
	}
	for _, m := range d.marks {
		x := (float64(m.x) + float64(cells.Text(m.text))/2) * cellWidth
		_, y := middle(point{0, m.y})
		fmt.Fprintf(b, "<text class=\"fd\" x=\"%g\" y=\"%g\" text-anchor=\"middle\">%s</text>\n", x, y-3, svgText(m.text))
	}
	for _, box := range d.boxes {
		d.svgBox(b, box)
	}
}

func (d *drawing) svgBox(b *strings.Builder, box boxAt) {
	n := &d.part.Nodes[box.node]
	label := n.label(d.ascii)
	x, y := middle(point{box.x, box.y})
	right, bottom := middle(point{box.x + box.w - 1, box.y + box.h - 1})
	w, h := right-x, bottom-y
	b.WriteString("<g>")
	if full := n.Text; full != label {
		fmt.Fprintf(b, "<title>%s</title>", svgText(full))
	}
	switch n.Kind {
	case Terminal:
	case Relay:
		fmt.Fprintf(b, `<rect class="relay" x="%g" y="%g" width="%g" height="%g"/>`, x-1, y-1, w+2, h+2)
		fmt.Fprintf(b, `<rect class="inner" x="%g" y="%g" width="%g" height="%g"/>`, x+2, y+2, w-4, h-4)
	case Channel:
		fmt.Fprintf(b, `<rect class="channel" x="%g" y="%g" width="%g" height="%g" rx="%g"/>`, x, y, w, h, math.Min(15, h/2))
	default:
		fmt.Fprintf(b, `<rect class="%s" x="%g" y="%g" width="%g" height="%g" rx="3"/>`, n.Kind, x, y, w, h)
	}
	fmt.Fprintf(b, "<text x=\"%g\" y=\"%g\" text-anchor=\"middle\">%s</text></g>\n", x+w/2, y+h/2+4.5, svgText(label))
}

// svgPath draws a line with round bends.
func svgPath(points []point) string {
	var b strings.Builder
	pts := corners(points)
	x, y := middle(pts[0])
	fmt.Fprintf(&b, "M%g %g", x, y)
	for i := 1; i < len(pts); i++ {
		x, y := middle(pts[i])
		if i == len(pts)-1 {
			fmt.Fprintf(&b, "L%g %g", x, y)
			break
		}
		px, py := middle(pts[i-1])
		nx, ny := middle(pts[i+1])
		r := math.Min(bend, math.Min(math.Hypot(x-px, y-py), math.Hypot(nx-x, ny-y))/2)
		ax, ay := towards(x, y, px, py, r)
		cx, cy := towards(x, y, nx, ny, r)
		fmt.Fprintf(&b, "L%g %gQ%g %g %g %g", ax, ay, x, y, cx, cy)
	}
	return b.String()
}

// corners leaves out the points where a line does not bend.
func corners(points []point) []point {
	var out []point
	for _, p := range points {
		if n := len(out); n > 0 && out[n-1] == p {
			continue
		}
		if n := len(out); n > 1 && (out[n-1].y == p.y && out[n-2].y == p.y || out[n-1].x == p.x && out[n-2].x == p.x) {
			out[n-1] = p
			continue
		}
		out = append(out, p)
	}
	return out
}

func towards(x, y, tx, ty, r float64) (float64, float64) {
	l := math.Hypot(tx-x, ty-y)
	return x + (tx-x)*r/l, y + (ty-y)*r/l
}

func svgText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

package graph

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"weir/runtime/cells"
)

// TextOptions say what a terminal can show.
type TextOptions struct {
	ASCII bool
	Width int // in cells; a wider drawing goes on below in bands, and becomes a list where they do not fit. 0 has no limit
}

// WriteText draws with the characters of a terminal. Several parts follow each
// other, each with its title above it.
func (g *Graph) WriteText(w io.Writer, o TextOptions) error {
	out := bufio.NewWriter(w)
	empty := true
	for i := range g.Parts {
		p := &g.Parts[i]
		if i > 0 {
			out.WriteByte('\n')
		}
		if t := title(p); t != "" {
			if o.Width > 0 {
				t = short(t, o.Width, o.ASCII)
			}
			out.WriteString(t + "\n\n")
		}
		text := fitting(fold(p), o)
		empty = empty && text == ""
		out.WriteString(text)
	}
	if empty {
		out.WriteString("nothing to draw\n")
	}
	return out.Flush()
}

// drawn draws a part's components, one below the other.
func drawn(p *Part, o TextOptions) string {
	var b strings.Builder
	out := bufio.NewWriter(&b)
	for k, d := range draw(p, o.ASCII) {
		if k > 0 {
			out.WriteByte('\n')
		}
		newCanvas(d).write(out, o.Width)
	}
	out.Flush()
	return b.String()
}

// cell is one character of a terminal: a text, or lines towards its sides.
type cell struct {
	text  string
	lines byte
	joint bool
	heavy bool // of an edge that is full
	taken bool // by the right half of a wide character
}

// The sides that a line goes to.
const (
	up = 1 << iota
	down
	left
	right
)

type canvas struct {
	rows  [][]cell
	cuts  []int
	ascii bool
}

func newCanvas(d *drawing) *canvas {
	c := &canvas{rows: make([][]cell, d.h), cuts: d.cuts, ascii: d.ascii}
	all := make([]cell, d.h*d.w)
	for y := range c.rows {
		c.rows[y] = all[y*d.w : (y+1)*d.w]
	}
	for _, l := range d.across {
		c.across(l)
	}
	for _, u := range d.upright {
		for y := u.y1; y <= u.y2; y++ {
			if y > u.y1 {
				c.rows[y][u.x].lines |= up
			}
			if y < u.y2 {
				c.rows[y][u.x].lines |= down
			}
		}
	}
	for _, j := range d.joints {
		c.rows[j.y][j.x].joint = true
	}
	for _, p := range d.paths {
		if d.part.Edges[p.edge].Full {
			c.weigh(p.points)
		}
	}
	for _, b := range d.boxes {
		c.box(d, b)
	}
	for _, s := range d.sockets {
		c.socket(s)
	}
	for _, m := range d.marks {
		c.put(m.x, m.y, m.text)
	}
	for _, h := range d.heads {
		box, ascii := "▶", ">"
		if h.left {
			box, ascii = "◀", "<"
		}
		c.put(h.x, h.y, c.pick(box, ascii))
	}
	return c
}

func (c *canvas) pick(unicode, ascii string) string {
	if c.ascii {
		return ascii
	}
	return unicode
}

func (c *canvas) across(l across) {
	row := c.rows[l.y]
	for x := l.x1; x <= l.x2; x++ {
		if x > l.x1 || l.openL {
			row[x].lines |= left
		}
		if x < l.x2 || l.openR {
			row[x].lines |= right
		}
	}
}

// weigh makes the lines of a path heavy.
func (c *canvas) weigh(points []point) {
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		for y := min(a.y, b.y); y <= max(a.y, b.y); y++ {
			for x := min(a.x, b.x); x <= max(a.x, b.x); x++ {
				c.rows[y][x].heavy = true
			}
		}
	}
}

// put writes a text, a character to a cell or two. The lines below it stay: one may go on in another band.
func (c *canvas) put(x, y int, text string) {
	row := c.rows[y]
	for _, r := range text {
		n := cells.Rune(r)
		if n == 0 {
			if x > 0 {
				row[x-1].text += string(r)
			}
			continue
		}
		if x+n > len(row) {
			return
		}
		row[x] = cell{text: string(r), lines: row[x].lines}
		if n == 2 {
			row[x+1] = cell{taken: true}
		}
		x += n
	}
}

// frame is how a kind of box is drawn: its corners from the top left on, its
// sides, and where a line leaves it.
type frame struct{ corners, sides, socket string }

var frames = map[Kind]frame{
	Program: {"┌┐└┘", "─│", "├"},
	Lua:     {"┏┓┗┛", "━┃", "┠"},
	Thread:  {"┌┐└┘", "╌╎", "├"},
	Relay:   {"╔╗╚╝", "═║", "╟"},
	Channel: {"╭╮╰╯", "─│", "├"},
}

var asciiFrames = map[Kind]frame{
	Program: {"++++", "-|", "+"},
	Lua:     {"++++", "-|", "+"},
	Thread:  {"++++", "-:", "+"},
	Relay:   {"####", "=#", "#"},
	Channel: {"..''", "-|", "+"},
}

func (c *canvas) frame(k Kind) (corners, sides []rune) {
	f := frames[k]
	if c.ascii {
		f = asciiFrames[k]
	}
	return []rune(f.corners), []rune(f.sides)
}

func (c *canvas) box(d *drawing, b boxAt) {
	n := &d.part.Nodes[b.node]
	label := n.label(d.ascii)
	if n.Kind == Terminal {
		c.put(b.x, b.y+(b.h-1)/2, " "+label+" ")
		return
	}
	corners, sides := c.frame(n.Kind)
	line := strings.Repeat(string(sides[0]), b.w-2)
	c.put(b.x, b.y, string(corners[0])+line+string(corners[1]))
	c.put(b.x, b.y+b.h-1, string(corners[2])+line+string(corners[3]))
	for y := b.y + 1; y < b.y+b.h-1; y++ {
		c.put(b.x, y, string(sides[1]))
		c.put(b.x+b.w-1, y, string(sides[1]))
	}
	c.put(b.x+2, b.y+(b.h-1)/2, label)
	c.put(b.x+2, b.y+(b.h-1)/2+1, n.Note)
}

// socket opens the side of a box for a line.
func (c *canvas) socket(s socket) {
	at := &c.rows[s.y][s.x]
	for k, f := range frames {
		side := []rune(f.sides)[1]
		if c.ascii {
			f = asciiFrames[k]
			side = []rune(f.sides)[1]
		}
		if at.text == string(side) {
			at.text = f.socket
			return
		}
	}
}

// glyphs are the characters for lines to these sides.
var glyphs = [16]string{
	0: " ", up: "╵", down: "╷", left: "╴", right: "╶", up | down: "│", left | right: "─",
	down | right: "╭", down | left: "╮", up | right: "╰", up | left: "╯",
	up | down | right: "├", up | down | left: "┤", down | left | right: "┬", up | left | right: "┴",
	up | down | left | right: "┼",
}

// heavyGlyphs are those of lines that are heavy, where they do not meet others.
var heavyGlyphs = map[string]string{"─": "━", "│": "┃", "╭": "┏", "╮": "┓", "╰": "┗", "╯": "┛"}

func (c *canvas) glyph(at *cell) string {
	lines := at.lines
	if lines&(up|down) != 0 && lines&(left|right) != 0 && !at.joint {
		lines &= up | down // one passes below the other
	}
	if !c.ascii {
		if heavy, ok := heavyGlyphs[glyphs[lines]]; ok && at.heavy {
			return heavy
		}
		return glyphs[lines]
	}
	switch {
	case lines == 0:
		return " "
	case at.heavy && lines&(up|down) == 0:
		return "="
	case lines&(up|down) == 0:
		return "-"
	case lines&(left|right) == 0:
		return "|"
	}
	return "+"
}

// write writes the drawing, in bands where it is wider than width: each band
// ends before a layer, and lines that go on there are numbered.
func (c *canvas) write(w *bufio.Writer, width int) {
	from, number := 0, 1
	var open map[int]int // numbers by row
	for from < c.width() {
		to := c.bandEnd(from, width)
		var next map[int]int
		if to < c.width() {
			next = map[int]int{}
			for y := range c.rows {
				if c.rows[y][to-1].lines&right != 0 {
					next[y] = number
					number++
				}
			}
		}
		if from > 0 {
			w.WriteByte('\n')
		}
		c.band(w, from, to, open, next)
		from, open = to, next
	}
}

func (c *canvas) width() int {
	if len(c.rows) == 0 {
		return 0
	}
	return len(c.rows[0])
}

// markCells is the room for the numbers of lines that go on in another band.
const markCells = 5

func (c *canvas) bandEnd(from, width int) int {
	if width <= 0 || c.width()-from+markCells <= width || from == 0 && c.width() <= width {
		return c.width()
	}
	best, room := 0, width-markCells
	if from > 0 {
		room -= markCells
	}
	for _, cut := range c.cuts {
		if cut > from && (best == 0 || cut-from <= room) {
			best = cut
		}
	}
	if best == 0 {
		return c.width()
	}
	return best
}

func (c *canvas) band(w *bufio.Writer, from, to int, open, next map[int]int) {
	var lines []string
	for y := range c.rows {
		var b strings.Builder
		if open != nil {
			mark := ""
			if n := open[y]; n > 0 {
				mark = "(" + strconv.Itoa(n) + ")"
			}
			rest := c.pick("─", "-")
			if mark == "" {
				rest = " "
			}
			b.WriteString(mark + strings.Repeat(rest, max(0, markCells-len(mark))))
		}
		for x := from; x < to; x++ {
			switch at := &c.rows[y][x]; {
			case at.taken:
			case at.text != "":
				b.WriteString(at.text)
			default:
				b.WriteString(c.glyph(at))
			}
		}
		if n := next[y]; n > 0 {
			b.WriteString(c.pick("─", "-") + "(" + strconv.Itoa(n) + ")")
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for _, l := range lines {
		w.WriteString(l + "\n")
	}
}

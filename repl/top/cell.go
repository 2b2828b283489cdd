package top

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"weir/runtime/cells"
)

// Style is how a cell looks. No style carries what text and signs do not.
type Style uint8

// The styles. Reversed is added to another one.
const (
	Plain Style = iota
	Bold
	Dim
	Running
	Writing
	Stuck
	Locking
	Flowing
	Reading

	Reversed Style = 0x80
)

// Cell is one cell of a screen: a character with all that joins it. It is empty behind a wide one.
type Cell struct {
	Text  string
	Style Style
}

// Picture is a screen of cells.
type Picture struct {
	W, H  int
	ascii bool
	cells []Cell
}

func newPicture(w, h int, ascii bool) *Picture {
	p := &Picture{W: w, H: h, ascii: ascii, cells: make([]Cell, w*h)}
	for i := range p.cells {
		p.cells[i].Text = " "
	}
	return p
}

// At is one cell.
func (p *Picture) At(x, y int) Cell { return p.cells[y*p.W+x] }

// Text is the picture as lines, without blanks at their ends.
func (p *Picture) Text() string {
	var b strings.Builder
	for y := range p.H {
		var line strings.Builder
		for x := range p.W {
			line.WriteString(p.At(x, y).Text)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// put writes a text from a cell on, and gives the column behind it. What does not fit is left out.
func (p *Picture) put(x, y int, text string, style Style) int {
	if y < 0 || y >= p.H {
		return x
	}
	for _, c := range spelt(text, p.ascii) {
		if x < 0 || x+c.width > p.W {
			return x
		}
		at := p.cells[y*p.W+x:]
		at[0] = Cell{c.text, style}
		for i := 1; i < c.width; i++ {
			at[i] = Cell{Style: style}
		}
		x += c.width
	}
	return x
}

// putIn writes a text into w cells. One that is too long ends with a sign that says so.
func (p *Picture) putIn(x, y, w int, text string, style Style) int {
	p.put(x, y, fit(text, min(w, p.W-x), p.ascii), style)
	return x + w
}

// putRight writes a text so that it ends before column x.
func (p *Picture) putRight(x, y int, text string, style Style) {
	p.put(max(x-width(text, p.ascii), 0), y, text, style)
}

// cluster is one character as a reader sees it, and the cells that it takes.
type cluster struct {
	text  string
	width int
}

// longestCluster is how many bytes may join: no script needs more, and a hostile one has thousands.
const longestCluster = 40

// spelt divides a text into characters. What a terminal would not show, or would obey, is spelt as Lua
// does it; so is all that is not ASCII, where the terminal shows nothing else.
func spelt(text string, ascii bool) (list []cluster) {
	letters := func(s string) {
		for i := range len(s) {
			list = append(list, cluster{s[i : i+1], 1})
		}
	}
	list = make([]cluster, 0, len(text))
	for text != "" {
		if next := text[min(1, len(text)-1)]; text[0] >= ' ' && text[0] < 0x7f && next < 0x80 { // nothing joins it
			list = append(list, cluster{text[:1], 1})
			text = text[1:]
			continue
		}
		r, first := utf8.DecodeRuneInString(text)
		size, width := cells.Next(text)
		piece := text[:size]
		text = text[size:]
		switch {
		case r == utf8.RuneError && first == 1 || cells.Hidden(r) || r >= 0x80 && !strconv.IsPrint(r) && width > 0:
			text = piece[first:] + text
			var b strings.Builder
			cells.WriteHarmless(&b, piece[:first])
			letters(b.String())
		case ascii && size > 1:
			for _, r := range piece {
				if r < 0x80 {
					letters(string(r))
				} else {
					letters(`\u{` + strconv.FormatInt(int64(r), 16) + `}`)
				}
			}
		case width == 0:
			list = append(list, cluster{"◌", 1}) // a mark that has nothing to join
		case size > longestCluster:
			list = append(list, cluster{piece[:first], cells.Rune(r)})
		default:
			list = append(list, cluster{piece, width})
		}
	}
	return list
}

// width is how many cells a text takes.
func width(text string, ascii bool) (n int) {
	for _, c := range spelt(text, ascii) {
		n += c.width
	}
	return n
}

// fit is a text of at most w cells.
func fit(text string, w int, ascii bool) string {
	if width(text, ascii) <= w {
		return text
	}
	more := pick(ascii, "…", "~")
	var b strings.Builder
	n := 1
	for _, c := range spelt(text, ascii) {
		if n += c.width; n > w {
			break
		}
		b.WriteString(c.text)
	}
	if w < 1 {
		return ""
	}
	return b.String() + more
}

// pick chooses between what a terminal shows and what it shows with ASCII only.
func pick(ascii bool, full, plain string) string {
	if ascii {
		return plain
	}
	return full
}

package edit

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"weir/runtime/cells"
)

// Span is a part of the input with a meaning, from From to To in bytes.
type Span struct {
	From, To int
	Kind     string // a key of Styles
}

// Styles are the colours of spans, as SGR parameters.
var Styles = map[string]string{
	"keyword": "1;34", "string": "32", "number": "36", "comment": "2;37", "library": "33", "command": "35",
	"bracket": "1;4", "ghost": "2", "error": "31", "selected": "7",
}

// view is what the screen shows.
type view struct {
	first, more string // prompts; they may hold colours
	text        string
	at          int // the cursor, in bytes of text
	spans       []Span
	ghost       string   // behind the text
	below       []string // lines under the input
}

// screen is the part of the terminal that the input takes.
type screen struct {
	out        io.Writer
	cols, rows int
	colours    bool
	widths     []int           // of the painted rows, in cells
	row, col   int             // where the cursor is among them
	lines      strings.Builder // for above the input, at the next painting
	open       string          // a line that others have begun, for above the input
}

// picture is a view in rows.
type picture struct {
	rows     []string
	widths   []int
	row, col int

	cols    int
	colours bool
	line    strings.Builder
	width   int
	style   string
}

func (p *picture) newRow() {
	p.setStyle("")
	p.rows, p.widths = append(p.rows, p.line.String()), append(p.widths, p.width)
	p.line.Reset()
	p.width = 0
}

func (p *picture) setStyle(style string) {
	if style == p.style || !p.colours {
		return
	}
	p.line.WriteString("\x1b[0m")
	if style != "" {
		p.line.WriteString("\x1b[" + style + "m")
	}
	p.style = style
}

// put adds one character, in another row if it does not fit.
func (p *picture) put(s string, width int, style string) {
	if width > p.cols {
		s, width = "?", 1
	}
	if p.width+width > p.cols {
		p.newRow()
	}
	p.setStyle(style)
	p.line.WriteString(s)
	p.width += width
}

// write adds a text of one line. Control characters are spelt out.
func (p *picture) write(s, style string) {
	for s != "" {
		size, width := cells.Next(s)
		p.one(s[:size], width, style)
		s = s[size:]
	}
}

func (p *picture) one(c string, width int, style string) {
	switch {
	case c == "\t":
		for n := 8 - p.width%8; n > 0; n-- {
			p.put(" ", 1, style)
		}
	case c[0] < ' ' || c[0] == 0x7f:
		p.put("^"+string(rune(c[0]^0x40)), 2, style)
	case hidden(c):
		for _, r := range "<" + strconv.FormatInt(int64([]rune(c)[0]), 16) + ">" {
			p.put(string(r), 1, style)
		}
	case !utf8.ValidString(c): // a byte that is no character
		for _, r := range fmt.Sprintf("<%02x>", c[0]) {
			p.put(string(r), 1, style)
		}
	case width == 0:
		p.put("\u25cc"+c, 1, style) // a mark with nothing to join
	default:
		p.put(c, width, style)
	}
}

func hidden(c string) bool {
	r, _ := utf8.DecodeRuneInString(c)
	return cells.Hidden(r)
}

// prompt adds a prompt, of one line or several. Colours in it take no cells, nor do titles of the
// terminal's window, ESC ].
func (p *picture) prompt(s string) {
	for s != "" {
		if n := unseen(s); n > 0 {
			if p.colours {
				p.line.WriteString(s[:n])
			}
			s = s[n:]
			continue
		}
		if s[0] == '\n' {
			p.newRow()
			s = s[1:]
			continue
		}
		size, width := cells.Next(s)
		p.one(s[:size], width, "")
		s = s[size:]
	}
}

// unseen is the length of a style or a title at the start of a prompt, else 0.
func unseen(s string) int {
	if len(s) < 2 || s[0] != 0x1b {
		return 0
	}
	n := sequence([]byte(s))
	switch {
	case isStyle([]byte(s[:n])):
		return n
	case s[1] == ']' && s[n-1] == '\a':
		return n
	case s[1] == ']' && strings.HasPrefix(s[n:], "\x1b\\"):
		return n + 2
	}
	return 0
}

// draw makes a picture of a view.
func draw(v *view, cols int, colours bool) *picture {
	p := &picture{cols: max(cols, 1), colours: colours}
	p.prompt(v.first)
	span := 0
	for i := 0; ; {
		if i == v.at {
			if p.width == p.cols {
				p.newRow()
			}
			p.row, p.col = len(p.rows), p.width
		}
		if i >= len(v.text) {
			break
		}
		if v.text[i] == '\n' {
			p.newRow()
			p.prompt(v.more)
			i++
			continue
		}
		for span < len(v.spans) && v.spans[span].To <= i {
			span++
		}
		style := ""
		if span < len(v.spans) && v.spans[span].From <= i {
			style = Styles[v.spans[span].Kind]
		}
		size, width := cells.Next(v.text[i:])
		p.one(v.text[i:i+size], width, style)
		i += size
	}
	for i, line := range strings.Split(v.ghost, "\n") {
		if i > 0 {
			p.newRow()
			p.prompt(v.more)
		}
		p.write(line, Styles["ghost"])
	}
	p.newRow()
	return p
}

// below cuts a line to the screen and adds it as a row.
func (p *picture) below(line string) {
	for line != "" {
		size, width := cells.Next(line)
		if p.width+width > p.cols-1 {
			break
		}
		p.one(line[:size], width, "")
		line = line[size:]
	}
	p.newRow()
}

// above adds a row before the others, of as much of a line as fits.
func (p *picture) above(line string) {
	row := picture{cols: p.cols}
	row.below(line)
	p.rows, p.widths = slices.Insert(p.rows, 0, row.rows[0]), slices.Insert(p.widths, 0, row.widths[0])
	p.row++
}

// narrow is the width below which a screen shows the input alone, in columns.
const narrow = 10

// paint replaces the view before by another.
func (s *screen) paint(v *view) {
	p := draw(v, s.cols, s.colours)
	if s.open != "" && s.cols >= narrow {
		p.above(s.open)
	}
	input := len(p.rows)
	for _, line := range v.below[:min(len(v.below), max(s.rows-1, 0))] {
		p.below(line)
	}
	// On a small screen, the rows around the cursor.
	from, room := 0, max(s.rows-(len(p.rows)-input), 1)
	if input > room {
		from = min(max(p.row-room/2, 0), input-room)
		p.rows = slices.Concat(p.rows[from:from+room], p.rows[input:])
		p.widths = slices.Concat(p.widths[from:from+room], p.widths[input:])
	}
	var b strings.Builder
	b.WriteString("\x1b[?25l")
	s.home(&b)
	if s.lines.Len() > 0 {
		b.WriteString("\x1b[J" + s.lines.String())
		s.lines.Reset()
	}
	for i := range p.rows {
		if i > 0 {
			b.WriteString("\r\n")
		}
		// Behind a full row, erasing would take its last cell.
		full, last := p.widths[i] >= s.cols, i == len(p.rows)-1
		if full && last {
			b.WriteString("\x1b[J")
		}
		b.WriteString(p.rows[i])
		if !full {
			b.WriteString("\x1b[K")
		}
		if !full && last {
			b.WriteString("\x1b[J")
		}
	}
	s.widths, s.row, s.col = p.widths, p.row-from, p.col
	up(&b, len(s.widths)-1-s.row)
	b.WriteByte('\r')
	if s.col > 0 {
		fmt.Fprintf(&b, "\x1b[%dC", s.col)
	}
	b.WriteString("\x1b[?25h")
	io.WriteString(s.out, b.String())
}

// home moves the cursor to the start of the input.
func (s *screen) home(b *strings.Builder) {
	up(b, s.row)
	b.WriteByte('\r')
}

func up(b *strings.Builder, n int) {
	if n > 0 {
		fmt.Fprintf(b, "\x1b[%dA", n)
	}
}

// above puts whole lines above the input, at the next painting.
func (s *screen) above(lines []byte) { s.lines.WriteString(harmless(lines)) }

// leave puts the cursor behind the input, on a row of its own.
func (s *screen) leave() {
	var b strings.Builder
	if down := len(s.widths) - 1 - s.row; down > 0 {
		fmt.Fprintf(&b, "\x1b[%dB", down)
	}
	b.WriteString("\r\n")
	s.forget()
	io.WriteString(s.out, b.String())
}

// resize notes a new size. A terminal breaks rows that are too long for it, so that the cursor may be in
// another row. Which one is a guess: the last painting may have come before the new size or after it. If
// it is too low, a row of the input stays; if it is too high, a row of others is lost.
func (s *screen) resize(cols, rows int) {
	cols, rows = max(cols, 1), max(rows, 1)
	if cols != s.cols {
		row := 0
		for i, w := range s.widths {
			flown := max((w+cols-1)/cols, 1)
			if i == s.row {
				row += min(s.col/cols, flown-1)
				break
			}
			row += flown
		}
		s.row = row
	}
	s.cols, s.rows = cols, rows
}

// freshRow goes to the next row if the cursor is not in the first column. It marks a row that others have
// not ended with %, and a row of blanks reaches the next from any other column.
func (s *screen) freshRow() {
	style, plain := "\x1b[7m", "\x1b[0m"
	if !s.colours {
		style, plain = "", ""
	}
	io.WriteString(s.out, style+"%"+plain+strings.Repeat(" ", s.cols-1)+"\r\x1b[K")
	s.forget()
}

// forget makes the next painting begin at the cursor.
func (s *screen) forget() { s.widths, s.row, s.col = nil, 0, 0 }

// clear empties the whole screen.
func (s *screen) clear() {
	io.WriteString(s.out, "\x1b[H\x1b[2J")
	s.forget()
}

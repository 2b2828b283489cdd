package top

import (
	"fmt"
	"strings"
)

// Screen is a terminal that shows pictures.
type Screen struct {
	Colours int // 0 is none: bold, faint and reverse are left
	shown   *Picture
}

// The colours that Colours says.
const (
	Few  = 256
	Many = 1 << 24
)

// ECMA-48 and xterm's ctlseqs: the other screen, and no cursor; the usual one as it was, no style.
const (
	Enter = "\x1b[?1049h\x1b[?25l\x1b[2J"
	Leave = "\x1b[0m\x1b[?25h\x1b[?1049l"
)

// One update is shown at once by terminals that know this.
const (
	updateBegins = "\x1b[?2026h"
	updateEnds   = "\x1b[?2026l"
)

// Forget has the next update write every cell: somebody else has written to the terminal.
func (s *Screen) Forget() { s.shown = nil }

// Update gives what makes the terminal show a picture: the cells that differ from what it shows. It
// is empty if none does.
func (s *Screen) Update(p *Picture) string {
	var b strings.Builder
	old := s.shown
	if old == nil || old.W != p.W || old.H != p.H {
		old = newPicture(p.W, p.H, p.ascii)
		b.WriteString("\x1b[0m\x1b[2J")
	}
	style := Plain
	for y := range p.H {
		for x := 0; x < p.W; {
			if p.At(x, y) == old.At(x, y) {
				x++
				continue
			}
			from := x
			for from > 0 && p.At(from, y).Text == "" { // from the left half of a wide character
				from--
			}
			fmt.Fprintf(&b, "\x1b[%d;%dH", y+1, from+1)
			for x = from; x < p.W && (x == from || p.At(x, y).Text == "" || p.At(x, y) != old.At(x, y)); x++ {
				c := p.At(x, y)
				if c.Style != style {
					b.WriteString(s.sgr(c.Style))
					style = c.Style
				}
				b.WriteString(c.Text)
			}
		}
	}
	s.shown = p
	if b.Len() == 0 {
		return ""
	}
	if style != Plain {
		b.WriteString("\x1b[0m")
	}
	return updateBegins + b.String() + updateEnds
}

// colours are those of Okabe and Ito, which all tell apart; the second is the nearest of 256.
var colours = map[Style][2]string{
	Running: {"0;114;178", "25"},
	Writing: {"230;159;0", "178"},
	Stuck:   {"213;94;0", "166"},
	Locking: {"204;121;167", "175"},
	Flowing: {"86;180;233", "74"},
	Reading: {"138;138;138", "245"},
}

// sgr selects a style, and no other.
func (s *Screen) sgr(style Style) string {
	out := "\x1b[0"
	base := style &^ Reversed
	switch c, ok := colours[base]; {
	case base == Bold || ok && base == Stuck && s.Colours == 0:
		out += ";1"
	case base == Dim:
		out += ";2"
	case ok && s.Colours >= Many:
		out += ";38;2;" + c[0]
	case ok && s.Colours >= Few:
		out += ";38;5;" + c[1]
	}
	if style&Reversed != 0 {
		out += ";7"
	}
	return out + "m"
}

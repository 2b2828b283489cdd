package edit

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"weir/runtime/cells"
)

// list is the candidates that Tab has shown.
type list struct {
	candidates []Candidate
	help       bool // one line each, with its help
}

// complete inserts what all candidates have in common, and lists them if there are several. A second Tab
// shows a line of help for each.
func (s *session) complete() {
	if s.list != nil {
		s.list.help = !s.list.help
		return
	}
	if s.opts.Complete == nil {
		return
	}
	from, candidates := s.opts.Complete(s.s, s.at)
	if len(candidates) == 0 || from < 0 || from > s.at {
		return
	}
	common := candidates[0].Text
	for _, c := range candidates[1:] {
		common = commonStart(common, c.Text)
	}
	typed := s.s[from:s.at]
	if len(candidates) == 1 || len(common) > len(typed) && strings.HasPrefix(common, typed) {
		s.save()
		s.cut(from, s.at)
		s.insert(common)
	}
	if len(candidates) > 1 {
		s.list = &list{candidates: candidates}
	}
}

func commonStart(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	for i > 0 && i < len(a) && !utf8.RuneStart(a[i]) {
		i--
	}
	return a[:i]
}

// lines writes the list in columns, or with help, in at most rows lines. The last line says how many do
// not fit.
func (l *list) lines(cols, rows int) []string {
	widest := 0
	for _, c := range l.candidates {
		widest = max(widest, cells.Text(c.Text))
	}
	across := max(cols/(widest+2), 1)
	if l.help {
		across = 1
	}
	shown, more := l.candidates, 0
	if len(shown) > rows*across {
		shown = shown[:max(rows-1, 0)*across]
		more = len(l.candidates) - len(shown)
	}
	var out []string
	down := (len(shown) + across - 1) / across
	for i := range down {
		var b strings.Builder
		for k := i; k < len(shown); k += down {
			b.WriteString(pad(shown[k].Text, widest) + "  ")
			if l.help {
				b.WriteString(shown[k].Help)
			}
		}
		out = append(out, strings.TrimRight(b.String(), " "))
	}
	if more > 0 {
		out = append(out, fmt.Sprintf("... %d more", more))
	}
	return out
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(width-cells.Text(s), 0))
}

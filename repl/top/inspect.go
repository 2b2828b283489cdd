package top

import (
	"fmt"
	"strings"

	"weir/runtime/sample"
)

// drawBelow fills the rows below the table: the chosen channel, or what cannot go on; what the stages
// did; what the run has printed.
func (m *Model) drawBelow(p *Picture, f *sample.Frame, list []row, y, foot int) {
	if len(list) == 0 || foot-y < 3 {
		return
	}
	if p.H >= 16 {
		y++
	}
	r := &list[m.chosenRow(list)]
	waits := circle(f)
	printed := 0
	if m.out.total > 0 {
		printed = min(1+len(m.out.last(4)), max(2, (foot-y)/3))
	}
	limit := foot - printed
	switch {
	case f.Deadlock != "" && len(waits) > 0:
		y = m.drawCircle(p, waits, y, limit)
	case r.folded():
		y = m.drawGrid(p, r, y, limit)
	default:
		y = m.drawEdge(p, f, r, y, limit)
	}
	if limit-y >= 4 {
		y = m.drawTraces(p, list, y+1, limit)
	}
	if printed > 0 {
		m.drawPrinted(p, max(y, min(y+1, foot-printed)), foot)
	}
}

// drawEdge writes what is known of the channel that is looked at.
func (m *Model) drawEdge(p *Picture, f *sample.Frame, r *row, y, foot int) int {
	c := m.edge(r, f)
	if c == nil || foot-y < 2 {
		return y
	}
	arrow := pick(m.ASCII, " → ", " -> ")
	title := c.Channel + ": " + few(c.From) + arrow + few(c.To)
	if c.Kind != "pipe" {
		title = string(c.Kind) + " " + title
	}
	m.drawRule(p, y, title, "")
	y++
	p.putIn(2, y, p.W-2, m.facts(c, p.W), Plain)
	y++
	if m.looking != c.Channel {
		if foot-y > 1 {
			p.putIn(2, y, p.W-2, "Enter shows the first bytes in it", Dim)
			y++
		}
		return y
	}
	return m.drawPeek(p, f, y, min(foot, y+4))
}

// few are some names, or how many there are.
func few(names []string) string {
	if len(names) > 3 {
		return plural(len(names), "stage")
	}
	return strings.Join(names, ", ")
}

// facts are those of a channel, as one line.
func (m *Model) facts(c *sample.ChannelNow, w int) string {
	var parts []string
	unit := "B"
	if c.Unit == sample.Messages {
		unit = "messages"
	}
	switch {
	case c.Fill < 0:
		parts = append(parts, "how full it is cannot be seen")
	case c.Cap < 0:
		parts = append(parts, sample.Thousands(c.Fill)+" "+unit)
	default:
		parts = append(parts, sample.Thousands(c.Fill)+" of "+sample.Thousands(c.Cap)+" "+unit)
	}
	if c.Total >= 0 {
		total := "passed " + sample.Thousands(c.Total) + " B"
		if !c.Exact {
			total = "passed " + pick(m.ASCII, "≈", "~") + scaled(float64(c.Total))
		}
		if c.Messages >= 0 {
			total += ", " + sample.Thousands(c.Messages) + " messages"
		}
		parts = append(parts, total)
	}
	parts = append(parts, "full "+percent(c.Full)+"  empty "+percent(c.Empty)+" of looks")
	if !c.Exact && c.Source != "" && w >= 100 {
		parts = append(parts, "from "+c.Source)
	}
	return strings.Join(parts, "   ")
}

// drawPeek writes the first bytes that a channel holds, as numbers and as text.
func (m *Model) drawPeek(p *Picture, f *sample.Frame, y, foot int) int {
	k := f.Peek
	if k == nil || k.Channel != m.looking {
		p.putIn(2, y, p.W-2, "its first bytes come with the next frame", Dim)
		return y + 1
	}
	words := k.Absent
	if words == "" && len(k.Bytes) == 0 {
		words = "it holds nothing"
	}
	if words != "" {
		p.putIn(2, y, p.W-2, words, Plain)
		return y + 1
	}
	for _, line := range dump(k.Bytes, max(2, (p.W-6)/7*2), m.ASCII) {
		if y >= foot {
			break
		}
		p.putIn(2, y, p.W-2, line, Plain)
		y++
	}
	return y
}

// dump writes bytes as lines of n: two and two as hexadecimal numbers, and as text.
func dump(b []byte, n int, ascii bool) (lines []string) {
	n = max(2, n/2*2)
	for len(b) > 0 {
		piece := b[:min(n, len(b))]
		b = b[len(piece):]
		var numbers, text strings.Builder
		for i, c := range piece {
			fmt.Fprintf(&numbers, "%02x", c)
			if i%2 == 1 {
				numbers.WriteByte(' ')
			}
			switch {
			case c == '\n':
				text.WriteString(pick(ascii, "↵", "$"))
			case c < ' ' || c >= 0x7f:
				text.WriteString(pick(ascii, "·", "."))
			default:
				text.WriteByte(c)
			}
		}
		lines = append(lines, fmt.Sprintf("%-*s %s", n/2*5, numbers.String(), text.String()))
	}
	return lines
}

// drawTraces writes what each stage did, a sign for each frame.
func (m *Model) drawTraces(p *Picture, list []row, y, foot int) int {
	const left = 2
	names := 6
	for i := range list {
		names = max(names, width(list[i].name(), m.ASCII)+1)
	}
	names = min(names, 14)
	n := p.W - left - names - 2
	if n < 10 {
		return y
	}
	legend := fmt.Sprintf("%s runs %s waits to read %s to write", trace(1, m.ASCII), trace(3, m.ASCII), trace(4, m.ASCII))
	if p.W >= 100 {
		legend += fmt.Sprintf(" %s for a processor %s lock", trace(2, m.ASCII), trace(5, m.ASCII))
	}
	if f := m.frame(); f.Deadlock != "" {
		legend += pick(m.ASCII, " ✖ stuck", " X stuck")
	}
	m.drawRule(p, y, fmt.Sprintf("what they did, last %.0f s", m.past.span(n)), legend)
	y++
	first := min(m.first, max(0, len(list)-(foot-y)))
	for i := first; i < len(list) && y < foot; i++ {
		if list[i].folded() {
			continue
		}
		name := list[i].name()
		p.putIn(left, y, names-1, name, Plain)
		marks := m.past.stages[name]
		marks = marks[max(0, len(marks)-n):]
		for k, mark := range marks {
			x := left + names + n - len(marks) + k
			if mark == stuckTrace {
				p.put(x, y, pick(m.ASCII, "✖", "X"), Stuck)
			} else {
				p.put(x, y, trace(int(mark), m.ASCII), styleOf(states[mark]))
			}
		}
		y++
	}
	return y
}

// drawPrinted writes the last lines that the run has printed.
func (m *Model) drawPrinted(p *Picture, y, foot int) {
	if m.out.total == 0 || foot-y < 2 {
		return
	}
	m.drawRule(p, y, "printed", "o opens it")
	y++
	for _, line := range m.out.last(foot - y) {
		p.putIn(2, y, p.W-2, line, Plain)
		y++
	}
}

// drawGrid writes one sign for each of some replicas, in order, and who are the least and the most of
// them.
func (m *Model) drawGrid(p *Picture, r *row, y, foot int) int {
	if foot-y < 2 {
		return y
	}
	legend := fmt.Sprintf("%s runs %s no input %s output full %s dead",
		trace(1, m.ASCII), trace(3, m.ASCII), trace(4, m.ASCII), pick(m.ASCII, "✖", "X"))
	m.drawRule(p, y, r.label+": one sign each, in order", legend)
	y++
	each := max(10, (p.W-8)/10*10)
	for from := 0; from < len(r.stages) && y < foot; from += each {
		p.putRight(5, y, fmt.Sprint(from+1), Dim)
		for i, s := range r.stages[from:min(from+each, len(r.stages))] {
			if s.State == sample.Ended && s.End != "exit 0" && s.End != "" {
				p.put(6+i, y, pick(m.ASCII, "✖", "X"), Stuck)
			} else {
				p.put(6+i, y, trace(number(s.State), m.ASCII), styleOf(s.State))
			}
		}
		y++
	}
	return m.drawSpread(p, r, y, foot)
}

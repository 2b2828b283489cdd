package top

import (
	"fmt"
	"strings"

	"weir/runtime/sample"
)

// drawBelow fills the rows below the table: the chosen channel, or what cannot go on; what the stages
// did; what the run has printed.
func (d drawing) drawBelow(f *sample.Frame, list []row, y, foot int) {
	if len(list) == 0 || foot-y < 3 {
		return
	}
	if d.p.H >= 16 {
		y++
	}
	r := &list[d.m.chosenRow(list)]
	waits := circle(f)
	printed := 0
	if d.m.out.total > 0 {
		printed = min(1+len(d.m.out.last(4)), max(2, (foot-y)/3))
	}
	limit := foot - printed
	switch {
	case f.Deadlock != "" && len(waits) > 0:
		y = d.drawCircle(waits, y, limit)
	case r.folded():
		y = d.drawGrid(r, y, limit)
	default:
		y = d.drawEdge(f, r, y, limit)
	}
	if limit-y >= 4 {
		y = d.drawTraces(list, y+1, limit)
	}
	if printed > 0 {
		d.drawPrinted(max(y, min(y+1, foot-printed)), foot)
	}
}

// drawEdge writes what is known of the channel that is looked at.
func (d drawing) drawEdge(f *sample.Frame, r *row, y, foot int) int {
	c := d.m.edge(r, f)
	if c == nil || foot-y < 2 {
		return y
	}
	arrow := pick(d.m.ASCII, " → ", " -> ")
	title := c.Channel + ": " + few(c.From) + arrow + few(c.To)
	if c.Kind != "pipe" {
		title = string(c.Kind) + " " + title
	}
	d.drawRule(y, title, "")
	y++
	d.p.putIn(2, y, d.p.W-2, facts(c, d.p.W, d.m.ASCII), Plain)
	y++
	if d.m.looking != c.Channel {
		if foot-y > 1 {
			d.p.putIn(2, y, d.p.W-2, "Enter shows the first bytes in it", Dim)
			y++
		}
		return y
	}
	return d.drawPeek(f, y, min(foot, y+4))
}

// few are some names, or how many there are.
func few(names []string) string {
	if len(names) > 3 {
		return plural(len(names), "stage")
	}
	return strings.Join(names, ", ")
}

// facts are those of a channel, as one line.
func facts(c *sample.ChannelNow, w int, ascii bool) string {
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
			total = "passed " + pick(ascii, "≈", "~") + scaled(float64(c.Total))
		}
		if c.Messages >= 0 {
			total += ", " + sample.Thousands(c.Messages) + " messages"
		}
		parts = append(parts, total)
	} else if c.Messages >= 0 {
		parts = append(parts, "passed "+sample.Thousands(c.Messages)+" messages")
	}
	parts = append(parts, "full "+percent(c.Full)+"  empty "+percent(c.Empty)+" of looks")
	if !c.Exact && c.Source != "" && w >= 100 {
		parts = append(parts, "from "+c.Source)
	}
	return strings.Join(parts, "   ")
}

// drawPeek writes the first bytes that a channel holds, as numbers and as text.
func (d drawing) drawPeek(f *sample.Frame, y, foot int) int {
	k := f.Peek
	if k == nil || k.Channel != d.m.looking {
		d.p.putIn(2, y, d.p.W-2, "its first bytes come with the next frame", Dim)
		return y + 1
	}
	words := k.Absent
	if words == "" && len(k.Bytes) == 0 {
		words = "it holds nothing"
	}
	if words != "" {
		d.p.putIn(2, y, d.p.W-2, words, Plain)
		return y + 1
	}
	for _, line := range dump(k.Bytes, max(2, (d.p.W-6)/7*2), d.m.ASCII) {
		if y >= foot {
			break
		}
		d.p.putIn(2, y, d.p.W-2, line, Plain)
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
func (d drawing) drawTraces(list []row, y, foot int) int {
	const left = 2
	names := 6
	for i := range list {
		names = max(names, width(list[i].name(), d.m.ASCII)+1)
	}
	names = min(names, 14)
	n := d.p.W - left - names - 2
	if n < 10 {
		return y
	}
	legend := fmt.Sprintf("%s runs %s waits to read %s to write",
		trace(1, d.m.ASCII), trace(3, d.m.ASCII), trace(4, d.m.ASCII))
	if d.p.W >= 100 {
		legend += fmt.Sprintf(" %s for a processor %s lock", trace(2, d.m.ASCII), trace(5, d.m.ASCII))
	}
	if f := d.m.frame(); f.Deadlock != "" {
		legend += pick(d.m.ASCII, " ✖ stuck", " X stuck")
	}
	d.drawRule(y, fmt.Sprintf("what they did, last %.0f s", d.m.past.span(n)), legend)
	y++
	first := min(d.m.first, max(0, len(list)-(foot-y)))
	for i := first; i < len(list) && y < foot; i++ {
		if list[i].folded() {
			continue
		}
		name := list[i].name()
		d.p.putIn(left, y, names-1, name, Plain)
		marks := d.m.past.stages[name]
		marks = marks[max(0, len(marks)-n):]
		for k, mark := range marks {
			x := left + names + n - len(marks) + k
			if mark == stuckTrace {
				d.p.put(x, y, pick(d.m.ASCII, "✖", "X"), Stuck)
			} else {
				d.p.put(x, y, trace(int(mark), d.m.ASCII), styleOf(states[mark]))
			}
		}
		y++
	}
	return y
}

// drawPrinted writes the last lines that the run has printed.
func (d drawing) drawPrinted(y, foot int) {
	if d.m.out.total == 0 || foot-y < 2 {
		return
	}
	d.drawRule(y, "printed", "o opens it")
	y++
	for _, line := range d.m.out.last(foot - y) {
		d.p.putIn(2, y, d.p.W-2, line, Plain)
		y++
	}
}

// drawGrid writes one sign for each of some replicas, in order, and who are the least and the most of
// them.
func (d drawing) drawGrid(r *row, y, foot int) int {
	if foot-y < 2 {
		return y
	}
	legend := fmt.Sprintf("%s runs %s no input %s output full %s dead",
		trace(1, d.m.ASCII), trace(3, d.m.ASCII), trace(4, d.m.ASCII), pick(d.m.ASCII, "✖", "X"))
	d.drawRule(y, r.label+": one sign each, in order", legend)
	y++
	each := max(10, (d.p.W-8)/10*10)
	for from := 0; from < len(r.stages) && y < foot; from += each {
		d.p.putRight(5, y, fmt.Sprint(from+1), Dim)
		for i, s := range r.stages[from:min(from+each, len(r.stages))] {
			if s.State == sample.Ended && s.End != "exit 0" && s.End != "" {
				d.p.put(6+i, y, pick(d.m.ASCII, "✖", "X"), Stuck)
			} else {
				d.p.put(6+i, y, trace(number(s.State), d.m.ASCII), styleOf(s.State))
			}
		}
		y++
	}
	return d.drawSpread(r, y, foot)
}

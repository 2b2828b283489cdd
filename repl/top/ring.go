package top

import (
	"fmt"
	"strings"

	"weir/runtime/sample"
)

// wait is one of those that go round in a deadlock.
type wait struct {
	stage string
	what  string // "to write pipe1", "for lock1"
	why   string // "full", "empty", "held"
	next  string // the stage that it waits for
}

// circle follows who waits for whom until it comes round. It is empty if it does not.
func circle(f *sample.Frame) (list []wait) {
	channels := channelsOf(f)
	stages := map[string]*sample.StageNow{}
	for i := range f.Stages {
		stages[f.Stages[i].Stage] = &f.Stages[i]
	}
	for i := range f.Stages {
		list = list[:0]
		seen := map[string]int{}
		for s := &f.Stages[i]; s != nil; {
			if k, again := seen[s.Stage]; again {
				return list[k:]
			}
			seen[s.Stage] = len(list)
			w := waitOf(f, s, channels, stages)
			if w.next == "" {
				break
			}
			list = append(list, w)
			s = stages[w.next]
		}
	}
	return nil
}

// waitOf says for whom a stage waits; next is empty if that is nobody, or not known.
func waitOf(f *sample.Frame, s *sample.StageNow, channels map[string]*sample.ChannelNow,
	stages map[string]*sample.StageNow) wait {
	c := channels[s.On]
	switch {
	case s.State == sample.Reads && c != nil:
		return wait{s.Stage, "to read " + s.On, "empty", awaited(c.From, stages)}
	case s.State == sample.Writes && c != nil:
		return wait{s.Stage, "to write " + s.On, "full", awaited(c.To, stages)}
	case s.State == sample.Locks:
		for i := range f.Locks {
			if l := &f.Locks[i]; l.Name == s.On && stages[l.Holder] != nil {
				return wait{s.Stage, "for " + s.On, "held", l.Holder}
			}
		}
	}
	return wait{}
}

// awaited is the one of some stages that waits itself, or else the first that has not ended.
func awaited(names []string, stages map[string]*sample.StageNow) (found string) {
	for _, name := range names {
		s := stages[name]
		if s == nil || s.State == sample.Ended {
			continue
		}
		if s.State == sample.Reads || s.State == sample.Writes {
			return name
		}
		if found == "" {
			found = name
		}
	}
	return found
}

// drawCircle writes who waits for whom: as a ring, or as a list where that has no room.
func (d drawing) drawCircle(list []wait, y, foot int) int {
	if foot-y < 2 {
		return y
	}
	d.drawRule(y, "who waits for whom", "")
	y++
	if lines := ring(list, d.p.W-4, d.m.ASCII); len(lines) > 0 && len(lines) <= foot-y {
		for _, line := range lines {
			d.p.put(2, y, line, Stuck)
			y++
		}
		return y
	}
	most := 0
	for _, w := range list {
		most = max(most, width(w.stage, d.m.ASCII))
	}
	most = min(most, 20)
	for _, w := range list {
		if y >= foot {
			break
		}
		x := d.p.put(2, y, pick(d.m.ASCII, "✖ ", "X "), Stuck)
		d.p.putIn(x, y, most, w.stage, Bold)
		d.p.putIn(x+most+1, y, d.p.W-x-most-1,
			fmt.Sprintf("waits %s, which is %s %s %s", w.what, w.why, pick(d.m.ASCII, "──▶", "-->"), w.next), Plain)
		y++
	}
	return y
}

// ring draws the stages of a deadlock in a circle, clockwise, with what each waits for on its way to
// the next. It is nil if w cells are too few.
func ring(list []wait, w int, ascii bool) []string {
	if len(list) < 2 {
		return nil
	}
	line := pick(ascii, "─", "-")
	corner := func(full string) string { return pick(ascii, full, "+") }
	left, right := pick(ascii, "◀", "<"), pick(ascii, "▶", ">")
	name := func(i int) string { return fit(list[i].stage, 14, ascii) }
	words := func(i int) string { return "waits " + list[i].what + ": " + list[i].why }
	half := max(2, (len(list)+1)/2)
	above, below := name(0), ""
	for i := 1; i < half; i++ {
		above += " " + line + line + " " + words(i-1) + " " + line + line + right + " " + name(i)
	}
	for i := half; i < len(list); i++ {
		if below = name(i) + below; i < len(list)-1 {
			below = " " + left + line + line + " " + words(i) + " " + line + line + " " + below
		}
	}
	inner := []string{words(len(list)-1) + "  ", words(half - 1)}
	if below == "" { // two: the way back is a line
		below, inner = words(1), nil
	}
	span := max(width(above, ascii), width(below, ascii))
	for _, text := range inner {
		span = max(span, width(text, ascii))
	}
	if span+8 > w {
		return nil
	}
	stretch := func(text string, last bool) string {
		n := span - width(text, ascii)
		if last {
			return strings.Repeat(line, n) + " " + text + " "
		}
		return " " + text + " " + strings.Repeat(line, n)
	}
	side := pick(ascii, "│", "|")
	lines := []string{corner("╭") + line + right + stretch(above, false) + line + corner("╮")}
	if inner == nil {
		lines = append(lines, corner("╰")+line+line+stretch(below, true)+line+corner("╯"))
		return lines
	}
	fill := func(n int) string { return strings.Repeat(" ", n) }
	gap := span + 4
	lines = append(lines, side+fill(gap-width(inner[1], ascii))+inner[1]+" "+side,
		side+" "+inner[0]+fill(gap-width(inner[0], ascii))+side,
		corner("╰")+line+line+stretch(below, true)+left+corner("╯"))
	return lines
}

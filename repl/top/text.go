package top

import (
	"fmt"
	"strings"

	"weir/runtime/sample"
)

// Once is one frame as lines: the screen without what keys change, as wide as w.
func (m *Model) Once(w int) string {
	f := m.frame()
	if f == nil {
		return "no run\n"
	}
	list := rows(f, m.ASCII)
	p := newPicture(w, max(wrapsFrom, len(list)+4*mostLines), m.ASCII)
	d := drawing{m, p}
	d.drawHead(f)
	y := d.drawVerdict(f, 1, p.H) + 1
	m.chosen, m.first = list[0].name(), 0
	columnsFor(w).drawHeader(p, y)
	for i := range list {
		y++
		d.drawRow(columnsFor(w), &list[i], y)
	}
	return strings.TrimRight(p.Text(), "\n") + "\n"
}

// Lines is the newest frame as sentences, for screen readers and logs: no line relies on its place, nor on
// signs.
func (m *Model) Lines() string {
	f := m.frame()
	if f == nil {
		return ""
	}
	var b strings.Builder
	line := func(format string, args ...any) {
		for _, c := range spelt(fmt.Sprintf(format, args...), m.ASCII) {
			b.WriteString(c.text)
		}
		b.WriteByte('\n')
	}
	line("%s at %.1f s", m.Title, f.At)
	for _, sentence := range m.verdict(f) {
		line("%s", sentence)
	}
	for _, r := range rows(f, m.ASCII) {
		line("  %s", strings.Join(m.sentence(&r), "; "))
	}
	if f.Skipped > 0 {
		line("  skipped %s", plural(int(f.Skipped), "frame"))
	}
	return b.String()
}

// spokenName is how many cells of what a stage runs are said.
const spokenName = 40

// sentence says what is known of a row.
func (m *Model) sentence(r *row) (parts []string) {
	if r.folded() {
		counts := map[sample.State]int{}
		for _, s := range r.stages {
			counts[s.State]++
		}
		var words []string
		for _, state := range states {
			if n := counts[state]; n > 0 {
				words = append(words, fmt.Sprintf("%d %s", n, state))
			}
		}
		parts = append(parts, r.label+": "+strings.Join(words, ", "))
	} else {
		parts = append(parts, fit(r.label, spokenName, m.ASCII)+": "+spoken(r.stages[0]))
	}
	if r.stuck {
		parts = append(parts, "it can never go on")
	}
	if cpu := cpuOf(r); cpu != "-" && r.stages[0].State != sample.Ended {
		parts = append(parts, "cpu "+cpu)
	}
	if len(r.inputs) == 0 {
		return parts
	}
	name := r.inputs[0].Channel
	if n := len(r.inputs); n > 1 {
		name = plural(n, kindOf(r.inputs))
	}
	if share, ok := meanFill(r.inputs); ok {
		name += " holds " + percent(share) + " of what it can"
	}
	if words := rateOf(r.inputs, m.ASCII); words != "" {
		name += ", " + words
	}
	return append(parts, "its input "+name)
}

// spoken says what a stage does, in words.
func spoken(s *sample.StageNow) string {
	if words := s.Opening(); words != "" {
		return words
	}
	switch s.State {
	case sample.Reads:
		return "waits to read " + s.On + ", which is empty"
	case sample.Writes:
		return "waits to write " + s.On + ", which is full"
	case sample.Locks:
		return strings.TrimSpace("waits for a lock " + s.On)
	case sample.Ready:
		return "waits for a processor"
	case sample.Rests:
		return "has ended (" + s.End + "), and rests before it is started again"
	case sample.Stopped:
		return "is stopped"
	case sample.Ended:
		return strings.TrimSuffix("has ended: "+s.End, ": ")
	case sample.Opaque:
		return "is opaque: " + sample.Hidden
	}
	return string(s.State)
}

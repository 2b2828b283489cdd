package top

import (
	"fmt"
	"slices"
	"strings"

	"weir/runtime/sample"
)

// Draw lays the screen out, in w columns and h rows.
func (m *Model) Draw(w, h int) *Picture {
	p := newPicture(max(w, 1), max(h, 1), m.ASCII)
	switch {
	case m.Weirs != nil:
		m.drawWeirs(p)
	case m.page != pageRun:
		m.drawPage(p)
	default:
		m.drawRun(p)
	}
	return p
}

// drawRun draws the run: what it is called, the verdict, the stages, and what there is room for.
func (m *Model) drawRun(p *Picture) {
	f := m.frame()
	foot := p.H
	if p.H >= 4 || m.asks != nil || m.typing || m.note != "" || m.Predict.held() {
		foot--
		m.drawFoot(p, foot)
	}
	if f == nil {
		m.drawHead(p, nil)
		words := "no run yet"
		if m.gone {
			words = "the script has ended, and started no run"
		}
		if foot > 1 {
			p.putIn(0, 1, p.W, words, Plain)
		}
		if foot > 2 {
			p.putIn(0, 2, p.W, m.script, Bold)
		}
		m.drawPrinted(p, 4, foot)
		return
	}
	list := rows(f, m.ASCII)
	y := 0
	if p.H > 1 {
		m.drawHead(p, f)
		y++
	}
	y = m.drawVerdict(p, f, y, foot)
	if p.H >= 20 {
		y = m.drawWide(p, f, list, y, foot)
		y++
	}
	y = m.drawTable(p, list, y, foot)
	m.drawBelow(p, f, list, y, foot)
}

// drawHead writes the first line: what is shown, and how it stands.
func (m *Model) drawHead(p *Picture, f *sample.Frame) {
	right := ""
	if f != nil {
		stages, relays := 0, 0
		for i := range f.Stages {
			if f.Stages[i].Relay {
				relays++
			} else {
				stages++
			}
		}
		right = fmt.Sprintf("%.1f s  %s  %s", f.At, m.pace(f), plural(stages, "stage"))
		if relays > 0 {
			right += " " + plural(relays, "relay")
		}
		if p.W >= 100 {
			right += fmt.Sprintf("  %s  sampler %s cpu", plural(len(f.Channels), "channel"), percent(f.Sampler))
		}
		if f.Skipped > 0 {
			right += fmt.Sprintf("  skipped %d", f.Skipped)
		}
		right += m.Predict.tally()
	}
	room := p.W - width(right, m.ASCII) - 2
	if room < 12 {
		right, room = "", p.W
	}
	p.putIn(0, 0, room, "weir top "+pick(m.ASCII, "· ", "- ")+m.Title, Bold)
	p.putRight(p.W, 0, right, Plain)
}

// pace says whether frames come, and how often.
func (m *Model) pace(f *sample.Frame) string {
	switch {
	case m.held != nil:
		return pick(m.ASCII, "‖ view paused", "|| view paused")
	case f.Ended != "" || m.gone:
		return pick(m.ASCII, "■ ended", "x ended")
	case m.stopped:
		return pick(m.ASCII, "‖ run stopped", "= run stopped")
	}
	return fmt.Sprintf("%s %.0f Hz", pick(m.ASCII, "●", "*"), m.past.rate())
}

// drawVerdict writes who holds the others up, and what would help.
func (m *Model) drawVerdict(p *Picture, f *sample.Frame, y, foot int) int {
	style := Bold
	if f.Deadlock != "" {
		style = Stuck
	}
	sentences := m.predicted()
	if sentences == nil {
		sentences = m.verdict(f)
	}
	for _, sentence := range sentences {
		lines := []string{sentence}
		if p.H >= 20 {
			lines = wrap(sentence, p.W-2, m.ASCII)
		}
		for _, line := range lines {
			if y >= foot || p.H < 6 && y > 1 {
				return y
			}
			x := 0
			if p.H > 1 {
				x = p.put(0, y, pick(m.ASCII, "▌ ", "| "), style)
			}
			p.putIn(x, y, p.W-x, line, style)
			y++
		}
		style = Plain
	}
	return y
}

// wrap breaks a sentence into two lines, between words.
func wrap(text string, w int, ascii bool) []string {
	at, n := -1, 0
	for i, word := range strings.SplitAfter(text, " ") {
		if n += width(word, ascii); n > w+1 && i > 0 {
			break
		}
		at += len(word)
	}
	if at <= 0 || at >= len(text)-1 {
		return []string{text}
	}
	return []string{text[:at], text[at+1:]}
}

// verdict is the sentence, and the advice. Replicas that are folded have the name of their row.
func (m *Model) verdict(f *sample.Frame) (list []string) {
	circle := circle(f)
	arrow := pick(m.ASCII, " → ", " -> ")
	switch v := f.Verdict; {
	case f.Deadlock != "" && len(circle) > 0:
		var b strings.Builder
		b.WriteString("DEADLOCK: ")
		for _, w := range circle {
			b.WriteString(w.stage + arrow)
		}
		list = []string{b.String() + circle[0].stage, "none of them can ever go on: each waits for the next"}
	case f.Deadlock != "":
		first, rest, _ := strings.Cut(f.Deadlock, "\n")
		list = []string{first, strings.TrimSpace(rest)}
	default:
		list = []string{v.Sentence, v.Advice}
		for _, r := range rows(f, m.ASCII) {
			if r.folded() && slices.ContainsFunc(r.stages, func(s *sample.StageNow) bool { return s.Stage == v.Stage }) {
				list[0] = strings.Replace(v.Sentence, v.Stage, r.label, 1)
				list[1] = strings.ReplaceAll(v.Advice, v.Stage, base(v.Stage))
			}
		}
	}
	list = append(list, m.script)
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// drawFoot writes the last line: a question, a note, or the keys.
func (m *Model) drawFoot(p *Picture, y int) {
	switch {
	case m.asks != nil:
		p.putIn(0, y, p.W, m.asks.text, Stuck)
	case m.typing:
		p.putIn(0, y, p.W, "/"+m.search+pick(m.ASCII, "▏", "_"), Plain)
	case m.note != "":
		p.putIn(0, y, p.W, m.note, Bold)
	case m.Predict.held() || m.Predict != nil && m.Predict.step == shown:
		p.putIn(0, y, p.W, m.Predict.foot(), Bold)
	default:
		m.drawKeys(p, y)
	}
}

// drawKeys writes the keys: those that have room, and always the last, which leaves.
func (m *Model) drawKeys(p *Picture, y int) {
	var shown []binding
	for _, b := range bindings {
		if b.short != "" && (b.key != "o" || m.out.total > 0) {
			shown = append(shown, b)
		}
	}
	room := p.W
	last := shown[len(shown)-1]
	room -= len(last.shown+last.short) + 1
	x := 0
	for i, b := range shown {
		n := len(b.shown+b.short) + 3
		if i < len(shown)-1 && x+n > room {
			continue
		}
		x = p.put(x, y, b.shown, Bold)
		x = p.put(x, y, " "+b.short+"  ", Dim)
	}
}

// drawRule writes a line that begins what stands below.
func (m *Model) drawRule(p *Picture, y int, title, right string) {
	line := pick(m.ASCII, "─", "-")
	p.put(0, y, strings.Repeat(line, p.W), Dim)
	x := p.putIn(3, y, min(width(title, m.ASCII)+1, p.W-6), title+" ", Bold)
	p.put(2, y, " ", Plain)
	if right == "" || x+width(right, m.ASCII)+4 > p.W {
		return
	}
	p.putRight(p.W-3, y, " "+right+" ", Plain)
}

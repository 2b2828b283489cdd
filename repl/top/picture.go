package top

import (
	"fmt"
	"slices"
	"strings"

	"weir/runtime/sample"
)

// Draw lays the screen out, in w columns and h rows.
func (m *Model) Draw(w, h int) *Picture {
	d := drawing{m, newPicture(max(w, 1), max(h, 1), m.ASCII)}
	switch {
	case m.Weirs != nil:
		d.drawWeirs()
	case m.page != pageRun:
		d.drawPage()
	default:
		d.drawRun()
	}
	return d.p
}

// drawing lays a model out on a picture. Its methods draw from the row y on, above foot, and give
// the next row.
type drawing struct {
	m *Model
	p *Picture
}

// drawRun draws the run: what it is called, the verdict, the stages, and what there is room for.
func (d drawing) drawRun() {
	f := d.m.frame()
	foot := d.p.H
	if d.p.H >= 4 || d.m.asks != nil || d.m.typing || d.m.note != "" || d.m.Predict.held() {
		foot--
		d.drawFoot(foot)
	}
	if f == nil {
		d.drawHead(nil)
		words := "no run yet"
		if d.m.gone {
			words = "the script has ended, and started no run"
		}
		if foot > 1 {
			d.p.putIn(0, 1, d.p.W, words, Plain)
		}
		if foot > 2 {
			d.p.putIn(0, 2, d.p.W, d.m.script, Bold)
		}
		d.drawPrinted(4, foot)
		return
	}
	list := rows(f, d.m.ASCII)
	y := 0
	if d.p.H > 1 {
		d.drawHead(f)
		y++
	}
	y = d.drawVerdict(f, y, foot)
	if d.p.H >= 20 {
		y = d.drawWide(f, list, y, foot)
		y++
	}
	y = d.drawTable(list, y, foot)
	d.drawBelow(f, list, y, foot)
}

// drawHead writes the first line: what is shown, and how it stands.
func (d drawing) drawHead(f *sample.Frame) {
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
		right = fmt.Sprintf("%.1f s  %s  %s", f.At, d.m.pace(f), plural(stages, "stage"))
		if relays > 0 {
			right += " " + plural(relays, "relay")
		}
		if d.p.W >= 100 {
			right += "  " + plural(len(f.Channels), "channel")
		}
		if d.p.W >= 80 {
			right += fmt.Sprintf("  view %s cpu", percent(f.Sampler+f.View))
		}
		if f.Skipped > 0 {
			right += fmt.Sprintf("  skipped %d", f.Skipped)
		}
		right += d.m.Predict.tally()
	}
	room := d.p.W - width(right, d.m.ASCII) - 2
	if room < 12 {
		right, room = "", d.p.W
	}
	d.p.putIn(0, 0, room, "weir top "+pick(d.m.ASCII, "· ", "- ")+d.m.Title, Bold)
	d.p.putRight(d.p.W, 0, right, Plain)
}

// pace says whether frames come, and how often.
func (m *Model) pace(f *sample.Frame) string {
	switch {
	case m.held != nil:
		return pick(m.ASCII, "‖ view paused", "|| view paused")
	case f.Ended != "" || m.gone:
		return pick(m.ASCII, "■ ended", "x ended")
	case m.silent:
		return pick(m.ASCII, "‖ no answer", "= no answer")
	case m.stopped:
		return pick(m.ASCII, "‖ run stopped", "= run stopped")
	}
	return fmt.Sprintf("%s %.0f Hz", pick(m.ASCII, "●", "*"), m.past.rate())
}

// drawVerdict writes who holds the others up, and what would help.
func (d drawing) drawVerdict(f *sample.Frame, y, foot int) int {
	style := Bold
	if f.Deadlock != "" {
		style = Stuck
	}
	sentences := d.m.predicted()
	if sentences == nil {
		sentences = d.m.verdict(f)
	}
	for _, sentence := range sentences {
		lines := []string{sentence}
		if d.p.H >= wrapsFrom {
			lines = wrap(sentence, d.p.W-2, d.m.ASCII)
		}
		for _, line := range lines {
			if y >= foot || d.p.H < 6 && y > 1 {
				return y
			}
			x := 0
			if d.p.H > 1 {
				x = d.p.put(0, y, pick(d.m.ASCII, "▌ ", "| "), style)
			}
			d.p.putIn(x, y, d.p.W-x, line, style)
			y++
		}
		style = Plain
	}
	return y
}

// wrapsFrom is how many rows a screen has on which a sentence may take up to mostLines of them.
const (
	wrapsFrom = 20
	mostLines = 4
)

// wrap breaks a sentence into lines, between words.
func wrap(text string, w int, ascii bool) (lines []string) {
	for len(lines) < mostLines-1 {
		line, rest := wrapOnce(text, w, ascii)
		if rest == "" {
			break
		}
		lines, text = append(lines, line), rest
	}
	return append(lines, text)
}

// wrapOnce takes the words that one line has room for.
func wrapOnce(text string, w int, ascii bool) (line, rest string) {
	at, n := -1, 0
	for i, word := range strings.SplitAfter(text, " ") {
		if n += width(word, ascii); n > w+1 && i > 0 {
			break
		}
		at += len(word)
	}
	if at <= 0 || at >= len(text)-1 {
		return text, ""
	}
	return text[:at], text[at+1:]
}

// verdict is the sentence, and the advice. Replicas that are folded have the name of their row.
func (m *Model) verdict(f *sample.Frame) (list []string) {
	circle := circle(f)
	arrow := pick(m.ASCII, " → ", " -> ")
	switch v := f.Verdict; {
	case m.cut(f):
		list = []string{"the weir that ran it has ended: this is what was seen last"}
	case m.silent:
		list = []string{"the weir that runs it does not answer: is it stopped?"}
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
func (d drawing) drawFoot(y int) {
	switch {
	case d.m.asks != nil:
		d.p.putIn(0, y, d.p.W, d.m.asks.text, Stuck)
	case d.m.typing:
		d.p.putIn(0, y, d.p.W, "/"+d.m.search+pick(d.m.ASCII, "▏", "_"), Plain)
	case d.m.note != "":
		d.p.putIn(0, y, d.p.W, d.m.note, Bold)
	case d.m.Predict.held() || d.m.Predict != nil && d.m.Predict.step == shown:
		d.p.putIn(0, y, d.p.W, d.m.Predict.foot(), Bold)
	default:
		d.drawKeys(y)
	}
}

// drawKeys writes the keys: those that have room, and always the last, which leaves.
func (d drawing) drawKeys(y int) {
	var shown []binding
	for _, b := range bindings {
		if b.short != "" && (b.key != "o" || d.m.out.total > 0) {
			shown = append(shown, b)
		}
	}
	room := d.p.W
	last := shown[len(shown)-1]
	room -= len(last.shown+last.short) + 1
	x := 0
	for i, b := range shown {
		n := len(b.shown+b.short) + 3
		if i < len(shown)-1 && x+n > room {
			continue
		}
		x = d.p.put(x, y, b.shown, Bold)
		x = d.p.put(x, y, " "+b.short+"  ", Dim)
	}
}

// drawRule writes a line that begins what stands below.
func (d drawing) drawRule(y int, title, right string) {
	line := pick(d.m.ASCII, "─", "-")
	d.p.put(0, y, strings.Repeat(line, d.p.W), Dim)
	x := d.p.putIn(3, y, min(width(title, d.m.ASCII)+1, d.p.W-6), title+" ", Bold)
	d.p.put(2, y, " ", Plain)
	if right == "" || x+width(right, d.m.ASCII)+4 > d.p.W {
		return
	}
	d.p.putRight(d.p.W-3, y, " "+right+" ", Plain)
}

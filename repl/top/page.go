package top

import (
	"fmt"

	"weir/runtime/sample"
)

// drawPage writes a page that fills the screen.
func (d drawing) drawPage() {
	title, lines, end := "", []string(nil), false
	switch d.m.page {
	case pageHelp:
		title, lines = "the keys of weir top", helpLines(d.m.ASCII)
	case pageGraph:
		title, lines = "the run", d.m.graphLines(d.p.W)
	case pageOutput:
		title, lines, end = "what the run has printed", d.m.out.all(), true
		if len(lines) >= keptLines {
			title += fmt.Sprintf(" (its last %s lines; all of it is printed when the view leaves)",
				sample.Thousands(int64(len(lines))))
		}
	case pageFold:
		if f := d.m.frame(); f != nil {
			list := rows(f, d.m.ASCII)
			if r := &list[d.m.chosenRow(list)]; r.folded() {
				d.drawGrid(r, 0, d.p.H-1)
				d.p.putIn(0, d.p.H-1, d.p.W, "f or Esc goes back", Dim)
				return
			}
		}
		title, lines = "replicas", []string{"the chosen row is one stage alone"}
	}
	d.drawLines(title, lines, end)
}

// drawLines writes the lines of a page that have room. end says that it begins at its end.
func (d drawing) drawLines(title string, lines []string, end bool) {
	room := d.p.H
	if d.p.H > 2 {
		d.drawRule(0, title, "")
		d.p.putIn(0, d.p.H-1, d.p.W, fmt.Sprintf("Up Down page up page down go through it (%s); q or Esc goes back",
			plural(len(lines), "line")), Dim)
		room = d.p.H - 2
	}
	most := max(0, len(lines)-room)
	var at int
	if end {
		d.m.scroll = max(min(d.m.scroll, 0), -most)
		at = most + d.m.scroll
	} else {
		d.m.scroll = min(max(d.m.scroll, 0), most)
		at = d.m.scroll
	}
	for i := range min(room, len(lines)) {
		d.p.putIn(0, i+min(1, d.p.H-room), d.p.W, lines[at+i], Plain)
	}
}

// helpLines are the keys and the signs.
func helpLines(ascii bool) (list []string) {
	for _, b := range bindings {
		if b.long != "" {
			list = append(list, fmt.Sprintf("  %-9s %s", b.shown, b.long))
		}
	}
	list = append(list, "", "What a stage does:")
	for i, words := range []string{"it is not there yet", "it runs", "it waits for a processor",
		"it waits to read: no input", "it waits to write: its output is full", "it waits for a lock",
		"it sleeps, or waits for what weir does not see",
		"it has ended, and rests before its restart", "a signal has stopped it", "it has ended",
		sample.Hidden} {
		list = append(list, fmt.Sprintf("  %s %s  %-8s %s", glyph(states[i], ascii), trace(i, ascii), states[i], words))
	}
	return append(list, "", "OWN/WAIT divides the last second among these. FILL, RATE and 6 s are of the input.",
		pick(ascii, "≈", "~")+" is what the kernel was asked for now and then; without it weir has counted.",
		pick(ascii, "✖", "X")+" can never go on. "+pick(ascii, "⇉", "*")+" is a relay of weir's own. "+
			pick(ascii, "◂", "<")+" is the chosen stage.")
}

// drawWeirs lists the weirs that run, to choose one.
func (d drawing) drawWeirs() {
	d.p.putIn(0, 0, d.p.W, "weir top: which weir?", Bold)
	for i := range d.m.Weirs {
		w := &d.m.Weirs[i]
		stages := 0
		for _, r := range w.Runs {
			stages += len(r.Stages)
		}
		text := fmt.Sprintf("%8d  %s, %s  %s", w.PID, plural(len(w.Runs), "run"), plural(stages, "stage"), w.Script)
		if y := i + 2 - max(0, d.m.weir+4-d.p.H); y >= 2 && y < d.p.H-1 {
			style := Plain
			if i == d.m.weir {
				text, style = pick(d.m.ASCII, "▸", ">")+text[1:], Bold|Reversed
			}
			d.p.putIn(0, y, d.p.W, text, style)
		}
	}
	d.p.putIn(0, d.p.H-1, d.p.W, "Up Down choose  Enter watch  q quit", Dim)
}

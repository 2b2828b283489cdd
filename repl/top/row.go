package top

import (
	"fmt"
	"math"
	"strings"

	"weir/runtime/cells"
	"weir/runtime/sample"
)

// columns are the widths of a row's parts; 0 leaves one out.
type columns struct {
	name, pid, state, bar, cpu, mem, restarts, input, fill, rate, strip int
}

// columnsFor are those that w cells have room for.
func columnsFor(w int) columns {
	switch {
	case w >= 120:
		return columns{name: 19 + w - 120, pid: 7, state: 17, bar: 12, cpu: 5, mem: 8, restarts: 4, input: 9, fill: 12,
			rate: 13, strip: 9}
	case w >= 80:
		return columns{name: 15 + w - 80, state: 16, bar: 8, cpu: 6, input: 8, fill: 8, rate: 11, strip: 8}
	case w >= 60:
		return columns{name: 15 + w - 60, state: 16, cpu: 6, input: 8, fill: 4, rate: 11}
	case w >= 30:
		return columns{name: w - 26, state: 15, cpu: 6, fill: 5}
	}
	return columns{name: w / 2, state: w - w/2}
}

// drawTable writes a line for each stage, those around the chosen one where not all have room.
func (d drawing) drawTable(list []row, y, foot int) int {
	c := columnsFor(d.p.W)
	if foot-y >= 3 {
		c.drawHeader(d.p, y)
		y++
	}
	room := min(len(list), max(0, d.tableRoom(y, foot, len(list))))
	chosen := d.m.chosenRow(list)
	d.m.first = min(max(d.m.first, chosen-room+1), chosen)
	d.m.first = max(0, min(d.m.first, len(list)-room))
	for i := d.m.first; i < d.m.first+room; i++ {
		d.drawRow(c, &list[i], y)
		if i == chosen && d.p.W >= 30 {
			d.p.put(c.name-1, y, pick(d.m.ASCII, "◂", "<"), Bold)
		}
		y++
	}
	if hidden := len(list) - room; hidden > 0 && room > 1 {
		d.p.putRight(d.p.W, y-1, fmt.Sprintf(" %d more ", hidden), Bold)
	}
	return y
}

// tableRoom is how many rows may be shown so that something else has room, too.
func (d drawing) tableRoom(y, foot, want int) int {
	room := foot - y
	if d.p.H >= 16 && want > room-7 {
		room = max(room-7, room/2)
	}
	return room
}

func (c columns) drawHeader(p *Picture, y int) {
	x := 0
	at := func(text string, w int, right bool) {
		switch {
		case w == 0:
			return
		case right:
			p.putRight(x+w, y, text, Dim)
		default:
			p.putIn(x, y, w, text, Dim)
		}
		x += w
	}
	at("STAGE", c.name, false)
	at("PID", c.pid, false)
	at("STATE", c.state, false)
	at("OWN/WAIT", c.bar, false)
	at("CPU", c.cpu-1, true)
	x += min(c.cpu, 1)
	at("MEM", c.mem-min(c.mem, 1), true)
	x += min(c.mem, 1)
	at("RST", c.restarts, true)
	x += min(c.restarts, 1)
	at("INPUT", c.input, false)
	at("FILL", c.fill, false)
	at("RATE", c.rate, true)
	at("6 s", c.strip, true)
}

// drawRow writes a row.
func (d drawing) drawRow(c columns, r *row, y int) {
	s := r.stages[0]
	x := d.p.put(0, y, fit(r.prefix, c.name, d.m.ASCII), Dim)
	style := Plain
	if d.m.found(r) {
		style = Bold | Reversed
	}
	d.p.putIn(x, y, c.name-x-2, r.label, style)
	if r.stuck {
		d.p.put(c.name-2, y, pick(d.m.ASCII, "✖", "X"), Stuck)
	}
	x = c.name
	if c.pid > 0 {
		d.p.putIn(x, y, c.pid-1, pidOf(r), Plain)
		x += c.pid
	}
	d.drawState(x, y, c.state, r)
	x += c.state
	if c.bar > 0 {
		d.drawBar(x, y, c.bar, r)
		x += c.bar
	}
	if c.cpu > 0 {
		d.p.putRight(x+c.cpu-1, y, cpuOf(r), Plain)
		x += c.cpu
	}
	if c.mem > 0 {
		d.p.putRight(x+c.mem-1, y, memOf(r), Plain)
		x += c.mem
	}
	if c.restarts > 0 {
		d.p.putRight(x+c.restarts, y, fmt.Sprint(s.Restarts), Plain)
		x += c.restarts + 1
	}
	d.drawInput(c, x, y, r)
}

func pidOf(r *row) string {
	switch s := r.stages[0]; {
	case r.folded():
		return fmt.Sprint(len(r.stages))
	case s.Relay:
		return "relay"
	case s.PID == 0 && s.TID != 0:
		return "thread"
	case s.PID == 0:
		return ""
	default:
		return fmt.Sprint(s.PID)
	}
}

func cpuOf(r *row) string {
	sum := 0.0
	for _, s := range r.stages {
		if s.Relay {
			return "-"
		}
		sum += s.CPU
	}
	return fmt.Sprintf("%.0f%%", 100*sum)
}

func memOf(r *row) string {
	sum := int64(0)
	for _, s := range r.stages {
		sum += s.RSS
	}
	if sum == 0 {
		return "-"
	}
	return scaled(float64(sum))
}

// drawState writes what a stage does, or how many of some do what.
func (d drawing) drawState(x, y, w int, r *row) {
	s := r.stages[0]
	if !r.folded() {
		sign := glyph(s.State, d.m.ASCII)
		if s.Relay && (s.State == sample.Reads || s.State == sample.Writes) {
			sign = pick(d.m.ASCII, "⇉", "*")
		}
		style := styleOf(s.State)
		if r.stuck {
			style = Stuck
		}
		d.p.putIn(x, y, w-1, sign+" "+doing(s), style)
		return
	}
	counts := make([]int, len(states))
	failed := 0
	for _, s := range r.stages {
		if s.State == sample.Ended && s.End != "exit 0" && s.End != "" {
			failed++
			continue
		}
		counts[number(s.State)]++
	}
	end := x + w - 1
	for i, n := range counts {
		if word := fmt.Sprintf("%s%d ", glyph(states[i], d.m.ASCII), n); n > 0 && x+width(word, d.m.ASCII) <= end+1 {
			x = d.p.put(x, y, word, styleOf(states[i]))
		}
	}
	if word := fmt.Sprintf("%s%d", pick(d.m.ASCII, "✖", "X"), failed); failed > 0 && x+width(word, d.m.ASCII) <= end {
		d.p.put(x, y, word, Stuck)
	}
}

// doing says what a stage does.
func doing(s *sample.StageNow) string {
	if s.Opens != "" {
		return "open " + cells.Harmless(s.Opens, false)
	}
	switch s.State {
	case sample.Reads:
		return "read " + s.On
	case sample.Writes:
		return "write " + s.On
	case sample.Locks:
		return strings.TrimSpace("lock " + s.On)
	case sample.Ended:
		if s.End != "" {
			return s.End
		}
	case sample.Rests:
		return "rests, " + s.End
	case sample.Ready:
		return "waits for cpu"
	}
	return string(s.State)
}

// drawBar divides w cells among what a stage did: own, no input, output full, locks, no processor.
func (d drawing) drawBar(x, y, w int, r *row) {
	var sum [5]float64
	for _, s := range r.stages {
		for i, v := range []float64{s.Own, s.Starved, s.Pushed, s.Locked, s.Ready} {
			sum[i] += v / float64(len(r.stages))
		}
	}
	order := []struct {
		of    int
		state sample.State
	}{{0, sample.Runs}, {4, sample.Ready}, {1, sample.Reads}, {2, sample.Writes}, {3, sample.Locks}}
	done, shown := 0.0, 0
	for _, part := range order {
		done += sum[part.of]
		to := min(w, int(math.Round(done*float64(w))))
		for ; shown < to; shown++ {
			d.p.put(x+shown, y, trace(number(part.state), d.m.ASCII), styleOf(part.state))
		}
	}
}

// drawInput writes a row's input: its name, how full it is, what passes through it, and its last seconds.
func (d drawing) drawInput(c columns, x, y int, r *row) {
	if len(r.inputs) == 0 {
		if c.input > 0 {
			d.p.put(x, y, pick(d.m.ASCII, "–", "-"), Dim)
		}
		return
	}
	in := r.inputs[0]
	name := in.Channel
	for _, other := range r.inputs {
		if other.Fill > in.Fill {
			in = other
		}
	}
	if n := len(r.inputs); n > 9 {
		name = sample.Thousands(int64(n))
	} else if n > 1 {
		name = plural(n, kindOf(r.inputs))
	}
	if c.input > 0 {
		d.p.putIn(x, y, c.input-1, name, Plain)
		x += c.input
	}
	if share, known := meanFill(r.inputs); known && c.fill > 0 {
		style := Flowing
		if share >= 0.9 {
			style = Stuck
		}
		d.p.put(x, y, bar(share, c.fill-min(1, max(0, 6-c.fill)), d.m.ASCII), style)
	}
	x += c.fill
	if c.rate == 0 {
		return
	}
	d.p.putRight(x+c.rate, y, rateOf(r.inputs, d.m.ASCII), Plain)
	x += c.rate
	if c.strip == 0 {
		return
	}
	x += c.strip - 6
	for i, share := range d.m.past.seconds(in.Channel, 6) {
		if share >= 0 {
			d.p.put(x+i, y, level(share, d.m.ASCII), Flowing)
		}
	}
}

// kindOf is the word for some channels.
func kindOf(list []*sample.ChannelNow) string {
	for _, c := range list {
		if c.Kind != list[0].Kind {
			return "channel"
		}
	}
	return string(list[0].Kind)
}

// meanFill is how full some channels are.
func meanFill(list []*sample.ChannelNow) (mean float64, known bool) {
	n := 0.0
	for _, c := range list {
		if share, ok := fillShare(c); ok {
			mean += share
			n++
		}
	}
	return mean / max(n, 1), n > 0
}

// rateOf is what passes through some channels.
func rateOf(list []*sample.ChannelNow, ascii bool) string {
	sum := sample.ChannelNow{Rate: -1, MessageRate: -1, Exact: true}
	for _, c := range list {
		if c.MessageRate >= 0 {
			sum.MessageRate = max(sum.MessageRate, 0) + c.MessageRate
		}
		if c.Rate >= 0 {
			sum.Rate = max(sum.Rate, 0) + c.Rate
			sum.Exact = sum.Exact && c.Exact
		}
	}
	return rate(&sum, ascii)
}

package top

import (
	"slices"
	"strings"

	"weir/repl/view"
	"weir/runtime/sample"
)

// Model is what a view knows and what its user has chosen. It is for one goroutine.
type Model struct {
	Title string // the script
	ASCII bool
	Owner bool // the view has started what it shows, and has its terminal

	Predict *Prediction // nil where nothing is asked

	newest *sample.Frame
	held   *sample.Frame // what is shown while the view is paused
	past   history
	out    printed
	gone   bool // no frames come any more
	silent bool // none has come for a while, though the run goes on

	chosen  string // the stage, by its name; empty is the one of the verdict
	first   int    // the first row that is shown
	page    page
	scroll  int // of that page, in lines from its end or its begin
	search  string
	typing  bool // the search is being typed
	asks    *question
	note    string // stands in the last line until the next key
	looking string // the channel whose bytes are shown
	script  string // where the script itself waits
	stopped bool   // the run, by P

	Weirs []view.Snapshot // to choose from, where the view has none yet
	weir  int
}

// page is what fills the screen.
type page int

const (
	pageRun page = iota
	pageHelp
	pageGraph
	pageOutput
	pageFold
)

// question is one that a key answers.
type question struct {
	text    string
	answers map[string][]view.Request
}

// Take takes the next frame.
func (m *Model) Take(f *sample.Frame) {
	if m.newest == nil || m.newest.Run != f.Run {
		m.stopped = false
	}
	m.newest, m.silent = f, false
	if m.Predict != nil {
		m.predict()
	}
	if m.held == nil {
		m.past.add(f)
	}
}

// Print takes what the run has printed.
func (m *Model) Print(b []byte) { m.out.add(b) }

// Say puts a note into the last line.
func (m *Model) Say(note string) { m.note = note }

// Script takes where the script itself waits, in a sentence; empty is nowhere.
func (m *Model) Script(waits string) {
	if strings.HasSuffix(waits, " the terminal") && m.Owner {
		waits += ", whose keys the view has until q leaves it"
	}
	m.script = waits
}

// Gone says that no frames will come any more.
func (m *Model) Gone() {
	m.gone, m.script = true, ""
	if m.Predict.held() {
		m.reveal()
	}
}

// Silent says that no frame has come for longer than one takes.
func (m *Model) Silent() { m.silent = m.newest != nil && m.newest.Ended == "" && !m.gone }

// cut reports whether the frames have ended before the run did.
func (m *Model) cut(f *sample.Frame) bool { return m.gone && f.Ended == "" }

// Over reports whether nothing more is to be seen.
func (m *Model) Over() bool { return m.gone }

// frame is the one that is shown.
func (m *Model) frame() *sample.Frame {
	if m.held != nil {
		return m.held
	}
	return m.newest
}

// chosenRow is the row that the user has chosen, or else the one of the verdict.
func (m *Model) chosenRow(list []row) int {
	has := func(name string) int {
		return slices.IndexFunc(list, func(r row) bool {
			return name != "" && slices.ContainsFunc(r.stages, func(s *sample.StageNow) bool { return s.Stage == name })
		})
	}
	if i := has(m.chosen); i >= 0 {
		return i
	}
	if f := m.frame(); f != nil && !m.Predict.hides() {
		if i := has(f.Verdict.Stage); i >= 0 {
			return i
		}
		if c := circle(f); f.Deadlock != "" && len(c) > 0 {
			return max(0, has(c[0].stage))
		}
	}
	return 0
}

// edge is the channel that is looked at: the fullest input of the chosen stage, or a source's output.
func (m *Model) edge(r *row, f *sample.Frame) (most *sample.ChannelNow) {
	for _, c := range r.inputs {
		if most == nil || c.Fill > most.Fill {
			most = c
		}
	}
	if most != nil {
		return most
	}
	channels := channelsOf(f)
	for _, name := range r.stages[0].Outputs {
		if c := channels[name]; c != nil && len(c.To) > 0 {
			return c
		}
	}
	return nil
}

// found reports whether the search finds a row.
func (m *Model) found(r *row) bool {
	text := strings.ToLower(m.search)
	return text != "" && (strings.Contains(strings.ToLower(r.label), text) ||
		slices.ContainsFunc(r.stages, func(s *sample.StageNow) bool {
			return strings.Contains(strings.ToLower(s.Stage+" "+strings.Join(s.Inputs, " ")), text)
		}))
}

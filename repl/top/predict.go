package top

import (
	"fmt"
	"slices"
	"strings"

	"weir/runtime/sample"
)

// Prediction asks before it shows, as a picture teaches those who have said what they expect: at the
// first full channel of a run the view holds still and hides the verdict, until its user has answered
// two questions and the run has shown the answers.
type Prediction struct {
	run     uint64 // the one that it asks about
	step    step
	full    []string // the channels that were full when it asked
	since   float64  // when that was
	stage   *row     // the answers; nil is nobody, or none
	pipe    *row
	verdict sample.Verdict // the last that has named a stage
	next    []string       // the channels that filled next
	words   []string       // what was said, and what is so
	right   int
	asked   int
}

// step is where a prediction is.
type step int

const (
	waitsFull step = iota // for the first full channel
	asksStage
	asksPipe
	waitsProof // for what the run does
	shown
	rests // until the next run
)

// proof is how long a run is looked at, at least, before an answer counts.
const proof = 3.0

// held reports whether the view holds still.
func (q *Prediction) held() bool { return q != nil && q.step > waitsFull && q.step < shown }

// hides reports whether the verdict is not to be seen.
func (q *Prediction) hides() bool { return q != nil && q.step < shown }

// predict takes the newest frame.
func (m *Model) predict() {
	q, f := m.Predict, m.newest
	if q.run != f.Run {
		if q.step != waitsFull && q.step != rests {
			m.reveal() // what is asked is of a run that is over
			return
		}
		m.let(waitsFull)
		*q = Prediction{run: f.Run, right: q.right, asked: q.asked}
	}
	full := fullChannels(f)
	switch {
	case q.step == waitsFull && f.Deadlock != "":
		q.step = rests
	case q.step == waitsFull && f.Ended == "" && len(full) > 0:
		q.step, q.full, q.since = asksStage, full, f.At
		m.held, m.chosen = f, ""
	}
	if !q.held() {
		return
	}
	if f.Verdict.Stage != "" {
		q.verdict = f.Verdict
	}
	if len(q.next) == 0 {
		q.next = slices.DeleteFunc(slices.Clone(full), func(name string) bool { return slices.Contains(q.full, name) })
	}
	m.reveal()
}

// let goes to another step, and lets the view go on if it does not hold still there.
func (m *Model) let(to step) {
	if m.Predict.step = to; !m.Predict.held() {
		m.held = nil
	}
}

// fullChannels are those in which nothing has room, and that some stage writes and another reads.
func fullChannels(f *sample.Frame) (names []string) {
	for i := range f.Channels {
		c := &f.Channels[i]
		if share, ok := fillShare(c); ok && share >= 0.9 && len(c.From) > 0 && len(c.To) > 0 {
			names = append(names, c.Channel)
		}
	}
	return names
}

// answer takes a key while a question is asked. ok is false for those that mean what they always do.
func (m *Model) answer(k Key) (ok bool) {
	q := m.Predict
	if q == nil {
		return false
	}
	switch {
	case q.step == shown && k != "q":
		m.let(rests)
		return true
	case k == keyEscape && q.held():
		m.let(rests)
		return true
	case k == " " && q.held():
		m.note = "the view holds still until you have answered; Esc skips the questions"
		return true
	case q.step != asksStage && q.step != asksPipe || k != keyEnter && k != "n":
		return false
	}
	var said *row
	if k == keyEnter {
		list := rows(m.held, m.ASCII)
		said = &list[m.chosenRow(list)]
	}
	switch {
	case q.step == asksStage:
		q.stage, q.step = said, asksPipe
	case said != nil && len(said.inputs) == 0:
		m.note = said.label + " reads no channel of the run; choose the stage that reads the one you mean, or n"
	default:
		q.pipe, q.step = said, waitsProof
		m.reveal()
	}
	return true
}

// reveal compares the answers with what the run has done, once it has done enough.
func (m *Model) reveal() {
	q, f := m.Predict, m.newest
	over := m.gone || f.Run != q.run || f.Ended != "" || f.Deadlock != ""
	if q.step != waitsProof || !over && (f.At-q.since < proof || f.Window < 0.9) {
		return
	}
	m.let(shown)
	if !over {
		q.verdict = f.Verdict
	}
	so := q.verdict.Sentence
	switch {
	case f.Run == q.run && f.Deadlock != "":
		so = m.verdict(f)[0]
	case so == "":
		so = "no stage held the others up"
	}
	q.count(q.rightStage(f), "you said "+q.saidStage(), so)
	so = "no other channel has filled"
	if len(q.next) > 0 {
		so = strings.Join(q.next, ", ") + " filled next"
	}
	said := "none"
	right := q.pipe == nil && len(q.next) == 0
	if q.pipe != nil {
		said = inputNames(q.pipe)
		right = slices.ContainsFunc(q.pipe.inputs,
			func(c *sample.ChannelNow) bool { return slices.Contains(q.next, c.Channel) })
	}
	q.count(right, "you said "+said, so)
	q.words = append(q.words, fmt.Sprintf("%d of %d right so far; any key goes on", q.right, q.asked))
}

// count adds an answer.
func (q *Prediction) count(right bool, said, so string) {
	word := "no"
	if q.asked++; right {
		word = "right"
		q.right++
	}
	q.words = append(q.words, said+": "+word+". "+so)
}

// rightStage reports whether the stage that the user has named holds the others up, or is one of those
// that can never go on.
func (q *Prediction) rightStage(f *sample.Frame) bool {
	if q.stage == nil {
		return q.verdict.Stage == "" && f.Deadlock == ""
	}
	stuck := stuckStages(f)
	if f.Deadlock == "" {
		stuck = map[string]bool{q.verdict.Stage: true}
	}
	return slices.ContainsFunc(q.stage.stages, func(s *sample.StageNow) bool { return stuck[s.Stage] })
}

func (q *Prediction) saidStage() string {
	if q.stage == nil {
		return "nobody"
	}
	return name(q.stage)
}

func inputNames(r *row) string {
	var names []string
	for _, c := range r.inputs {
		names = append(names, c.Channel)
	}
	return few(names)
}

// predicted are the sentences that stand where the verdict does; none where that may be seen.
func (m *Model) predicted() []string {
	q := m.Predict
	switch {
	case q == nil || q.step == rests:
		return nil
	case q.step == shown:
		return q.words
	case q.step == waitsFull && (m.gone || m.newest.Ended != ""):
		return []string{"no channel was full, so that there was nothing to predict"}
	case q.step == waitsFull:
		return []string{"The view holds still and asks when the first channel is full."}
	}
	is := " is full"
	if len(q.full) > 1 {
		is = " are full"
	}
	return []string{few(q.full) + is + ". The view holds still, and the run goes on.", q.question()}
}

// question is what is asked now.
func (q *Prediction) question() string {
	switch q.step {
	case asksStage:
		return "Which stage holds it up?"
	case asksPipe:
		return "Which pipe fills next? Choose the stage that reads it."
	}
	return "The answer comes when the run has shown it."
}

// foot is the last line while a question is asked.
func (q *Prediction) foot() string {
	switch q.step {
	case asksStage:
		return q.question() + " Up Down choose  Enter this  n nobody  Esc skip  q quit"
	case asksPipe:
		return "Which pipe fills next? Up Down choose its reader  Enter this  n none  Esc skip  q quit"
	case waitsProof:
		return q.question() + " Esc skip  q quit"
	}
	return "any key goes on  q quit"
}

// tally stands in the first line after an answer.
func (q *Prediction) tally() string {
	if q == nil || q.asked == 0 {
		return ""
	}
	return fmt.Sprintf("  predicted %d of %d", q.right, q.asked)
}

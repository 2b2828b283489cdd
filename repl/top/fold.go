package top

import (
	"slices"
	"strings"

	"weir/runtime/sample"
)

// foldFrom is how many replicas it takes to make one row of them.
const foldFrom = 8

// row is a line of the table: a stage, or replicas that are folded.
type row struct {
	stages []*sample.StageNow
	inputs []*sample.ChannelNow
	prefix string // where it stands among branches
	label  string
	stuck  bool
}

// name is by what a row is chosen.
func (r *row) name() string { return r.stages[0].Stage }

func (r *row) folded() bool { return len(r.stages) > 1 }

// rows makes rows of a frame, in the order of the plan.
func rows(f *sample.Frame, ascii bool) []row {
	channels := channelsOf(f)
	stuck := stuckStages(f)
	sizes, at := map[string]int{}, map[string]int{}
	keys := make([]string, len(f.Stages))
	for i := range f.Stages {
		keys[i] = likeness(&f.Stages[i], channels)
		sizes[keys[i]]++
	}
	var list []row
	for i := range f.Stages {
		s := &f.Stages[i]
		if sizes[keys[i]] < foldFrom || s.Relay {
			list = append(list, row{stages: []*sample.StageNow{s}, label: label(s), stuck: stuck[s.Stage]})
			continue
		}
		k, known := at[keys[i]]
		if !known {
			k = len(list)
			at[keys[i]] = k
			list = append(list, row{})
		}
		list[k].stages = append(list[k].stages, s)
		list[k].stuck = list[k].stuck || stuck[s.Stage]
	}
	for i := range list {
		r := &list[i]
		if r.folded() {
			r.label = base(r.stages[0].Stage) + pick(ascii, " × ", " x ") + sample.Thousands(int64(len(r.stages)))
		}
		for _, s := range r.stages {
			for _, name := range s.Inputs {
				if c := channels[name]; c != nil && len(c.From) > 0 && !slices.Contains(r.inputs, c) {
					r.inputs = append(r.inputs, c)
				}
			}
		}
	}
	branch(list, channels, ascii)
	return list
}

func channelsOf(f *sample.Frame) map[string]*sample.ChannelNow {
	m := map[string]*sample.ChannelNow{}
	for i := range f.Channels {
		m[f.Channels[i].Channel] = &f.Channels[i]
	}
	return m
}

// likeness is the same for replicas: what they run, and who stands before and behind them.
func likeness(s *sample.StageNow, channels map[string]*sample.ChannelNow) string {
	var b strings.Builder
	b.WriteString(base(s.Stage) + "\x00" + s.Text)
	for _, list := range [][]string{s.Inputs, s.Outputs} {
		b.WriteString("\x00")
		for _, name := range list {
			c := channels[name]
			if c == nil {
				continue
			}
			for _, other := range slices.Concat(c.From, c.To) {
				if other != s.Stage {
					b.WriteString(other + " ")
				}
			}
		}
	}
	return b.String()
}

// base is a stage's name without the number that tells it from others of that name.
func base(name string) string {
	if short := strings.TrimRight(name, "0123456789"); short != "" && short != name {
		return strings.TrimSuffix(short, "#")
	}
	return name
}

// label is what a row says of its stage: what it runs, with its name before that where the name is
// another.
func label(s *sample.StageNow) string {
	text := s.Text
	if rest, ok := strings.CutPrefix(text, "sh"); ok && len(rest) > 1 && strings.ContainsAny(rest[:1], `"'`) {
		text = strings.TrimSuffix(rest[1:], rest[:1])
	}
	switch {
	case s.Relay || text == "" || strings.Contains(text, "function"):
		return s.Stage
	case strings.HasPrefix(text, s.Stage):
		return text
	}
	return s.Stage + ": " + text
}

// branch finds where rows stand among branches: a relay with several outputs opens some, and one with
// several inputs joins them.
func branch(list []row, channels map[string]*sample.ChannelNow, ascii bool) {
	opens, member, nested, joins := pick(ascii, "╠ ", "+ "), pick(ascii, "├ ", "| "),
		pick(ascii, "╠═╦ ", "+-+ "), pick(ascii, "╚ ", "` ")
	depth := 0
	for i := range list {
		r := &list[i]
		s := r.stages[0]
		indent := strings.Repeat("  ", max(0, depth-1))
		ends := 0
		for _, name := range s.Outputs {
			if c := channels[name]; c != nil && len(c.To) > 0 {
				ends++
			}
		}
		switch {
		case s.Relay && ends > 1:
			r.prefix = opens
			if depth > 0 {
				r.prefix = indent + nested
			}
			depth++
		case s.Relay && len(r.inputs) > 1 && depth > 0:
			r.prefix = indent + joins
			depth--
		case depth > 0:
			r.prefix = indent + member
		}
	}
}

// stuckStages are those that can never go on.
func stuckStages(f *sample.Frame) map[string]bool {
	if f.Deadlock == "" {
		return nil
	}
	m := map[string]bool{}
	for _, w := range circle(f) {
		m[w.stage] = true
	}
	return m
}

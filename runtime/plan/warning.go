package plan

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"weir/ipc"
)

// Warning is a shape that can deadlock, found before the start. Whether it does depends on
// what the programs read first, and on how much.
type Warning struct {
	Stage   string
	Channel string
	Origin  string // "file:line" of the stage
	Message string
	Hint    string // the way out
}

// Warnings looks for three shapes: a cycle whose stages buffer what they write; two ways
// from one tee to a stage that reads one after the other; FIFOs that two programs open in
// different orders.
func Warnings(p *Plan) []Warning {
	s := newShape(p)
	return slices.Concat(s.cycles(), s.diamonds(), s.fifos())
}

// shape is the topology as a graph from writers to readers.
type shape struct {
	*Plan
	readers [][]int // stages, by channel
	writers [][]int
}

func newShape(p *Plan) *shape {
	s := &shape{Plan: p, readers: make([][]int, len(p.Channels)), writers: make([][]int, len(p.Channels))}
	for i := range p.Stages {
		for _, end := range p.Stages[i].Ends {
			switch {
			case !s.carries(end.Channel):
			case end.Mode.Writes():
				s.writers[end.Channel] = append(s.writers[end.Channel], i)
			default:
				s.readers[end.Channel] = append(s.readers[end.Channel], i)
			}
		}
	}
	return s
}

// carries reports whether readers of the channel wait for its writers.
func (s *shape) carries(channel int) bool {
	kind := s.Channels[channel].Kind
	return kind == ipc.KindPipe || kind == ipc.KindFIFO
}

// inputs and outputs are the channels that a stage reads and writes.
func (s *shape) inputs(stage int) []int  { return s.channels(stage, false) }
func (s *shape) outputs(stage int) []int { return s.channels(stage, true) }

func (s *shape) channels(stage int, writes bool) (list []int) {
	for _, end := range s.Stages[stage].Ends {
		if end.Mode.Writes() == writes && s.carries(end.Channel) && !slices.Contains(list, end.Channel) {
			list = append(list, end.Channel)
		}
	}
	return list
}

// from marks the channels that data written to one may reach. It stops at the channel that
// closes a cycle, and at a spill, which takes all that comes.
func (s *shape) from(channel int) map[int]bool {
	return s.reach(channel, func(int) bool { return false })
}

// reach is from, and stops also at the stages that stop names.
func (s *shape) reach(channel int, stop func(stage int) bool) map[int]bool {
	reached := map[int]bool{channel: true}
	for todo := []int{channel}; len(todo) > 0; {
		c := todo[0]
		todo = todo[1:]
		for _, stage := range s.readers[c] {
			if s.program(stage) == "spill" || stop(stage) {
				continue
			}
			for _, next := range s.outputs(stage) {
				if !reached[next] && !s.Channels[next].Loop {
					reached[next] = true
					todo = append(todo, next)
				}
			}
		}
	}
	return reached
}

// program is what a stage runs, or what kind of relay it is: "tee" of "tee#2". Of filters in
// one process it is the last.
func (s *shape) program(stage int) string {
	st := &s.Stages[stage]
	if verbs := s.verbs(stage); verbs != nil {
		return verbs[len(verbs)-1]
	}
	if st.Inside() {
		name, _, _ := strings.Cut(st.Name, "#")
		name, _, _ = strings.Cut(name, "@")
		return strings.TrimRight(name, "0123456789")
	}
	return filepath.Base(st.Argv[0])
}

// verbs are the filters of a stage, {"lower", "sort"} of "lower() | sort()", and nil where it runs none.
func (s *shape) verbs(stage int) (list []string) {
	if !s.RunsLua(&s.Stages[stage]) {
		return nil
	}
	for text := range strings.SplitSeq(s.Stages[stage].Text, " | ") {
		verb, _, _ := strings.Cut(text, "(")
		list = append(list, verb)
	}
	return list
}

// readsAll reports whether a stage writes nothing before its input has ended.
func (s *shape) readsAll(stage int) bool {
	return slices.Contains(readsAll, s.program(stage)) ||
		slices.ContainsFunc(s.verbs(stage), func(verb string) bool { return slices.Contains(readsAll, verb) })
}

func (s *shape) warning(stage, channel int, hint, format string, args ...any) Warning {
	return Warning{Stage: s.Stages[stage].Name, Channel: s.Channels[channel].Name, Origin: s.Stages[stage].Origin,
		Message: fmt.Sprintf(format, args...), Hint: hint}
}

// readsAll are programs and filters that write nothing before their input has ended.
var readsAll = []string{"sort", "tac", "wc", "shuf", "tsort", "sponge", "cksum", "md5sum", "sha1sum", "sha256sum",
	"sha512sum", "b2sum", "freq", "count", "sum"}

// writesLittle are programs and filters whose output fits into a pipe, however long their input is.
var writesLittle = []string{"wc", "cksum", "md5sum", "sha1sum", "sha256sum", "sha512sum", "b2sum", "head", "tail",
	"true", "false", "count", "sum"}

// little reports whether a stage is one of them.
func (s *shape) little(stage int) bool {
	program, argv := s.program(stage), s.Stages[stage].Argv
	return slices.Contains(writesLittle, program) ||
		program == "grep" && (slices.Contains(argv, "-c") || slices.Contains(argv, "-q"))
}

// late reports whether what a stage writes fills no pipe while what it reads goes on.
func (s *shape) late(stage int) bool {
	return s.little(stage) || s.readsAll(stage)
}

// buffers are programs that write into a pipe only when their buffer is full. cure has
// them write each line; an argument with a word of by says that they do so.
var buffers = map[string]struct {
	cure string
	by   []string
}{
	"grep":   {"grep --line-buffered", []string{"--line-buffered"}},
	"sed":    {"sed -u", []string{"-u", "--unbuffered"}},
	"awk":    {"fflush() after each print", []string{"fflush"}},
	"gawk":   {"fflush() after each print", []string{"fflush"}},
	"mawk":   {"fflush() after each print", []string{"fflush", "interactive"}},
	"jq":     {"jq --unbuffered", []string{"--unbuffered"}},
	"perl":   {"$| = 1", []string{"$|"}},
	"python": {"python -u", []string{"-u", "flush"}}, "python3": {"python3 -u", []string{"-u", "flush"}},
	"tr": {"stdbuf -oL tr", nil}, "cut": {"stdbuf -oL cut", nil},
	"uniq": {"stdbuf -oL uniq", nil}, "rev": {"stdbuf -oL rev", nil},
}

// cycles looks at the stages of each cycle that is meant.
func (s *shape) cycles() (list []Warning) {
	for back := range s.Channels {
		if !s.Channels[back].Loop || !s.carries(back) {
			continue
		}
		reached := s.from(back)
		for i := range s.Stages {
			in := slices.ContainsFunc(s.inputs(i), func(c int) bool { return reached[c] })
			out := slices.ContainsFunc(s.outputs(i), func(c int) bool { return c == back || s.leadsTo(c, back) })
			if in && out && !s.Stages[i].Inside() {
				list = append(list, s.onCycle(i, back)...)
			}
		}
	}
	return list
}

// leadsTo reports whether data written to a channel reaches one that closes a cycle.
func (s *shape) leadsTo(channel, back int) bool {
	reached := s.from(channel)
	return slices.ContainsFunc(s.writers[back], func(stage int) bool {
		return slices.ContainsFunc(s.inputs(stage), func(c int) bool { return reached[c] })
	})
}

func (s *shape) onCycle(stage, back int) []Warning {
	st, program := &s.Stages[stage], s.program(stage)
	if s.readsAll(stage) {
		return []Warning{s.warning(stage, back, "take it out of the cycle",
			"%s writes nothing before its input has ended, and in a cycle it waits for its own output", st.Name)}
	}
	cure, known := buffers[program]
	if !known || s.RunsLua(st) || slices.ContainsFunc(st.Argv[1:], func(arg string) bool {
		return slices.ContainsFunc(cure.by, func(word string) bool { return strings.Contains(arg, word) })
	}) {
		return nil
	}
	return []Warning{s.warning(stage, back, "write "+cure.cure,
		"%s holds back what it writes until its buffer is full, and in a cycle nothing more may come before", st.Name)}
}

// diamonds looks for stages with two inputs that come from one tee.
func (s *shape) diamonds() (list []Warning) {
	for source := range s.Stages {
		if s.program(source) != "tee" {
			continue
		}
		outputs := s.outputs(source)
		reached, fills := make([]map[int]bool, len(outputs)), make([]map[int]bool, len(outputs))
		for k, c := range outputs {
			reached[k], fills[k] = s.from(c), s.reach(c, s.late)
		}
		for i := range s.Stages {
			if i == source || !s.readsInTurn(i) {
				continue
			}
			inputs := s.inputs(i)
			a, b, found := apart(inputs, reached, fills)
			if !found && s.program(i) != "concat" {
				slices.Reverse(inputs) // the program chooses which it reads first
				a, b, found = apart(inputs, reached, fills)
			}
			if found {
				tee, hint := s.Stages[source].Name, "let "+s.Channels[b].Name+" keep on disk what is not read yet (:spill()), "+
					"give it a larger buffer, or read both at once (merge)"
				list = append(list, s.warning(i, b, hint,
					"%s reads %s and %s, which both come from %s: while it reads one to its end, the other may fill up and stop %s",
					s.Stages[i].Name, s.Channels[a].Name, s.Channels[b].Name, tee, tee))
			}
		}
	}
	return list
}

// readsInTurn reports whether a stage may read one input to its end before another.
func (s *shape) readsInTurn(stage int) bool {
	if s.Stages[stage].Relay != nil && s.program(stage) != "concat" && s.program(stage) != "ordered" {
		return false
	}
	return len(s.inputs(stage)) > 1
}

// apart finds two inputs that two different outputs reach. The later one can fill up.
func apart(inputs []int, reached, fills []map[int]bool) (a, b int, found bool) {
	for i, a := range inputs {
		for _, b := range inputs[i+1:] {
			for j := range reached {
				for k := range reached {
					if j != k && reached[j][a] && fills[k][b] {
						return a, b, true
					}
				}
			}
		}
	}
	return 0, 0, false
}

// fifos looks at the order in which FIFOs are opened, which is that of the descriptors.
// open(2) waits for the other side where that is outside.
func (s *shape) fifos() (list []Warning) {
	for i := range s.Stages {
		opened := s.opens(i)
		var waits []int
		for _, c := range opened {
			if len(s.readers[c]) == 0 || len(s.writers[c]) == 0 {
				waits = append(waits, c)
			}
		}
		if len(waits) > 1 {
			name, a, b := s.Stages[i].Name, s.Channels[waits[0]].Channel.Path, s.Channels[waits[1]].Channel.Path
			list = append(list, s.warning(i, waits[1], "have the other program open them in the same order",
				"%s opens the FIFO %s before %s, and each open(2) waits for the other side: "+
					"a program that opens them the other way round waits for ever, and so does %s", name, a, b, name))
		}
		for j := i + 1; j < len(s.Stages); j++ {
			if a, b, found := crossed(opened, s.opens(j)); found {
				list = append(list, s.warning(j, b, "give both stages the FIFOs in the same order of descriptors",
					"%s opens the FIFO %s before %s, and %s opens them the other way round", s.Stages[i].Name,
					s.Channels[a].Channel.Path, s.Channels[b].Channel.Path, s.Stages[j].Name))
			}
		}
	}
	return list
}

// opens lists the FIFOs of a stage in the order in which they are opened.
func (s *shape) opens(stage int) (list []int) {
	for _, end := range s.Stages[stage].Ends {
		if s.Channels[end.Channel].Kind == ipc.KindFIFO && !slices.Contains(list, end.Channel) {
			list = append(list, end.Channel)
		}
	}
	return list
}

// crossed finds two FIFOs that stand in one order here and in the other there.
func crossed(here, there []int) (a, b int, found bool) {
	for i, a := range here {
		for _, b := range here[i+1:] {
			x, y := slices.Index(there, a), slices.Index(there, b)
			if x >= 0 && y >= 0 && y < x {
				return a, b, true
			}
		}
	}
	return 0, 0, false
}

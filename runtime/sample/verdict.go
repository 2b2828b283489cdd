package sample

import (
	"fmt"
	"slices"
	"strings"
)

// leastScore is what the stage that holds the others up has at least.
const leastScore = 0.5

// Judge says which stage holds the others up: one whose time is its own, and before which
// bytes pile up, or, of a source, behind which there are none. It looks at nothing but the
// frame.
func Judge(f *Frame) (v Verdict) {
	if f.Deadlock != "" {
		return Verdict{Why: "deadlock", Sentence: f.Deadlock}
	}
	if f.Ended != "" {
		return Verdict{Sentence: f.ending()}
	}
	if f.stopped() {
		return Verdict{Sentence: "every stage is stopped by a signal"}
	}
	channels := map[string]*ChannelNow{}
	for i := range f.Channels {
		channels[f.Channels[i].Channel] = &f.Channels[i]
	}
	best, most, busiest := -1, leastScore, 0.0
	for i := range f.Stages {
		if s := &f.Stages[i]; !s.Relay {
			busiest = max(busiest, s.CPU)
		}
	}
	for i := range f.Stages {
		if s := f.Stages[i].score(channels, busiest); s >= most {
			best, most = i, s
		}
	}
	if best < 0 {
		return Verdict{Sentence: "no stage holds the others up"}
	}
	return f.Stages[best].verdict(channels)
}

// stopped reports whether no stage can go on before it gets SIGCONT.
func (f *Frame) stopped() (stopped bool) {
	for i := range f.Stages {
		switch s := &f.Stages[i]; {
		case s.State == Stopped:
			stopped = true
		case s.State != Ended && !s.Relay:
			return false
		}
	}
	return stopped
}

// score is how much a stage holds the others up. Waiting for a processor is not its own
// fault, but it is what holds the others up all the same. It counts by the work for which
// the stage waits, in that of the busiest: where all wait, those that are woken most often
// wait longest.
func (s *StageNow) score(channels map[string]*ChannelNow, busiest float64) float64 {
	if s.State == Ended || s.State == Starts || s.State == Opaque {
		return 0
	}
	in := 0.0
	for _, name := range s.Inputs {
		if c := channels[name]; c != nil && len(c.From) > 0 {
			in = max(in, c.Full)
			if c.Cap > 0 { // of one that is dealt lines to, the pipe is seldom full, but never empty
				in = max(in, (1-c.Empty)/2)
			}
		}
	}
	if s.isSource(channels) {
		for _, name := range s.Outputs {
			if c := channels[name]; c != nil && len(c.To) > 0 {
				in = max(in, c.Empty)
			}
		}
	}
	if s.Relay { // which waits for a processor because the stages have them
		return s.Own * (0.3 + in)
	}
	ready := s.Ready
	if busiest > 0 {
		ready *= s.CPU / busiest
	}
	return (s.Own + ready) * (0.3 + in)
}

// verdict is the sentence about the stage that holds the others up.
func (s *StageNow) verdict(channels map[string]*ChannelNow) Verdict {
	v := Verdict{Stage: s.Stage, Why: s.why()}
	var b strings.Builder
	fmt.Fprintf(&b, "%s is the bottleneck: it %s %.0f %% of the time", s.Stage, v.Why, 100*s.share(v.Why))
	if c := s.fullest(channels); c != nil && c.Full >= 0.3 {
		fmt.Fprintf(&b, ", and its input %s is full %.0f %% of it", c.Channel, 100*c.Full)
	} else if s.isSource(channels) {
		b.WriteString(", and what it feeds runs dry")
	}
	v.Sentence, v.Advice = b.String(), s.advice(v.Why, s.isSource(channels))
	return v
}

// isSource reports whether the stage reads nothing that another one writes.
func (s *StageNow) isSource(channels map[string]*ChannelNow) bool {
	return !slices.ContainsFunc(s.Inputs, func(name string) bool {
		c := channels[name]
		return c != nil && len(c.From) > 0
	})
}

// The reasons for which a stage holds the others up.
const (
	computes = "computes"
	waitsCPU = "waits for a processor"
	sleeps   = "sleeps or waits outside"
	slow     = "works"
	rests    = "rests before its restart"
)

func (s *StageNow) why() string {
	switch {
	case s.Rested >= 0.3 && s.Rested >= s.Own/2:
		return rests
	case s.Ready >= 0.3 && s.Ready >= s.CPU/2:
		return waitsCPU
	case s.CPU >= 0.7:
		return computes
	case s.CPU < 0.1 || s.Own > 2*s.CPU:
		return sleeps
	}
	return slow
}

// share is the part of the window that a reason has.
func (s *StageNow) share(why string) float64 {
	switch why {
	case waitsCPU:
		return s.Ready
	case rests:
		return s.Rested
	}
	return s.Own
}

func (s *StageNow) fullest(channels map[string]*ChannelNow) (most *ChannelNow) {
	for _, name := range s.Inputs {
		if c := channels[name]; c != nil && (most == nil || c.Full > most.Full) {
			most = c
		}
	}
	return most
}

// advice says what would help.
func (s *StageNow) advice(why string, source bool) string {
	switch {
	case why == waitsCPU:
		return "fewer stages at once, or more processors, would help"
	case why == rests:
		n := "1 time"
		if s.Restarts > 1 {
			n = fmt.Sprint(s.Restarts, " times")
		}
		return s.Stage + " has ended " + n + ", the last one with " + s.End + ": mending that would help"
	case why == sleeps && source:
		return "nothing here is slow: " + s.Stage + " gives no more than this"
	case why == sleeps:
		return "several of it at once would help: ordered(" + s.Stage + " * n)"
	case s.Relay:
		return "fewer messages, or larger ones, would help"
	case source:
		return "a faster " + s.Stage + " would help"
	}
	return "a faster " + s.Stage + ", or ordered(" + s.Stage + " * 2), would help"
}

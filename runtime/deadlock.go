package runtime

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"weir/runtime/plan"
)

// DeadlockError says who waits for whom where no one can go on.
type DeadlockError struct {
	Waits []Wait
	Named []string // what outsiders could let go on by its name: it is no deadlock if one comes
	Hint  string   // the way out
}

// maxWaits is how many are written out.
const maxWaits = 6

func (e *DeadlockError) Error() string { return e.Message() + "; " + e.Hint }

// Message is the error without the way out.
func (e *DeadlockError) Message() string {
	if verb, object := e.lonely(); verb != "" {
		return "nobody is left to " + verb + " " + object
	}
	var b strings.Builder
	if len(e.Named) > 0 {
		b.WriteString("nobody here can go on")
	} else {
		b.WriteString("deadlock: no stage can go on")
	}
	for i, w := range e.Waits {
		if i == maxWaits {
			fmt.Fprintf(&b, "; and %d more wait like these", len(e.Waits)-i)
			break
		}
		b.WriteString([...]string{": ", "; "}[min(i, 1)] + w.String())
	}
	return b.String()
}

// Lonely reports whether the script alone waits, and no stage has what it waits at.
func (e *DeadlockError) Lonely() bool { verb, _ := e.lonely(); return verb != "" }

// AtWrite reports whether the script alone waits, to write.
func (e *DeadlockError) AtWrite() bool {
	verb, _ := e.lonely()
	return verb == "read from"
}

// lonely gives what somebody would have to do to what, where the script alone waits.
func (e *DeadlockError) lonely() (verb, object string) {
	if len(e.Waits) != 1 || len(e.Named) > 0 || e.Waits[0].Party() != script {
		return "", ""
	}
	switch w := e.Waits[0].(type) {
	case *callWait:
		return w.verb, w.object
	case *messageWait:
		if w.writes {
			return "receive from", fmt.Sprintf("%s (%s)", w.channel, w.state())
		}
	case *pipeWait:
		if w.writes {
			return "read from", w.channel
		}
		return "write to", w.channel
	}
	return "", ""
}

// wayOut says what would help.
func (e *DeadlockError) wayOut(runs []*watchedRun) string {
	switch verb, _ := e.lonely(); {
	case verb == "read from" || verb == "write to":
		return "start(...) a stage that can " + verb + " it, or let the script do that first"
	case verb != "":
		return "start(...) a stage first that can " + verb + " it, or wait no longer than a time: timeout = \"1s\""
	case len(e.Named) > 0:
		return e.letOutsiders()
	case e.awaitsEnd():
		return "let the script do first what the job waits for (read, write, close, unlock), and wait for the job's end then"
	}
	for _, w := range e.Waits {
		if hint := w.hint(e, runs); hint != "" {
			return hint
		}
	}
	return e.atPipes(runs)
}

// letOutsiders is the way out where only another program could let somebody go on.
func (e *DeadlockError) letOutsiders() string {
	hint := "another program may let them, by the name " + strings.Join(e.Named, " or ")
	opens := slices.ContainsFunc(e.Waits, func(w Wait) bool { _, ok := w.(*openWait); return ok })
	if opens && len(e.Named) > 1 {
		hint += "; let all open their FIFOs in the same order"
	}
	return hint
}

// atPipes is the way out where no wait alone tells it: by all of those at pipes, and at
// channels from which somebody would receive.
func (e *DeadlockError) atPipes(runs []*watchedRun) string {
	full, own, messages, way := "", "", "", ""
	for _, w := range e.Waits {
		switch w := w.(type) {
		case *pipeWait:
			way = cmp.Or(way, wayOutOf(runs, w.channel))
			switch {
			case w.writes && w.channel != "":
				full = cmp.Or(full, w.channel)
			case w.writes:
				own = cmp.Or(own, w.program, w.stage)
			}
		case *messageWait:
			messages = cmp.Or(messages, w.channel, "q")
		}
	}
	switch {
	case full != "":
		return "let its reader read before it writes more, " + moreRoom(full)
	case own != "":
		return "let " + own + " read while it writes, in a thread or by poll(2), as communicate() of Python's subprocess does"
	case messages != "":
		return "let one of them send first, or have those that send no more close what they hold (" + messages +
			":close()): a receiver sees the end when the last that might send has left"
	case way != "":
		return way
	}
	return "let one of them write first, or close what it does not write to: a reader sees the end when the last that " +
		"could write has left"
}

// wayOutOf is what a cycle's own pipe says, where a channel is part of a run with one.
func wayOutOf(runs []*watchedRun, channel string) string {
	for _, r := range runs {
		channels := r.plan.Topology.Channels
		if !slices.ContainsFunc(channels, func(c plan.Channel) bool { return c.Name == channel }) {
			continue
		}
		for i := range channels {
			if channels[i].WayOut != "" {
				return channels[i].WayOut
			}
		}
	}
	return ""
}

func moreRoom(channel string) string {
	return fmt.Sprintf("give %s a larger buffer (pipe{capacity=\"8M\"}), or let it keep on disk what is not read yet "+
		"(:spill())", channel)
}

// readsElsewhere finds a reader of a channel that waits for another one.
func (e *DeadlockError) readsElsewhere(runs []*watchedRun, channel string) (reader, other string) {
	for _, r := range runs {
		for _, end := range r.plan.Topology.Ends {
			if end.Channel != channel || end.Mode.Writes() {
				continue
			}
			for _, w := range e.Waits {
				if w, ok := w.(*pipeWait); ok && w.stage == cmp.Or(end.Stage, script) && !w.writes && w.channel != channel &&
					w.channel != "" {
					return w.stage, w.channel
				}
			}
		}
	}
	return "", ""
}

// pipesAlone reports whether all waits but one are at pipes and sockets.
func (e *DeadlockError) pipesAlone(but Wait) bool {
	return !slices.ContainsFunc(e.Waits, func(w Wait) bool { _, ok := w.(*pipeWait); return !ok && w != but })
}

// involves reports whether a stage, or the script, is among those that wait.
func (e *DeadlockError) involves(party string) bool {
	return slices.ContainsFunc(e.Waits, func(w Wait) bool { return w.Party() == party })
}

// awaitsEnd reports whether the script waits for a job that waits for it.
func (e *DeadlockError) awaitsEnd() bool {
	return slices.ContainsFunc(e.Waits, func(w Wait) bool { _, ok := w.(*endWait); return ok })
}

package runtime

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// DeadlockError says who waits for whom where no one can go on.
type DeadlockError struct {
	Waits []Wait
	Named []string // what strangers could let go on by its name: it is no deadlock if one comes
	Hint  string   // the way out
}

// Wait is a stage that waits at a channel, for good.
type Wait struct {
	Stage    string
	FD       int    // the descriptor of the process that waits
	Program  string // the process that waits, where the stage has started it
	Peer     string // who has the other side of a pipe that a stage made for itself
	Channel  string // empty where it is such a pipe
	File     bool   // Channel is the lock of a file
	Socket   bool   // it is a socket, and no pipe; Fill and Capacity are not known
	Writes   bool   // it waits for room, else for data
	Fill     int    // bytes in the channel
	Capacity int    // bytes that it takes
	Messages bool   // Fill and Capacity count messages
	Holder   string // it waits for a lock, which this stage holds, or the script
	Verb     string // it waits for what another is to do: "post", "signal", "set", "come to"; for one that is to "end"; for a FIFO's other side, "open"
}

// maxWaits is how many are written out.
const maxWaits = 6

func (e *DeadlockError) Error() string { return e.Message() + "; " + e.Hint }

// Message is the error without the way out.
func (e *DeadlockError) Message() string {
	var b strings.Builder
	if len(e.Named) > 0 {
		b.WriteString("nobody here can go on")
	} else {
		b.WriteString("deadlock: no stage can go on")
	}
	for i := range e.Waits {
		if i == maxWaits {
			fmt.Fprintf(&b, "; and %d more wait like these", len(e.Waits)-i)
			break
		}
		b.WriteString([...]string{": ", "; "}[min(i, 1)] + e.Waits[i].String())
	}
	return b.String()
}

func (w *Wait) String() string {
	channel, who, kind := w.Channel, w.Stage, "pipe"
	if w.Socket {
		kind = "socket"
	}
	if w.Program != "" {
		who = w.Program + " in " + w.Stage
	}
	switch {
	case w.Verb == "end":
		return fmt.Sprintf("%s waits for the end of %s", w.Stage, channel)
	case w.Verb == "open":
		return fmt.Sprintf("%s waits to open %s for %s, which nobody has open for %s", who, channel, sideVerb(w.Writes), sideVerb(!w.Writes))
	case w.Verb != "":
		return fmt.Sprintf("%s waits for %s, and nobody goes on who could %s it", w.Stage, channel, w.Verb)
	case w.Holder != "" && channel == "":
		channel = "a lock"
	case channel == "" && w.Peer != "":
		channel = "a " + kind + map[bool]string{true: " to ", false: " from "}[w.Writes] + w.Peer
	case channel == "":
		channel = "a " + kind + " of its own"
	}
	if w.Holder == who {
		return fmt.Sprintf("%s waits for %s, which it holds itself", who, channel)
	}
	if w.Holder != "" {
		return fmt.Sprintf("%s waits for %s, which %s holds", who, channel, w.Holder)
	}
	if w.Messages {
		return w.messages()
	}
	verb, state := "read from", "is empty"
	switch {
	case w.Writes:
		verb, state = "write to", "is full"
	case w.Fill > 0:
		state = "brings nothing new"
	}
	if w.Socket {
		return fmt.Sprintf("%s waits to %s %s, which %s", who, verb, channel, state)
	}
	return fmt.Sprintf("%s waits to %s %s, which %s (%d of %d bytes)", who, verb, channel, state, w.Fill, w.Capacity)
}

// sideVerb is what one does at a side of a FIFO.
func sideVerb(writes bool) string {
	if writes {
		return "writing"
	}
	return "reading"
}

// messages says for what a stage waits at a channel of messages.
func (w *Wait) messages() string {
	channel, verb, of := cmp.Or(w.Channel, "a channel of its own"), "receive from", fmt.Sprintf("%d of %d messages", w.Fill, w.Capacity)
	switch {
	case w.Writes:
		if verb = "send to"; w.Fill < 0 {
			of = "it is full"
		}
	case w.Fill < 0:
		of = "no message is there"
	}
	if w.Fill >= 0 && w.Capacity == 0 {
		of = "a rendezvous"
		if !w.Writes {
			of += ", no sender is there"
		} else {
			of += ", no receiver is there"
		}
	}
	return fmt.Sprintf("%s waits to %s %s (%s)", w.Stage, verb, channel, of)
}

// wayOut says what would help.
func (e *DeadlockError) wayOut(runs []*Run) string {
	full, own := "", ""
	if len(e.Named) > 0 {
		hint := "another program may let them, by the name " + strings.Join(e.Named, " or ")
		if slices.ContainsFunc(e.Waits, func(w Wait) bool { return w.Verb == "open" }) && len(e.Named) > 1 {
			hint += "; let all open their FIFOs in the same order"
		}
		return hint
	}
	if e.awaitsEnd() {
		return "let the script do first what the job waits for (read, write, close, unlock), and wait for the job's end then"
	}
	for i := range e.Waits {
		w := &e.Waits[i]
		if own == "" && w.Writes && w.Channel == "" && !w.Messages {
			own = cmp.Or(w.Program, w.Stage)
		}
		switch {
		case w.Holder == "":
			if w.Verb != "" {
				return "let somebody " + w.Verb + " it who does not wait, or wait no longer than a time: timeout = \"1s\""
			}
		case w.Holder == script && !slices.ContainsFunc(e.Waits, func(o Wait) bool { return o.Stage == script }):
			return "unlock it before the run, which the script waits for, or start(...) the run and unlock it then"
		default:
			if w.File {
				return "let all lock the files in the same order, or give up after a time and unlock what they hold: flock -w 1"
			}
			return "let all take their locks in the same order, or give up after a time and unlock what they hold: m:lock{timeout = \"1s\"}"
		}
		if !w.Writes || w.Channel == "" {
			continue
		}
		if w.Messages && e.alone(w) {
			return fmt.Sprintf("let a stage receive from %s, or start(...) the run and receive in the script", w.Channel)
		}
		if w.Messages {
			return fmt.Sprintf("let one of them receive before it sends, give %s room for more (slots=, max=), or let sends give up after a time: %s:send(m, {timeout = \"1s\"})", w.Channel, w.Channel)
		}
		if reader, other := e.readsElsewhere(runs, w.Channel); reader != "" {
			return fmt.Sprintf("let %s read %s and %s at the same time, %s", reader, other, w.Channel, moreRoom(w.Channel))
		}
		if full == "" {
			full = w.Channel
		}
	}
	if full != "" {
		return "let its reader read before it writes more, " + moreRoom(full)
	}
	if own != "" {
		return "let " + own + " read while it writes, in a thread or by poll(2), as communicate() of Python's subprocess does"
	}
	for i := range e.Waits {
		if w := &e.Waits[i]; w.Messages {
			return "let one of them send first, or have those that send no more close what they hold (" + cmp.Or(w.Channel, "q") + ":close()): a receiver sees the end when the last that might send has left"
		}
	}
	if !slices.ContainsFunc(e.Waits, func(w Wait) bool { return w.Channel != "" }) {
		return "let one of them write first, or close what it does not write to: a reader sees the end when the last that could write has left"
	}
	return "let one of them write first (loop(t, {seed=...})), or close what it does not write to: a reader sees the end of a pipe when the last that could write to it has left"
}

func moreRoom(channel string) string {
	return fmt.Sprintf("give %s a larger buffer (pipe{capacity=\"8M\"}), or let it keep on disk what is not read yet (:spill())", channel)
}

// readsElsewhere finds a reader of a channel that waits for another one.
func (e *DeadlockError) readsElsewhere(runs []*Run, channel string) (reader, other string) {
	for _, r := range runs {
		for _, end := range r.plan.Topology.Ends {
			if end.Channel != channel || end.Mode.Writes() {
				continue
			}
			for i := range e.Waits {
				if w := &e.Waits[i]; w.Stage == cmp.Or(end.Stage, script) && !w.Writes && w.Channel != channel && w.Channel != "" {
					return w.Stage, w.Channel
				}
			}
		}
	}
	return "", ""
}

// alone reports whether no other wait is one at a channel of messages, or for a lock.
func (e *DeadlockError) alone(w *Wait) bool {
	return !slices.ContainsFunc(e.Waits, func(o Wait) bool { return o != *w && (o.Messages || o.Holder != "" || o.Verb != "") })
}

// awaitsEnd reports whether the script waits for a job that waits for it.
func (e *DeadlockError) awaitsEnd() bool {
	return slices.ContainsFunc(e.Waits, func(w Wait) bool { return w.Verb == "end" })
}

package runtime

import (
	"cmp"
	"fmt"
	"strings"
)

// Wait is a wait of a stage, for good. Each kind of wait is a type of its own, which says
// for what the stage waits, and what would help.
type Wait interface {
	fmt.Stringer
	Party() string // the stage that waits, or the script
	// hint is the way out, where this wait alone tells it.
	hint(e *DeadlockError, runs []*watchedRun) string
}

// waiter is who waits.
type waiter struct {
	stage   string // or the script
	program string // the process that waits, where the stage has started it
}

func (w waiter) Party() string { return w.stage }

func (w waiter) String() string {
	if w.program != "" {
		return w.program + " in " + w.stage
	}
	return w.stage
}

// pipeWait is a wait at a pipe, a FIFO or a socket.
type pipeWait struct {
	waiter
	channel  string // empty where a stage made it for itself
	peer     string // who has its other side then
	writes   bool   // the stage waits for room, else for data
	socket   bool   // fill and capacity are not known
	pending  bool   // it is a connection that its peer has not accepted
	fill     int    // bytes in the channel
	capacity int    // bytes that it takes
}

func (w *pipeWait) String() string {
	if w.pending && w.peer != "" {
		return fmt.Sprintf("%v waits for %s to accept its connection", w.waiter, w.peer)
	}
	verb, state := "read from", "is empty"
	switch {
	case w.writes:
		verb, state = "write to", "is full"
	case w.fill > 0:
		state = "brings nothing new"
	}
	text := fmt.Sprintf("%v waits to %s %s, which %s", w.waiter, verb, cmp.Or(w.channel, w.own()), state)
	if w.socket {
		return text
	}
	return fmt.Sprintf("%s (%d of %d bytes)", text, w.fill, w.capacity)
}

// own is what a channel without a name is called.
func (w *pipeWait) own() string {
	kind := "a pipe"
	if w.socket {
		kind = "a socket"
	}
	switch {
	case w.peer == "":
		return kind + " of its own"
	case w.writes:
		return kind + " to " + w.peer
	}
	return kind + " from " + w.peer
}

func (w *pipeWait) hint(e *DeadlockError, runs []*watchedRun) string {
	if w.pending && w.peer != "" {
		return "let " + w.peer + " read or write its end of the connection first: it accepts then"
	}
	if !w.writes || w.channel == "" {
		return ""
	}
	if reader, other := e.readsElsewhere(runs, w.channel); reader != "" {
		return fmt.Sprintf("let %s read %s and %s at the same time, %s", reader, other, w.channel, moreRoom(w.channel))
	}
	return ""
}

// messageWait is a wait at a channel of messages. Of one that a relay has, fill is not
// known: -1.
type messageWait struct {
	waiter
	channel        string // empty where a stage made it for itself
	writes         bool
	fill, capacity int // messages
}

func (w *messageWait) String() string {
	verb := "receive from"
	if w.writes {
		verb = "send to"
	}
	return fmt.Sprintf("%v waits to %s %s (%s)", w.waiter, verb, cmp.Or(w.channel, "a channel of its own"), w.state())
}

// state is what is in the channel.
func (w *messageWait) state() string {
	switch {
	case w.fill >= 0 && w.capacity > 0:
		return fmt.Sprintf("%d of %d messages", w.fill, w.capacity)
	case w.fill >= 0 && w.writes:
		return "a rendezvous, no receiver is there"
	case w.fill >= 0:
		return "a rendezvous, no sender is there"
	case w.writes:
		return "it is full"
	}
	return "no message is there"
}

func (w *messageWait) hint(e *DeadlockError, _ []*watchedRun) string {
	switch {
	case !w.writes || w.channel == "":
		return ""
	case strings.HasSuffix(w.channel, "'s mailbox"): // only whose it is receives from it
		return "let whoever has the mailbox call self():receive() first, or let sends give up after a time: send(m, " +
			"{timeout = \"1s\"})"
	case e.pipesAlone(w):
		return fmt.Sprintf("let a stage receive from %s, or start(...) the run and receive in the script", w.channel)
	}
	return fmt.Sprintf("let one of them receive before it sends, give %s room for more (slots=, max=), "+
		"or let sends give up after a time: %s:send(m, {timeout = \"1s\"})", w.channel, w.channel)
}

// lockWait is a wait for a lock that somebody holds.
type lockWait struct {
	waiter
	lock   string
	holder string // a stage, a program in one, or the script
	file   bool   // it is the lock of a file
}

func (w *lockWait) String() string {
	if w.holder == w.waiter.String() {
		return fmt.Sprintf("%v waits for %s, which it holds itself", w.waiter, w.lock)
	}
	return fmt.Sprintf("%v waits for %s, which %s holds", w.waiter, w.lock, w.holder)
}

func (w *lockWait) hint(e *DeadlockError, _ []*watchedRun) string {
	switch {
	case w.holder == script && !e.involves(script):
		return "unlock it before the run, which the script waits for, or start(...) the run and unlock it then"
	case w.file:
		return "let all lock the files in the same order, or give up after a time and unlock what they hold: flock -w 1"
	}
	return "let all take their locks in the same order, or give up after a time and unlock what they hold: " +
		"m:lock{timeout = \"1s\"}"
}

// callWait is a wait for another party to do something: to post, signal, set, or come.
type callWait struct {
	waiter
	object, verb string
}

func (w *callWait) String() string {
	return fmt.Sprintf("%v waits for %s, and nobody goes on who could %s it", w.waiter, w.object, w.verb)
}

func (w *callWait) hint(*DeadlockError, []*watchedRun) string {
	return "let somebody " + w.verb + " it who does not wait, or wait no longer than a time: timeout = \"1s\""
}

// endWait is the script's wait for the end of a job.
type endWait struct {
	waiter
	job string
}

func (w *endWait) String() string {
	return fmt.Sprintf("%v waits for the end of %s", w.waiter, w.job)
}

func (w *endWait) hint(*DeadlockError, []*watchedRun) string { return "" } // the error's own

// readyWait is that of a stage which is not started before others are ready.
type readyWait struct {
	waiter
	stages []string
}

func (w *readyWait) String() string {
	return fmt.Sprintf("%v is not started before %s is ready", w.waiter, strings.Join(w.stages, " and "))
}

func (w *readyWait) hint(*DeadlockError, []*watchedRun) string {
	return "let " + w.stages[0] + " be ready before it waits for what only a stage behind it, or the script, could do"
}

// openWait is a wait in open(2) for somebody to open a FIFO's other side.
type openWait struct {
	waiter
	path   string
	writes bool
}

func (w *openWait) String() string {
	return fmt.Sprintf("%v waits to open %s for %s, which nobody has open for %s",
		w.waiter, w.path, sideVerb(w.writes), sideVerb(!w.writes))
}

func (w *openWait) hint(*DeadlockError, []*watchedRun) string { return "" } // as endWait's

// sideVerb is what one does at a side of a FIFO.
func sideVerb(writes bool) string {
	if writes {
		return "writing"
	}
	return "reading"
}

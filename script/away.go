package script

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"weir/ipc"
)

// why says for what a state waits that has let go of an end of a liveness pipe for a while. It
// is a place in the range of one end.
type why int64

const (
	briefly why = iota // for a time: it may send, or receive, at any moment
	here               // without a limit, to do at this channel what the end that it keeps is for
	asking             // for a time, to receive from this channel, to which it has never sent
	_
	firstRun // from here on: for the end of the run that has the number, which is even
)

// output is what is added to a run's number by who waits for a line of its output.
const output why = 1

// outputAfter is how long a stage waits before it takes it that whoever waits for the run's output is
// not about to go on with what the stage has written last.
//
// There is no exact rule. What the stage has written may lie in the pipe, in a filter behind it that works
// or sleeps, or in the script's own reader; and the script goes on, and may send, once a whole line has come.
// FIONREAD shows the first alone. That all of these sleep with nothing to read is known to who looks for
// deadlocks, by /proc and two looks; a line that a program between holds until its input ends still shows
// nowhere. So it is a time: longer than a line needs on a busy machine, and paid once by a stage whose
// producers have left while the script reads its output.
const outputAfter = 100 * time.Millisecond

// awaySpan is how many places one end has.
const awaySpan why = 1 << 61

// newRun numbers a run; no other on this machine has the number.
func newRun() why { return firstRun + 2*why(rand.Int64N(int64(awaySpan/2-firstRun))) }

// excused are the reasons of others that do not keep a wait as w says, within runs, from its end: who
// waits for a run does nothing before its stages have ended. Those that wait here are excused by who
// waits without a limit. Who waits for a time assumes, once others have sent, that those who only
// receive go on with that: else several who ask again and again would never see the end.
func (w wait) excused(runs []why, began time.Time, sent bool) (list []why) {
	switch {
	case !w.limited:
		list = append(list, here)
	case sent:
		list = append(list, here, asking)
	}
	long := time.Since(began) >= outputAfter
	for _, run := range runs {
		if list = append(list, run); long {
			list = append(list, run+output)
		}
	}
	return list
}

// within gives the runs in which the stages of a run are: that one, and those of its starter.
func (ws *waits) within(run why) []why {
	list := append(slices.Clone(ws.runs), run)
	slices.Sort(list)
	return list
}

// writeRuns and readRuns have runs travel with a function.
func writeRuns(runs []why) string { return strings.Trim(fmt.Sprint(runs), "[]") }

func readRuns(text string) (runs []why) {
	for _, field := range strings.Fields(text) {
		var run why
		if _, err := fmt.Sscan(field, &run); err == nil {
			runs = append(runs, run)
		}
	}
	return runs
}

func otherMode(mode ipc.Mode) ipc.Mode {
	if mode.Writes() {
		return ipc.Read
	}
	return ipc.Write
}

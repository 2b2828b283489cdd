package script

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"weir/ipc"
)

// why says for what a state waits that has let go of an end of a liveness pipe for a while. It
// is a place in the range of one end.
type why int64

const (
	briefly  why = iota // for a time: it may send, or receive, at any moment
	here                // without a limit, to do at this channel what the end that it keeps is for
	firstRun            // from here on: for the end of the run that has the number
)

// awaySpan is how many places one end has.
const awaySpan why = 1 << 61

// newRun numbers a run; no other on this machine has the number.
func newRun() why { return firstRun + why(rand.Int64N(int64(awaySpan-firstRun))) }

// excused are the reasons of others that do not keep a wait from its end: who waits for a run
// in which this state is does nothing before this state has ended. Who waits for a time does not
// excuse those that wait here.
func (ws *waits) excused(w wait) []why {
	if w.limited {
		return ws.runs
	}
	return append([]why{here}, ws.runs...)
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

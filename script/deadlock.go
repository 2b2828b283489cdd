package script

import (
	"fmt"
	"os"

	"weir/runtime"
	"weir/runtime/cells"
	"weir/runtime/watch"
	"weir/script/problem"
)

// onDeadlock is what deadlock= may say.
var onDeadlock = map[string]runtime.OnDeadlock{"stop": runtime.DeadlockStop, "report": runtime.DeadlockReport,
	"off": runtime.DeadlockOff}

// deadlockProblem stands at the first stage that cannot go on.
func (r *started) deadlockProblem(e *runtime.DeadlockError) *problem.Error {
	p := problem.New(r.at, "%s", e.Message()).Hinted("%s", e.Hint)
	for _, w := range e.Waits {
		if at, known := r.lo.top.places[w.Party()]; known && at.Chunk != "" {
			p.At = at
			p.Pointing(r.lo.top.word(w.Party()))
			break
		}
	}
	p.Why = runtime.WhyDeadlock
	return p
}

// tellDeadlock is for a run that goes on. It is called while the script runs.
func (r *started) tellDeadlock(e *runtime.DeadlockError) {
	fmt.Fprintln(r.vm.notices, "weir:", r.deadlockProblem(e).Error())
}

// tellInput says which stage of a capture waits for the terminal: nothing feeds it, and
// it reads the script's input.
func (r *started) tellInput() {
	for _, s := range r.run.Running() {
		if watch.Reads(s.PID, os.Stdin) {
			fmt.Fprintf(r.vm.notices, "weir: %s reads the script's input, the terminal: Ctrl-D ends it\n",
				cells.Harmless(s.Name, true))
			return
		}
	}
}

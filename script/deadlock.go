package script

import (
	"fmt"
	"io"
	"os"

	"weir/runtime"
	"weir/runtime/cells"
	"weir/runtime/watch"
)

// onDeadlock is what deadlock= may say.
var onDeadlock = map[string]runtime.OnDeadlock{"stop": runtime.DeadlockStop, "report": runtime.DeadlockReport, "off": runtime.DeadlockOff}

// deadlockProblem stands at the first stage that cannot go on.
func (r *started) deadlockProblem(e *runtime.DeadlockError) *problem {
	p := problemf(r.at, "%s", e.Message()).hinted("%s", e.Hint)
	for _, w := range e.Waits {
		if at, known := r.lo.places[w.Stage]; known && at.chunk != "" {
			p.at = at
			p.pointing(r.lo.word(w.Stage))
			break
		}
	}
	p.why = runtime.WhyDeadlock
	return p
}

// tellDeadlock is for a run that goes on. It is called while the script runs.
func (r *started) tellDeadlock(e *runtime.DeadlockError) {
	fmt.Fprintln(r.vm.notices, "weir:", r.deadlockProblem(e).Error())
}

// tellUnmet says, while it waits, that a FIFO's other side is missing. What a job says
// stands where its output does.
func (vm *VM) tellUnmet(e *runtime.UnmetError, how place) {
	errs := io.Writer(vm.notices)
	if how == background && vm.opts.JobOutput != nil {
		errs = vm.opts.JobOutput
	}
	fmt.Fprintln(errs, "weir:", cells.Harmless(e.Error(), true))
}

// tellInput says which stage of a capture waits for the terminal: nothing feeds it, and
// it reads the script's input.
func (r *started) tellInput() {
	for _, s := range r.run.Running() {
		if watch.Reads(s.PID, os.Stdin) {
			fmt.Fprintf(r.vm.notices, "weir: %s reads the script's input, the terminal: Ctrl-D ends it\n", cells.Harmless(s.Name, true))
			return
		}
	}
}

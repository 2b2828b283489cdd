package script

import (
	"fmt"
	"strings"
	"sync"

	"weir/runtime"
	"weir/runtime/sample"
	"weir/script/problem"
)

// whereabouts is what the stages of a run did when weir ended it: the answer to why it took
// so long.
type whereabouts struct {
	mu    sync.Mutex
	lines []string
}

// mostWhere is how many stages an error speaks of.
const mostWhere = 6

// stopping looks where everybody is, before the first signal.
func (r *started) stopping(run *runtime.Run, why string) {
	if why == runtime.WhyDeadlock {
		return // which says it by itself
	}
	r.where.set(sample.Where(run))
}

// set takes what was seen, unless more was seen before.
func (w *whereabouts) set(lines []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lines) == 0 {
		w.lines = lines
	}
}

// interrupted is the error of a run that ended because the script is to end.
func (r *started) interrupted() *problem.Error {
	p := interruptedAt(r.at)
	p.Where = r.where.text()
	return p
}

// text is what an error says of it; empty where nothing was seen.
func (w *whereabouts) text() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	lines := w.lines
	if over := len(lines) - mostWhere; over > 0 {
		lines = append(lines[:mostWhere:mostWhere], fmt.Sprintf("and %d more", over))
	}
	return strings.Join(lines, "; ")
}

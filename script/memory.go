package script

import (
	"os"
	goruntime "runtime"
	"runtime/debug"
	"time"

	"weir/runtime/signals"
	"weir/script/problem"
)

// memoryLook is the time between two looks at how much a stage uses.
const memoryLook = 20 * time.Millisecond

// stageLimits are those of a Lua stage, which sees to them itself.
type stageLimits struct {
	over   func(p *problem.Error) // ends the stage; nil in a state that is no stage
	memory int64                  // in bytes; 0 is none
}

// setTime ends a Lua stage that the system tells with SIGXCPU that it has used up its
// processor time. Go's runtime takes no notice of that signal, and the SIGKILL that
// comes a second later leaves no word.
func (l *stageLimits) setTime(limit time.Duration) {
	if limit <= 0 || l.over == nil {
		return
	}
	over := make(chan os.Signal, 1)
	signals.NotifyOutOfTime(over)
	go func() {
		<-over
		l.over(problem.New(problem.Origin{}, "it needs more processor time than its limit of %s", formatDuration(limit)))
	}()
}

// setMemory ends a Lua stage that comes to use more than limit bytes; 0 is no
// limit. A limit of the system's would end it in the middle of Go's own work,
// without a word that says why.
func (l *stageLimits) setMemory(limit int64) {
	if limit <= 0 || l.over == nil {
		return
	}
	l.memory = limit
	debug.SetMemoryLimit(limit)
	go func() {
		var use goruntime.MemStats // runtime/metrics takes a tenth of a millisecond from each start of weir
		for range time.Tick(memoryLook) {
			if goruntime.ReadMemStats(&use); use.HeapAlloc > uint64(limit) {
				l.over(problem.New(problem.Origin{}, "it needs more memory than its limit of %d bytes", limit))
			}
		}
	}()
}

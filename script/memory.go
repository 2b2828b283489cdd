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

// limitTime ends a Lua stage that the system tells with SIGXCPU that it has used up its
// processor time. Go's runtime takes no notice of that signal, and the SIGKILL that
// comes a second later leaves no word.
func (vm *VM) limitTime(limit time.Duration) {
	if limit <= 0 || vm.overLimit == nil {
		return
	}
	over := make(chan os.Signal, 1)
	signals.NotifyOutOfTime(over)
	go func() {
		<-over
		vm.overLimit(problem.New(problem.Origin{}, "it needs more processor time than its limit of %s", formatDuration(limit)))
	}()
}

// limitMemory ends a Lua stage that comes to use more than limit bytes; 0 is no
// limit. A limit of the system's would end it in the middle of Go's own work,
// without a word that says why.
func (vm *VM) limitMemory(limit int64) {
	if limit <= 0 || vm.overLimit == nil {
		return
	}
	vm.memoryLimit = limit
	debug.SetMemoryLimit(limit)
	go func() {
		var use goruntime.MemStats // runtime/metrics takes a tenth of a millisecond from each start of weir
		for range time.Tick(memoryLook) {
			if goruntime.ReadMemStats(&use); use.HeapAlloc > uint64(limit) {
				vm.overLimit(problem.New(problem.Origin{}, "it needs more memory than its limit of %d bytes", limit))
			}
		}
	}()
}

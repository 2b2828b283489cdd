package script

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// memoryLook is the time between two looks at how much a stage uses.
const memoryLook = 20 * time.Millisecond

// limitMemory ends a Lua stage that comes to use more than limit bytes; 0 is no
// limit. A limit of the system's would end it in the middle of Go's own work,
// without a word that says why.
func (vm *VM) limitMemory(limit int64) {
	if limit <= 0 || vm.overMemory == nil {
		return
	}
	vm.memoryLimit = limit
	debug.SetMemoryLimit(limit)
	go func() {
		use := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for range time.Tick(memoryLook) {
			if metrics.Read(use); use[0].Value.Uint64() > uint64(limit) {
				vm.overMemory(problemf(origin{}, "it needs more memory than its limit of %d bytes", limit))
			}
		}
	}()
}

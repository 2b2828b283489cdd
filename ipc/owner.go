package ipc

import (
	"os"
	"sync"
)

// processID identifies a process, even if another gets its number later.
type processID struct {
	pid   uint32
	start uint64 // as StartOf has it
}

var self = sync.OnceValue(func() processID {
	pid := os.Getpid()
	return processID{uint32(pid), StartOf(pid)}
})

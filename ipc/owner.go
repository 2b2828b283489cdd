package ipc

import (
	"os"
	"sync"
)

// processID is a process, whatever becomes of its number: the number, and the
// time at which it started.
type processID struct {
	pid   uint32
	start uint64 // as StartOf has it
}

var self = sync.OnceValue(func() processID {
	pid := os.Getpid()
	return processID{uint32(pid), StartOf(pid)}
})

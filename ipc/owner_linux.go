package ipc

import (
	"bytes"
	"os"
	"strconv"
	"sync"
)

// processID is a process, whatever becomes of its number: the number, and the
// time at which it started.
type processID struct {
	pid   uint32
	start uint64 // clock ticks since the system started, /proc/PID/stat field 22; 0 is not known
}

var self = sync.OnceValue(func() processID {
	pid := os.Getpid()
	start, _, _ := processStat(pid)
	return processID{uint32(pid), start}
})

// processStat reads when a process started, and its state. ok is false where
// there is no such process.
func processStat(pid int) (start uint64, state byte, ok bool) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, 0, false
	}
	// The name, in brackets, may hold anything.
	i := bytes.LastIndexByte(text, ')')
	if i < 0 {
		return 0, 0, false
	}
	fields := bytes.Fields(text[i+1:])
	if len(fields) < 20 {
		return 0, 0, false
	}
	start, err = strconv.ParseUint(string(fields[19]), 10, 64)
	return start, fields[0][0], err == nil
}

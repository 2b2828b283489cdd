package kernel

import (
	"bytes"
	"strconv"
)

// Call is the system call in which a task sleeps, as /proc/PID/task/TID/syscall has it:
// "0 0x3 0x7f..." is the number and the six arguments, then the stack and the instruction
// after it.
type Call struct {
	Number int
	Args   [6]uint64
	PC     uint64 // the instruction after it
}

// ParseCall gives false for a task that runs, or sleeps in no system call.
func ParseCall(text []byte) (c Call, ok bool) {
	fields := bytes.Fields(text)
	if len(fields) < 9 {
		return c, false
	}
	var err error
	if c.Number, err = strconv.Atoi(string(fields[0])); err != nil {
		return c, false
	}
	for i := range c.Args {
		if c.Args[i], err = strconv.ParseUint(string(fields[i+1]), 0, 64); err != nil {
			return c, false
		}
	}
	c.PC, err = strconv.ParseUint(string(fields[8]), 0, 64)
	return c, err == nil && c.Number >= 0
}

// FD is argument i, which is a descriptor.
func (c *Call) FD(i int) int { return int(int32(c.Args[i])) }

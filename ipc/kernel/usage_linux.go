package kernel

import (
	"os"
	"strconv"
	"time"
)

// Usage is what a process has used so far, of /proc/PID/stat and /proc/PID/io.
type Usage struct {
	CPU           time.Duration // of all its threads, and of the children that it has waited for
	RSS           int64         // resident memory, bytes
	Threads       int
	State         byte
	Ended         bool   // it has let go of its memory: only whoever may wait for it has something of it
	Read, Written int64  // bytes that went through read(2), write(2) and their like; splice(2) is not among them
	Counted       bool   // Read and Written are known
	Stack         uint64 // where its stack begins, which each execve(2) puts somewhere else

	// Written is of the children that it has waited for, too, and so is Read where it has several threads:
	// a child reads the program that it is.
}

// tick is the unit of times in /proc/PID/stat, which Linux has fixed for user space.
const tick = time.Second / 100

var pageSize = int64(os.Getpagesize())

// UsageOf reads it.
func UsageOf(pid int) (u Usage, err error) {
	_, fields, err := statFields(pid)
	if err != nil {
		return u, err
	}
	u.State = fields[0][0]
	for _, i := range []int{11, 12, 13, 14} {
		n, _ := strconv.ParseInt(string(fields[i]), 10, 64)
		u.CPU += time.Duration(n) * tick
	}
	u.Threads, _ = strconv.Atoi(string(fields[17]))
	pages, _ := strconv.ParseInt(string(fields[21]), 10, 64)
	u.RSS = pages * pageSize
	u.Ended = u.Threads <= 1 && string(fields[20]) == "0"
	u.Stack, _ = strconv.ParseUint(string(fields[25]), 10, 64)
	io, err := Read(Path(pid, "io"))
	switch {
	case Gone(err): // it has gone meanwhile
		return u, err
	case err != nil:
		return u, nil
	}
	u.Counted = true
	u.Written, _ = strconv.ParseInt(Field(io, "wchar:"), 10, 64)
	if u.Threads == 1 {
		if own, err := Read(Path(pid, "task/"+strconv.Itoa(pid)+"/io")); err == nil {
			io = own
		}
	}
	u.Read, _ = strconv.ParseInt(Field(io, "rchar:"), 10, 64)
	return u, nil
}

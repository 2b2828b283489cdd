package ipc

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// StartOf gives the time at which a process started, in clock ticks since the system
// did; 0 where it runs no more, or cannot be looked at. With the number it names one
// process of one start of the system.
func StartOf(pid int) uint64 {
	stat, err := readStat(pid)
	if err != nil || stat.dead() {
		return 0
	}
	return stat.start
}

// hasEnded reports whether the process ended that has the number, and of whose start the
// low 40 bits are known.
func hasEnded(pid int, start uint64) bool {
	stat, err := readStat(pid)
	if err != nil {
		return vanished(pid, err)
	}
	return stat.start&(1<<40-1) != start || stat.dead()
}

// processStat is what /proc/PID/stat says of a process, proc_pid_stat(5).
type processStat struct {
	state   byte   // field 3
	threads int    // field 20
	start   uint64 // field 22
}

func readStat(pid int) (processStat, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return processStat{}, err
	}
	// The name, in brackets, may hold anything.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 20 {
		return processStat{}, errors.New("/proc/PID/stat is cut off")
	}
	threads, err := strconv.Atoi(string(fields[17]))
	if err != nil {
		return processStat{}, err
	}
	start, err := strconv.ParseUint(string(fields[19]), 10, 64)
	return processStat{fields[0][0], threads, start}, err
}

// dead reports whether no thread of a process runs any more. One that is stopped
// is not dead, nor is one whose first thread has ended before others.
func (s processStat) dead() bool {
	return s.state == 'X' || s.state == 'Z' && s.threads <= 1
}

// vanished reports whether an error of readStat means that there is no such
// process. That this one cannot look, having no descriptor left, means nothing.
func vanished(pid int, err error) bool {
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ESRCH) {
		return false
	}
	return unix.Kill(pid, 0) == unix.ESRCH // /proc may be missing, or hide others' processes
}

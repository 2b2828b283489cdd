package kernel

import (
	"bytes"
	"errors"
	"strconv"

	"golang.org/x/sys/unix"
)

// Stat is what /proc/PID/stat says of a process, proc_pid_stat(5).
type Stat struct {
	Name    string // of its program, as comm has it
	State   byte
	Parent  int
	Flags   uint64 // PF_* of linux/sched.h
	Threads int
	Start   uint64 // clock ticks since the system started
}

// exiting is PF_EXITING of linux/sched.h, which a process has before exit(2) closes its
// descriptors.
const exiting = 0x4

// StatOf reads it.
func StatOf(pid int) (Stat, error) {
	name, fields, err := statFields(pid)
	if err != nil {
		return Stat{}, err
	}
	parent, err1 := strconv.Atoi(string(fields[1]))
	flags, err2 := strconv.ParseUint(string(fields[6]), 10, 64)
	threads, err3 := strconv.Atoi(string(fields[17]))
	start, err4 := strconv.ParseUint(string(fields[19]), 10, 64)
	s := Stat{string(name), fields[0][0], parent, flags, threads, start}
	return s, errors.Join(err1, err2, err3, err4)
}

// statFields reads /proc/PID/stat: the name, which may hold anything, and at least the 26
// fields from the state on.
func statFields(pid int) (name []byte, fields [][]byte, err error) {
	text, err := Read(Path(pid, "stat"))
	if err != nil {
		return nil, nil, err
	}
	open, shut := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	fields = bytes.Fields(text[shut+1:])
	if len(fields) < 26 || open < 0 {
		return nil, nil, errors.New("/proc/PID/stat is cut off")
	}
	return text[open+1 : shut], fields, nil
}

// Dead reports whether no thread of the process runs any more. One that is stopped
// is not dead, nor is one whose first thread has ended before others.
func (s Stat) Dead() bool { return s.State == 'X' || s.State == 'Z' && s.Threads <= 1 }

// Ending reports whether the process has ended or is about to.
func (s Stat) Ending() bool { return s.State == 'Z' || s.State == 'X' || s.Flags&exiting != 0 }

// Stopped reports whether a signal has stopped the process, or a tracer.
func (s Stat) Stopped() bool { return s.State == 'T' || s.State == 't' }

// Field gives the first word after a name at the beginning of a line, as in
// proc_pid_status(5).
func Field(text []byte, name string) string {
	for line := range bytes.Lines(text) {
		if rest, ok := bytes.CutPrefix(line, []byte(name)); ok {
			if words := bytes.Fields(rest); len(words) > 0 {
				return string(words[0])
			}
		}
	}
	return ""
}

// Program is the name of the program that a process runs, proc_pid_comm(5).
func Program(pid int) string {
	name, _ := Read(Path(pid, "comm"))
	return string(bytes.TrimSpace(name))
}

// SameProgram reports whether a process runs the program of this one.
func SameProgram(pid int) bool {
	var theirs, own unix.Stat_t
	return unix.Stat(Path(pid, "exe"), &theirs) == nil && unix.Stat("/proc/self/exe", &own) == nil &&
		theirs.Dev == own.Dev && theirs.Ino == own.Ino
}

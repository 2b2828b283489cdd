package watch

import (
	"bytes"
	"strconv"

	"golang.org/x/sys/unix"
)

// exiting is PF_EXITING of linux/sched.h, which a process has before exit(2) closes its
// descriptors.
const exiting = 0x4

// Ending reports whether a process has ended or is about to. Of one that has closed its
// end of a channel by exit(2) it is true.
func Ending(pid int) bool {
	stat, err := readAll("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return unix.Kill(pid, 0) == unix.ESRCH
	}
	// proc_pid_stat(5): pid (comm) state ppid pgrp session tty_nr tpgid flags
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 7 {
		return false
	}
	flags, err := strconv.ParseUint(string(fields[6]), 10, 64)
	return fields[0][0] == 'Z' || fields[0][0] == 'X' || err == nil && flags&exiting != 0
}

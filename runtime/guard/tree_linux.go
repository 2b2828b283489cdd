package guard

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// process is one that may be signalled later: its number alone may have been
// given to another by then.
type process struct {
	pid  int
	born string // start time, field 22 of proc(5)'s stat
}

// killTree sends a signal to a stage and all that it started. What the first
// call found gets the later ones too, when the stage itself has gone. mu is held.
func (g *guard) killTree(c guardChild, sig syscall.Signal) {
	for pid, child := range g.children {
		if child == c {
			g.trees[c] = append(g.trees[c], descendants(pid)...)
		}
	}
	for _, p := range g.trees[c] {
		_ = p.kill(sig)
	}
}

// kill sends a signal, unless the number is another's by now.
func (p process) kill(sig syscall.Signal) error {
	if now, _ := statOf(p.pid); now != p.born {
		return syscall.ESRCH
	}
	return syscall.Kill(p.pid, sig)
}

// descendants gives a process and everything below it.
func descendants(root int) []process {
	parents := map[int]int{}
	born := map[int]string{}
	for _, pid := range processNumbers() {
		born[pid], parents[pid] = statOf(pid)
	}
	var list []process
	for pid := range parents {
		for p, depth := pid, 0; p > 1 && depth < 1000; p, depth = parents[p], depth+1 {
			if p == root {
				list = append(list, process{pid, born[pid]})
				break
			}
		}
	}
	return list
}

// processNumbers lists all processes that this one sees.
func processNumbers() []int {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	var list []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			list = append(list, pid)
		}
	}
	return list
}

// statOf reads a process's start time and parent.
func statOf(pid int) (born string, parent int) {
	fields := statFields(pid)
	if len(fields) < 20 {
		return "", 0
	}
	parent, _ = strconv.Atoi(string(fields[1]))
	return string(fields[19]), parent
}

// statFields reads /proc/PID/stat from the state on, proc_pid_stat(5); none of a process
// that is gone.
func statFields(pid int) [][]byte {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil
	}
	return bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
}

// Stopped reports whether a process is stopped, by a signal or a tracer.
func Stopped(pid int) bool {
	fields := statFields(pid)
	return len(fields) > 0 && bytes.EqualFold(fields[0], []byte("T"))
}

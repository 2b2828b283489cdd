package guard

import (
	"syscall"

	"weir/ipc/kernel"
)

// process is one that may be signalled later, when its number alone may be another's.
type process struct {
	pid  int
	born uint64 // as kernel.Stat has it
}

// killTree sends a signal to a stage and all that it started. The processes that one call
// finds get the signals of later calls too, when the stage itself has gone; mu is held.
func (g *guard) killTree(c guardChild, sig syscall.Signal) {
	for pid, child := range g.children {
		if child == c {
			below, _ := descendants(pid)
			g.trees[c] = append(g.trees[c], below...)
		}
	}
	for _, p := range g.trees[c] {
		_ = p.kill(sig)
	}
}

// kill sends a signal, unless the process has ended or the number is another's by now (ESRCH).
// One that has ended and is not waited for yet keeps its label, and would be found for ever.
func (p process) kill(sig syscall.Signal) error {
	switch now, err := kernel.StatOf(p.pid); {
	case err != nil && !kernel.Gone(err):
		return err
	case err != nil || now.Start != p.born || now.Dead():
		return syscall.ESRCH
	}
	return syscall.Kill(p.pid, sig)
}

// descendants lists a process and all below it. After an error there may be more.
func descendants(root int) (list []process, err error) {
	stats := map[int]kernel.Stat{}
	all, err := kernel.Processes()
	for _, pid := range all {
		stat, hidden := kernel.StatOf(pid)
		if hidden != nil {
			if !kernel.Gone(hidden) {
				err = hidden
			}
			continue
		}
		stats[pid] = stat
	}
	for pid, stat := range stats {
		for p, depth := pid, 0; p > 1 && depth < 1000; p, depth = stats[p].Parent, depth+1 {
			if p == root {
				list = append(list, process{pid, stat.Start})
				break
			}
		}
	}
	return list, err
}

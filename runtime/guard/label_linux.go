package guard

import (
	"hash/fnv"

	"golang.org/x/sys/unix"
)

// lockLimit is RLIMIT_LOCKS of getrlimit(2), on which Linux puts no bound since 2.4.25. Every
// process has it from its parent, whatever it does to its environment, session and group. So
// all that a guard starts is labelled by it: the hard limit is the guard's, the soft one is
// the number of the run.
const lockLimit = 10

// labelOf is the hard limit of a guard with that mark. It is far above any that is meant.
func labelOf(mark string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(mark))
	return h.Sum64()>>2 | 1<<62
}

// label has what is started from now on be known as this run's. A guard below another, and
// one whose limit was lowered by somebody else, can give no label of its own.
func (g *guard) label(run uint64) {
	if g.labelled == run {
		return
	}
	var has unix.Rlimit
	if unix.Prlimit(0, lockLimit, nil, &has) == nil && (has.Max == unix.RLIM_INFINITY || has.Max == labelOf(g.mark)) {
		_ = unix.Prlimit(0, lockLimit, &unix.Rlimit{Cur: run, Max: labelOf(g.mark)}, nil)
	}
	g.labelled = run
}

// labelledBy gives the run of the guard with that mark as whose a process is labelled.
func labelledBy(mark string, pid int) (run uint64, ok bool) {
	var has unix.Rlimit
	err := unix.Prlimit(pid, lockLimit, nil, &has)
	return has.Cur, err == nil && has.Max == labelOf(mark)
}

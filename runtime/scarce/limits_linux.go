package scarce

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// limit gives a soft limit of getrlimit(2), and false where there is none.
func limit(resource int) (uint64, bool) {
	var l unix.Rlimit
	if unix.Getrlimit(resource, &l) != nil || l.Cur == unix.RLIM_INFINITY {
		return 0, false
	}
	return l.Cur, true
}

func files() string {
	n, _ := limit(unix.RLIMIT_NOFILE)
	return fmt.Sprintf("this process may have %d: raise the limit with `ulimit -n`", n)
}

func processes() string {
	if n, ok := limit(unix.RLIMIT_NPROC); ok {
		return fmt.Sprintf("this user may have %d processes and threads (`ulimit -u`), a container fewer (pids.max): "+
			"raise the limit, or end some", n)
	}
	return "the system or the container allows no more processes and threads (pids.max): raise the limit, or end some"
}

func memory() string {
	if n, ok := limit(unix.RLIMIT_AS); ok {
		return fmt.Sprintf("this process may have %d KiB: raise the limit with `ulimit -v`", n>>10)
	}
	return "the system or the container has no more to give"
}

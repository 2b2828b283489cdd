package scarce

import (
	"bytes"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strconv"

	"golang.org/x/sys/unix"

	"weir/ipc/kernel"
)

const (
	arena     = 64 << 20 // the heap grows by as much at a time
	leastRoom = 16 << 20 // what a limit is taken to leave
)

// heapLimit is what Go's heap may come to: what RLIMIT_AS leaves beside all that this
// process has already, and what the control group may have; 0 is no limit. A part is
// kept back for what is no heap, and for holes.
func heapLimit() (most uint64) {
	if space, ok := limit(unix.RLIMIT_AS); ok {
		var use goruntime.MemStats
		goruntime.ReadMemStats(&use)
		others := addressSpace() - min(use.HeapSys, addressSpace())
		most = max(space-min(others, space), 1<<20)
	}
	if group := groupLimit(); group > 0 && (most == 0 || group < most) {
		most = group
	}
	if most == 0 {
		return 0
	}
	return max(most-most/8, leastRoom+arena) - arena
}

// addressSpace is the size of this process, proc_pid_statm(5).
func addressSpace() uint64 {
	data, _ := kernel.Read("/proc/self/statm")
	pages, _, _ := bytes.Cut(data, []byte(" "))
	n, _ := strconv.ParseUint(string(pages), 10, 64)
	return n * uint64(os.Getpagesize())
}

// groupLimit is the least memory.max of this process's control group and those around
// it, version 2; 0 is none, or not known.
func groupLimit() (most uint64) {
	data, _ := kernel.Read("/proc/self/cgroup")
	_, path, found := bytes.Cut(data, []byte("0::"))
	if !found {
		return 0
	}
	path, _, _ = bytes.Cut(path, []byte("\n"))
	for folder := filepath.Clean("/" + string(path)); ; folder = filepath.Dir(folder) {
		text, _ := os.ReadFile(filepath.Join("/sys/fs/cgroup", folder, "memory.max"))
		n, _ := strconv.ParseUint(string(bytes.TrimSpace(text)), 10, 64) // "max" is none
		if n > 0 && (most == 0 || n < most) {
			most = n
		}
		if folder == "/" {
			return most
		}
	}
}

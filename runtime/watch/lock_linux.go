package watch

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/kernel"
)

// published reads the wait without a limit that a process of weir's has published, and its tasks: several where
// it waits for the first of several. ok is false where it has none, and where more goes on in it than that wait:
// then it is judged by its calls, as all others are. Its guard is no party: the processes that it has started
// are the process's own.
func (p *process) published() (tasks []task, ok bool) {
	if len(p.threads) < 2 {
		return nil, false
	}
	maps, err := readAll("/proc/" + strconv.Itoa(p.pid) + "/maps")
	if err != nil {
		return nil, false
	}
	list := ipc.WaitsOf(p.pid, maps)
	for i := range list {
		t, waits := taskOf(p.pid, maps, &list[i])
		if !waits || list[i].Party != list[0].Party {
			return nil, false
		}
		tasks = append(tasks, t)
	}
	if len(tasks) > 0 {
		p.children = p.pastGuard()
	}
	return tasks, len(tasks) > 0
}

// pastGuard lists the children of the process, and in place of its guard those of that.
func (p *process) pastGuard() (list []int) {
	for _, child := range p.children {
		if p.isGuard(child) {
			list = append(list, childrenOf(child)...)
		} else {
			list = append(list, child)
		}
	}
	return list
}

// isGuard reports whether a child is the guard of the process: it runs the same program, and
// is called so.
func (p *process) isGuard(child int) bool {
	dir := "/proc/" + strconv.Itoa(child)
	line, err := readAll(dir + "/cmdline")
	if err != nil || string(line) != guardLine {
		return false
	}
	own, err := os.Readlink("/proc/" + strconv.Itoa(p.pid) + "/exe")
	theirs, err2 := os.Readlink(dir + "/exe")
	return err == nil && err2 == nil && own == theirs
}

// guardLine is the command line of a guard.
const guardLine = "weir\x00guard\x00"

func childrenOf(pid int) (children []int) {
	dir := "/proc/" + strconv.Itoa(pid) + "/task/"
	tids, _ := list(dir)
	for _, tid := range tids {
		children = append(children, readChildren(dir+tid)...)
	}
	return children
}

// readChildren reads those that one task has started.
func readChildren(task string) []int {
	list, _ := kernel.ChildrenOf(task)
	return list
}

// taskOf is the task that waits as a process has published.
func taskOf(pid int, maps []byte, w *ipc.Wait) (t task, ok bool) {
	t.number, t.looks = w.Number, w.Looks
	pipe := Pipe{w.Liveness.Dev, w.Liveness.Ino}
	switch w.Kind {
	case ipc.WaitMessage, ipc.WaitRoom:
		t.waits = []Wait{{FD: -1, Side: Side{pipe, w.Kind == ipc.WaitRoom}}}
		t.message = &Message{w.Fill, w.Capacity, Pipe{w.File.Dev, w.File.Ino}}
		if w.Named {
			t.named = t.message.File
		} else {
			t.shared = t.message.File
		}
		return t, true
	case ipc.WaitData, ipc.WaitSpace:
		t.waits = []Wait{{FD: w.FD, Side: Side{pipe, w.Kind == ipc.WaitSpace}}}
		return t, true
	case ipc.WaitChildren:
		t.children = true
		return t, true
	case ipc.WaitNone:
		return t, false
	}
	if w.Kind.Lock() == ipc.KindMutex {
		region, offset, _ := regionAt(maps, w.Address)
		t.lock = &Lock{Region: region, Offset: offset, Holder: ipc.LockHolder(pid, w.Address)}
		return t, t.lock.Holder != 0
	}
	region, _, private := regionAt(maps, w.Address)
	t.lock = &Lock{Region: region, Wait: w.Kind}
	if !private {
		t.named = region
	}
	return t, region != Pipe{}
}

// atLock is the wait of a party for a lock.
func (s *set) atLock(p *party, l *Lock) Blocked {
	b := Blocked{Stage: p.stage, PID: p.pid, Lock: l, Holder: outsider}
	if i, known := s.holder(l); l.Holder != 0 && known {
		b.Holder = s.parties[i].stage
	}
	return b
}

// regionAt finds the region that is mapped at an address, and where in it that is. private
// reports whether it has no name.
func regionAt(maps []byte, address uint64) (region Pipe, offset uint64, private bool) {
	m := kernel.MappingAt(maps, address)
	return Pipe(m.File), m.Offset, m.Memory
}

// FileOf tells which file a descriptor of this process is.
func FileOf(fd int) (file Pipe, ok bool) {
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil {
		return file, false
	}
	return Pipe{uint64(st.Dev), st.Ino}, true
}

// pathOf finds the path of a file that a process has open.
func pathOf(pid int, file Pipe) string {
	if file == (Pipe{}) {
		return ""
	}
	dir := "/proc/" + strconv.Itoa(pid) + "/fd/"
	fds, _ := list(dir)
	for _, fd := range fds {
		var st unix.Stat_t
		if unix.Stat(dir+fd, &st) != nil || (Pipe{uint64(st.Dev), st.Ino}) != file {
			continue
		}
		if path, err := os.Readlink(dir + fd); err == nil && path[0] == '/' {
			return path
		}
	}
	return ""
}

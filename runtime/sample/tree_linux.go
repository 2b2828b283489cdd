package sample

import (
	"time"

	"golang.org/x/sys/unix"

	"weir/ipc"
	"weir/ipc/kernel"
)

// What is said of an opaque stage.
const (
	hidden = "may not be looked at"
	Hidden = "weir may not look at it"
)

// tree is the process of a stage with all that it has started, or one thread of this process.
type tree struct {
	root, tid int    // tid is that of the thread; 0 takes all threads
	party     uint32 // by which the thread publishes its waits
	processes []*process
	opaque    bool // this process may not look
	cpu       rising
	wrote     rising
}

// process is one of the tree.
type process struct {
	pid     int
	tasks   map[int]*task
	files   map[int]kernel.File // its descriptors, as far as they were asked for
	usage   kernel.Usage
	since   time.Time // when it was first seen as the program that it is
	started bool      // it has read that
	weir    bool      // it is a weir, which publishes its waits
	waits   uint64    // where it does so; 0 is not known
}

// task is one of its threads.
type task struct {
	*kernel.Task
	ran, ready time.Duration
	timed      bool // ran and ready are known
}

// maxProcesses and maxTasks bound what is looked at of one stage.
const (
	maxProcesses = 32
	maxTasks     = 16
)

// refresh finds the processes and threads that are there now, and gives what they have used
// since the last time.
func (t *tree) refresh() (used looks, now treeNow) {
	known := map[int]*process{}
	for _, p := range t.processes {
		known[p.pid] = p
	}
	t.processes = t.processes[:0]
	for list := []int{t.root}; len(list) > 0 && len(t.processes) < maxProcesses; list = list[1:] {
		p := known[list[0]]
		if p == nil {
			p = &process{pid: list[0], tasks: map[int]*task{}, weir: kernel.SameProgram(list[0])}
		}
		before := p.usage
		children, ok := t.read(p, &used)
		if !ok {
			continue
		}
		delete(known, p.pid)
		t.processes = append(t.processes, p)
		list = append(list, children...)
		used.read += p.readSince(&before)
		now.add(&p.usage)
	}
	for _, gone := range known {
		gone.close()
	}
	now.opaque = t.opaque
	used.cpu, used.written = time.Duration(t.cpu.to(int64(now.used))), t.wrote.to(now.written)
	return used, now
}

// startTime is how long a program takes at most until it has read itself and its libraries.
const startTime = time.Second

// readSince gives how much the process has read since its usage was another. What it reads before it has slept
// once is the program that it is.
func (p *process) readSince(before *kernel.Usage) (read int64) {
	switch now := time.Now(); {
	case p.since.IsZero() || p.usage.Stack != before.Stack:
		p.since, p.started = now, false
	case p.started && (p.usage.Threads == 1) == (before.Threads == 1):
		read = p.usage.Read - before.Read
	}
	p.started = p.started || p.usage.State == 'S' || time.Since(p.since) >= startTime
	return read
}

// treeNow is what a tree uses at one moment.
type treeNow struct {
	rss              int64
	threads          int
	stopped, counted bool
	opaque           bool
	processes        int
	used             time.Duration
	written          int64
}

// rising is a sum of what the processes of a tree have used, each with the children that it has waited for. It
// falls where its parent was read before it waited for a child, and the child afterwards, and for good where a
// process has left the tree since its parent has ended.
type rising struct {
	most   int64
	known  bool
	fallen int // how often it was less
}

// longFallen is how often it is less before that is for good.
const longFallen = 10

// to gives by how much the sum has risen.
func (r *rising) to(now int64) (by int64) {
	switch {
	case !r.known:
	case now >= r.most:
		by = now - r.most
	case r.fallen < longFallen:
		r.fallen++
		return 0
	}
	r.most, r.known, r.fallen = now, true, 0
	return by
}

func (n *treeNow) add(u *kernel.Usage) {
	n.stopped = u.State == 'T' && (n.processes == 0 || n.stopped)
	n.counted = u.Counted && (n.processes == 0 || n.counted)
	n.processes++
	n.used, n.written = n.used+u.CPU, n.written+u.Written
	n.rss += u.RSS
	n.threads += u.Threads
}

// read brings a process up to date. ok is false if it has gone.
func (t *tree) read(p *process, used *looks) (children []int, ok bool) {
	tids := []int{t.tid}
	if t.tid == 0 {
		last, err := p.usage, error(nil)
		if p.usage, err = kernel.UsageOf(p.pid); err != nil || p.usage.State == 'X' {
			// A /proc that is mounted with hidepid= does not have it, proc(5).
			t.opaque = t.opaque || p.pid == t.root && kernel.Gone(err) && unix.Kill(p.pid, 0) == unix.EPERM
			p.close()
			return nil, false
		}
		if p.usage.Ended { // its parent has not waited for it
			p.ended(&last)
			return nil, true
		}
		if tids, err = kernel.Tasks(p.pid); err != nil {
			p.close()
			return nil, false
		}
	}
	p.files = map[int]kernel.File{}
	if p.weir && p.waits == 0 {
		maps, _ := kernel.Read(kernel.Path(p.pid, "maps"))
		p.waits, _ = ipc.WaitsAddress(maps)
	}
	seen := map[int]bool{}
	for _, tid := range tids[:min(len(tids), maxTasks)] {
		k := p.tasks[tid]
		if k == nil {
			opened, err := kernel.OpenTask(p.pid, tid)
			if err == unix.EACCES || err == unix.EPERM {
				t.opaque = t.opaque || p.pid == t.root
			}
			if err != nil {
				continue
			}
			k = &task{Task: opened}
			p.tasks[tid] = k
		}
		seen[tid] = true
		k.count(used)
		if t.tid == 0 {
			children = append(children, k.Children()...)
		}
	}
	for tid, k := range p.tasks {
		if !seen[tid] {
			k.Close()
			delete(p.tasks, tid)
		}
	}
	return children, true
}

// ended keeps what the process had read and written, which Linux shows of one that has ended to root only.
func (p *process) ended(last *kernel.Usage) {
	p.close()
	if !p.usage.Counted {
		p.usage.Read, p.usage.Written, p.usage.Counted = last.Read, last.Written, true
	}
	p.usage.Threads = 0
}

// count adds what the task has run since the last time.
func (k *task) count(used *looks) {
	ran, ready, err := k.Times()
	if err != nil {
		return
	}
	if k.timed {
		used.ran, used.ready = used.ran+ran-k.ran, max(used.ready, ready-k.ready)
	}
	k.ran, k.ready, k.timed = ran, ready, true
}

func (p *process) close() {
	for _, k := range p.tasks {
		k.Close()
	}
	clear(p.tasks)
}

func (t *tree) close() {
	for _, p := range t.processes {
		p.close()
	}
	t.processes = nil
}

// published is what a weir says that it waits for: its threads sleep in a call of Go's.
func (p *process) published(t *tree, s *Sampler) (x seen, ok bool) {
	for _, w := range ipc.WaitsAt(p.pid, p.waits) {
		if t.party != 0 && w.Party != t.party {
			continue
		}
		state, file := Locks, kernel.File{}
		switch {
		case w.Kind.Lock() != "":
			file = p.fileAt(w.Address)
		case w.Kind == ipc.WaitMessage || w.Kind == ipc.WaitData:
			state, file = Reads, kernel.File{Device: w.Liveness.Dev, Inode: w.Liveness.Ino}
		case w.Kind == ipc.WaitRoom || w.Kind == ipc.WaitSpace:
			state, file = Writes, kernel.File{Device: w.Liveness.Dev, Inode: w.Liveness.Ino}
		default:
			continue
		}
		on, known := s.channelAt(file)
		if !known {
			on = -1
		}
		return seen{state: state, on: on, fd: -1}, true
	}
	return x, false
}

// fileAt finds the file that a process has mapped at an address.
func (p *process) fileAt(address uint64) kernel.File {
	maps, err := kernel.Read(kernel.Path(p.pid, "maps"))
	if err != nil {
		return kernel.File{}
	}
	return kernel.MappingAt(maps, address).File
}

// rank orders the states of the tasks of one stage: the most active wins.
var rank = map[State]int{Sleeps: 1, Locks: 2, Reads: 3, Writes: 4, Runs: 5}

// look finds what the stage does.
func (t *tree) look(s *Sampler) (best seen, ok bool) {
	best = seen{state: Sleeps, on: -1, fd: -1}
	for _, p := range t.processes {
		if p.waits != 0 {
			if x, said := p.published(t, s); said && rank[x.state] > rank[best.state] {
				best, ok = x, true
				continue
			}
		}
		for _, k := range p.tasks {
			c, asleep, err := k.Call()
			if err == unix.EACCES || err == unix.EPERM {
				t.opaque = t.opaque || p.pid == t.root
			}
			if err != nil {
				continue
			}
			ok = true
			x := seen{state: Runs, on: -1, fd: -1}
			if asleep {
				x = p.asleep(&c, s)
			}
			if rank[x.state] > rank[best.state] || x.state == best.state && best.fd < 0 {
				best = x
			}
		}
	}
	return best, ok
}

// asleep says for what a task waits that sleeps in a system call.
func (p *process) asleep(c *kernel.Call, s *Sampler) seen {
	o, ok := c.Opening(p.pid)
	if !ok {
		return p.judge(waitOf(p.pid, c), s)
	}
	x := seen{state: Reads, on: -1, fd: -1, opens: o.Path}
	if o.Writes {
		x.state = Writes
	}
	if on, known := s.channelAt(o.File); known {
		x.on = on
	}
	return x
}

// judge says at which channel of the run a task waits.
func (p *process) judge(w wait, s *Sampler) seen {
	outside := seen{state: Sleeps, on: -1, fd: -1}
	at := func(state State, fd int) (seen, bool) {
		c, ok := s.channelAt(p.file(fd))
		return seen{state: state, on: c, fd: fd}, ok
	}
	switch {
	case w.state == Locks:
		return seen{state: Locks, on: -1, fd: -1}
	case w.second >= 0:
		if x, ok := at(Writes, w.second); ok && s.channels[x.on].nearlyFull() {
			return x
		}
	case w.polled:
		for _, fd := range w.fds {
			if x, ok := at(Reads, fd); ok && s.channels[x.on].fill == 0 {
				return x
			}
		}
		for _, fd := range w.writes {
			if x, ok := at(Writes, fd); ok && s.channels[x.on].nearlyFull() {
				return x
			}
		}
		return outside
	}
	for _, fd := range w.fds {
		if x, ok := at(w.state, fd); ok {
			return x
		}
		outside.fd = fd
	}
	return outside
}

// file identifies a descriptor of the process.
func (p *process) file(fd int) kernel.File {
	f, known := p.files[fd]
	if !known {
		f, _, _ = kernel.FileOf(p.pid, fd)
		p.files[fd] = f
	}
	return f
}

package watch

import (
	"os"
	"slices"

	"weir/ipc"
)

// Pipe is a pipe or FIFO of this machine.
type Pipe struct{ Device, Inode uint64 }

// Side is one side of a pipe.
type Side struct {
	Pipe   Pipe
	Writes bool
}

// other is who must act so that a wait at this side ends.
func (s Side) other() Side { return Side{s.Pipe, !s.Writes} }

// Wait is a descriptor at which a task waits: to read where nothing is, or to
// write where no room is.
type Wait struct {
	FD     int
	Side   Side
	Polled bool // it waits for news there, not for data or room
	Socket bool // the side is a socket's
	// Pending says that nobody has accepted the connection yet.
	Pending bool
	File    string // the side is a lock on this file
	// Liveness says that the other side is only who is there, and that none is there ends
	// no wait.
	Liveness bool
}

// Lock is a wait for a lock of package ipc, or for a semaphore and the like, without
// a limit.
type Lock struct {
	Wait   ipc.WaitKind // for what
	Holder int          // the process that holds the lock; 0 where another party is to do something
	Region Pipe         // the file in which it lies
	Offset uint64       // and where in it
}

// lockAddress tells one lock from another.
type lockAddress struct {
	region Pipe
	offset uint64
}

func (l *Lock) address() lockAddress { return lockAddress{l.Region, l.Offset} }

// task is one thread that sleeps. Any of its waits lets it go on, and so does
// any child where children is set, and for a lock its holder, or another party that
// has the region. The end of stages lets it go on once all of them have ended, and
// anybody at all may where what it waits at has a name. Where shared is set, so may any
// party that has that file, and it is no end that nobody has the other side.
type task struct {
	waits    []Wait
	ends     []int
	behind   []int // it is not started before these stages are ready
	children bool
	lock     *Lock
	named    Pipe     // the file in which that lies which has a name
	shared   Pipe     // the file of a channel that its holders may come to use
	opens    *Opening // it waits for the other side of a FIFO, which is named
	message  *Message // its one wait is at the liveness pipe of a channel of messages
	number   uint32   // of a wait that was published
	looks    uint32
}

// Opening is a wait in open(2) of a FIFO.
type Opening struct {
	Path   string
	Writes bool
}

// Message is a wait at a channel of messages; Fill and Capacity count messages, and a negative Fill is
// not known.
type Message struct {
	Fill, Capacity int
	File           Pipe // in which it lies, where that is known
}

// party is a process or relay: who holds sides of pipes and may be stuck.
type party struct {
	stage  int // which the caller gave; outsider for who belongs to none
	pid    int // 0 is a relay
	parent int // its index; -1 has none here
	free   bool
	heeds  bool // a child that ends lets it go on, whatever it waits for
	tasks  []task
	holds  []Side
	shares []Pipe        // files without a name, such as private regions
	locks  []lockAddress // of an insider: those that it holds
	inside bool          // an insider
	mark   string        // what changes when it runs
	fds    map[int]int   // of a relay: its descriptors in this process, by the numbers in tasks
}

const outsider = -1

// stuck tells for each party whether it can never go on: the largest set whose
// members wait only for members. A child is in it only with its parent, which
// might end it by a signal.
func stuck(parties []party) []bool {
	s := newSet(parties)
	for again := true; again; {
		again = false
		for i := range parties {
			if s.in[i] && s.goesOn(i) {
				s.in[i], again = false, true
			}
		}
	}
	return s.in
}

// newSet is the set with all that wait in it.
func newSet(parties []party) *set {
	s := &set{parties: parties, self: os.Getpid(), in: make([]bool, len(parties)), children: make([][]int, len(parties)),
		holders: map[Side][]int{}, processes: map[int]int{}, sharers: map[Pipe][]int{}, stages: map[int]int{},
		lockers: map[lockAddress]int{}}
	for i := range parties {
		p := &parties[i]
		s.in[i] = !p.free && p.waits()
		if !p.inside {
			s.processes[p.pid] = i
		}
		if p.parent < 0 && p.stage != outsider {
			s.stages[p.stage] = i
		}
		for _, l := range p.locks {
			s.lockers[l] = i
		}
		if p.parent >= 0 {
			s.children[p.parent] = append(s.children[p.parent], i)
		}
		for _, side := range p.holds {
			s.holders[side] = append(s.holders[side], i)
		}
		for _, file := range p.shares {
			s.sharers[file] = append(s.sharers[file], i)
		}
	}
	for i := range parties {
		s.in[i] = s.in[i] && !s.parked(i)
	}
	return s
}

// set is the one that stuck looks for: at first with too many members.
type set struct {
	parties   []party
	in        []bool
	children  [][]int
	holders   map[Side][]int
	processes map[int]int
	sharers   map[Pipe][]int
	stages    map[int]int         // their first processes, relays and threads
	lockers   map[lockAddress]int // the insiders that hold locks
	self      int                 // this process
}

// waits reports whether anything but its own threads could let it go on.
func (p *party) waits() bool {
	for i := range p.tasks {
		if t := &p.tasks[i]; len(t.waits) > 0 || t.children || t.lock != nil || t.opens != nil ||
			len(t.ends)+len(t.behind) > 0 {
			return true
		}
	}
	return false
}

// parked reports whether all that a party waits for is news at what nobody else has: it
// made that to be woken by its own threads and signals, and waits for no one here.
// Its standard streams are no such thing.
func (s *set) parked(i int) bool {
	for k := range s.parties[i].tasks {
		t := &s.parties[i].tasks[k]
		if t.children || t.lock != nil || t.opens != nil || len(t.ends)+len(t.behind) > 0 {
			return false
		}
		for _, w := range t.waits {
			if !w.Polled || w.FD <= 2 || !s.alone(i, w.Side) || !s.alone(i, w.Side.other()) {
				return false
			}
		}
	}
	return true
}

// alone reports whether no other party has a side.
func (s *set) alone(i int, side Side) bool {
	return !slices.ContainsFunc(s.holders[side], func(k int) bool { return k != i })
}

// goesOn reports whether a member waits for somebody who is none.
func (s *set) goesOn(i int) bool {
	p := &s.parties[i]
	if p.parent >= 0 && !s.in[p.parent] || p.heeds && len(s.children[i]) > 0 && anyOut(s.in, s.children[i]) {
		return true
	}
	for k := range p.tasks {
		t := &p.tasks[k]
		if t.named != (Pipe{}) {
			if s.anybodyOut() {
				return true
			}
			continue
		}
		for _, w := range t.waits {
			holders := s.holders[w.Side.other()]
			if anyOut(s.in, holders) && (len(holders) > 0 || !w.Liveness && t.shared == Pipe{}) {
				return true
			}
		}
		if t.shared != (Pipe{}) && s.shared(i, t.shared) {
			return true
		}
		if t.children && anyOut(s.in, s.children[i]) || t.lock != nil && s.unlocks(i, t.lock) ||
			len(t.ends) > 0 && s.allEnd(t.ends) ||
			len(t.behind) > 0 && s.allReady(t.behind) {
			return true
		}
	}
	return false
}

// unlocks reports whether somebody else may let a member go on that waits for a lock.
// A holder that is not known, or has died, may be found to have left it.
func (s *set) unlocks(waits int, l *Lock) bool {
	if l.Holder != 0 {
		i, known := s.holder(l)
		return !known || !s.in[i]
	}
	return s.shared(waits, l.Region)
}

// shared reports whether somebody who is no member, and not who waits, has a file.
func (s *set) shared(waits int, file Pipe) bool {
	return slices.ContainsFunc(s.sharers[file], func(i int) bool { return i != waits && !s.in[i] })
}

// holder finds the party that holds a lock: a process, or an insider of this one.
func (s *set) holder(l *Lock) (i int, known bool) {
	if i, known = s.lockers[l.address()]; known && s.parties[i].pid == l.Holder {
		return i, true
	}
	i, known = s.processes[l.Holder]
	return i, known
}

// allEnd reports whether all of the stages may come to their ends.
func (s *set) allEnd(stages []int) bool {
	for _, stage := range stages {
		if i, known := s.stages[stage]; known && s.in[i] {
			return false
		}
	}
	return true
}

// allReady reports whether all of the stages may come to be ready: a process of each goes on.
func (s *set) allReady(stages []int) bool {
	for _, stage := range stages {
		if !slices.ContainsFunc(s.members(stage), func(i int) bool { return !s.in[i] }) {
			return false
		}
	}
	return true
}

// members are the parties of a stage.
func (s *set) members(stage int) (list []int) {
	for i := range s.parties {
		if s.parties[i].stage == stage {
			list = append(list, i)
		}
	}
	return list
}

// anybodyOut reports whether somebody who runs is no member, this process itself aside.
func (s *set) anybodyOut() bool {
	for i := range s.parties {
		if p := &s.parties[i]; !s.in[i] && (p.stage != outsider || p.pid != s.self) {
			return true
		}
	}
	return false
}

// anyOut reports whether one of list is not in the set. Where there is none to wait
// for the wait ends: that is the end of file, or a broken pipe.
func anyOut(in []bool, list []int) bool {
	for _, i := range list {
		if !in[i] {
			return true
		}
	}
	return len(list) == 0
}

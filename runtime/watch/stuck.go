package watch

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
	FD   int
	Side Side
}

// task is one thread that sleeps. Any of its waits lets it go on, and so does
// any child where children is set.
type task struct {
	waits    []Wait
	children bool
}

// party is a process or relay: who holds sides of pipes and may be stuck.
type party struct {
	stage  int // which the caller gave; outsider for who belongs to none
	pid    int // 0 is a relay
	parent int // its index; -1 has none here
	free   bool
	tasks  []task
	holds  []Side
	mark   string      // what changes when it runs
	fds    map[int]int // of a relay: its descriptors in this process, by the numbers in tasks
}

const outsider = -1

// stuck tells for each party whether it can never go on: the largest set whose
// members wait only for members. A child is in it only with its parent, which
// might end it by a signal.
func stuck(parties []party) []bool {
	in := make([]bool, len(parties))
	children := make([][]int, len(parties))
	holders := map[Side][]int{}
	for i := range parties {
		p := &parties[i]
		in[i] = !p.free && p.waits()
		if p.parent >= 0 {
			children[p.parent] = append(children[p.parent], i)
		}
		for _, side := range p.holds {
			holders[side] = append(holders[side], i)
		}
	}
	for again := true; again; {
		again = false
		for i := range parties {
			if in[i] && parties[i].goesOn(in, children[i], holders) {
				in[i], again = false, true
			}
		}
	}
	return in
}

// waits tells whether anything but its own threads could let it go on.
func (p *party) waits() bool {
	for i := range p.tasks {
		if len(p.tasks[i].waits) > 0 || p.tasks[i].children {
			return true
		}
	}
	return false
}

func (p *party) goesOn(in []bool, children []int, holders map[Side][]int) bool {
	if p.parent >= 0 && !in[p.parent] {
		return true
	}
	for i := range p.tasks {
		for _, w := range p.tasks[i].waits {
			if anyOut(in, holders[w.Side.other()]) {
				return true
			}
		}
		if p.tasks[i].children && anyOut(in, children) {
			return true
		}
	}
	return false
}

// anyOut tells whether one of list is not in the set. Where there is none to wait
// for the wait ends: that is the end of file, or a broken pipe.
func anyOut(in []bool, list []int) bool {
	for _, i := range list {
		if !in[i] {
			return true
		}
	}
	return len(list) == 0
}

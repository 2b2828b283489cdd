package watch

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
)

// Watcher looks at the same stages again and again.
type Watcher struct {
	Source Source

	last    []party
	seen    []Seen
	inert   int
	sockets *sockets // of the last sample
	locks   fileLocks
	outside []int // who holds pipes of the stages and is none of theirs
}

// key is a party in the next sample.
type key struct{ stage, pid int }

func (p *party) key() key { return key{p.stage, p.pid} }

// Look gives every wait of those that are stuck, or nil. It believes only what
// has not changed since the look before.
func (w *Watcher) Look() ([]Blocked, error) {
	parties, err := w.sample()
	if parties = w.unchanged(parties, true); parties == nil {
		return nil, err
	}
	// Somebody else may hold the pipes: a process that stages left behind, a
	// program that opened the FIFO. That is a look at all processes, and then
	// once more at these.
	if !w.findOutsiders(parties) {
		return nil, nil
	}
	parties, err = w.sample()
	return blocked(w.unchanged(parties, false)), err
}

// unchanged gives the parties with all those free that are not stuck both now and
// at the last look, or have run meanwhile; nil where none is left.
//
// What a party holds is read after its marks. So it is certain only for the look
// before, at whose end the marks were still the same. A wait that was published counts
// once its party has looked again since, and could not go on: the party may have been told, and
// not have run yet. looked asks for that.
func (w *Watcher) unchanged(now []party, looked bool) []party {
	last := w.last
	w.last = slices.Clone(now)
	current := make(map[key]*party, len(now))
	for i := range now {
		current[now[i].key()] = &now[i]
	}
	for i := range last {
		p := current[last[i].key()]
		last[i].free = last[i].free || p == nil || p.mark != last[i].mark || looked && !p.lookedSince(&last[i])
	}
	before := map[key]bool{}
	for i, in := range stuck(last) {
		before[last[i].key()] = in
	}
	for i := range now {
		now[i].free = now[i].free || !before[now[i].key()]
	}
	if !slices.Contains(stuck(now), true) {
		return nil
	}
	return now
}

// lookedSince reports whether a party that has published its wait has looked at least
// once from before to after: the first of two looks may have begun earlier.
func (p *party) lookedSince(last *party) bool {
	for i := range p.tasks {
		if t := &p.tasks[i]; t.number != 0 && (i >= len(last.tasks) || t.looks-last.tasks[i].looks < 2) {
			return false
		}
	}
	return true
}

// sample reads all parties. It gives none where it is plain already that all of
// them may go on.
func (w *Watcher) sample() ([]party, error) {
	scene := w.Source()
	w.inert = scene.Inert
	s := sampling{}
	s.fileLocks = sync.OnceValue(func() fileLocks { s.locks = readFileLocks(); return s.locks })
	for _, r := range scene.Roots {
		if err := s.tree(r.Stage, r.PID, -1); err != nil {
			s.unseen(&scene, r.Stage)
		}
	}
	if !s.mayWait && !slices.ContainsFunc(scene.Relays, func(r Relay) bool { return r.Waits != nil }) &&
		!slices.ContainsFunc(scene.Insiders, func(x Insider) bool { return x.Number != 0 }) {
		w.seen = s.stages()
		return nil, nil
	}
	s.descriptors(&scene)
	if err := s.ownProcess(&scene); err != nil {
		return nil, err
	}
	w.outside = slices.DeleteFunc(w.outside, func(pid int) bool {
		table, err := readTable(pid)
		s.sockets.join(table)
		s.parties = append(s.parties, party{stage: outsider, pid: pid, parent: -1, free: true,
			holds: append(sidesOf(table), s.locks.held(pid, table)...), shares: namelessOf(table)})
		return err != nil
	})
	for i := range s.parties {
		p := &s.parties[i]
		p.free = p.free || p.stage >= 0 && s.hidden[scene.Run(p.stage)]
	}
	for i := range s.processes {
		s.parties[i].holds = append(s.parties[i].holds, s.locks.held(s.parties[i].pid, s.processes[i].table)...)
	}
	w.sockets, w.locks, w.seen = s.sockets, s.locks, s.stages()
	return s.parties, nil
}

// unseen notes that a process of a stage cannot be looked at. Its whole run may go on.
func (s *sampling) unseen(scene *Scene, stage int) {
	if s.hidden == nil {
		s.hidden = map[int]bool{}
	}
	s.hidden[scene.Run(stage)] = true
}

// sampling is a sample in the making.
type sampling struct {
	parties   []party
	processes []*process // by the same index
	mayWait   bool
	locks     fileLocks // nil where nobody waits for one
	fileLocks func() fileLocks
	sockets   *sockets     // nil where none is waited at
	hidden    map[int]bool // the runs of which something is not seen
}

// tree adds a process and those that it started.
func (s *sampling) tree(stage, pid, parent int) error {
	p, err := readProcess(pid)
	if err != nil || p == nil {
		return err
	}
	i := len(s.parties)
	s.processes = append(s.processes, p)
	s.parties = append(s.parties, party{stage: stage, pid: pid, parent: parent, free: !p.mayWait(),
		heeds: p.heedsChildren})
	s.mayWait = s.mayWait || parent < 0 && p.mayWait()
	for _, child := range p.children {
		if err := s.tree(stage, child, i); err != nil {
			return err
		}
	}
	return nil
}

// descriptors reads what each process holds, and so for what it waits.
func (s *sampling) descriptors(scene *Scene) {
	if atSocket(scene.Insiders) {
		s.sockets = readSockets()
	}
	for i, p := range s.processes {
		q := &s.parties[i]
		var err error
		if p.table, err = readTable(p.pid); gone(err) {
			q.free = true
		} else if err != nil {
			s.unseen(scene, q.stage)
			q.free = true
		}
		if !q.free && s.sockets == nil && hasSocket(p.table) {
			s.sockets = readSockets()
		}
	}
	for i, p := range s.processes {
		q := &s.parties[i]
		p.sockets, p.fileLocks = s.sockets, s.fileLocks
		s.sockets.join(p.table)
		q.holds, q.shares = sidesOf(p.table), namelessOf(p.table)
		if !q.free {
			var waits bool
			q.tasks, waits = p.tasks()
			q.free, q.mark = !waits, p.mark()
		}
	}
}

// ownProcess adds the parties of this process, and the process itself with what none
// of them holds: it may always go on.
func (s *sampling) ownProcess(scene *Scene) error {
	table, err := readTable(os.Getpid())
	if err != nil {
		return err
	}
	s.sockets.join(table)
	theirs := map[int]bool{}
	s.relays(scene.Relays, table, theirs)
	s.late(scene.Late, table, theirs)
	if err := s.insiders(scene.Insiders, table, theirs); err != nil {
		return err
	}
	rest := map[int]descriptor{}
	for fd, d := range table {
		if !theirs[fd] {
			rest[fd] = d
		}
	}
	s.parties = append(s.parties, party{stage: outsider, pid: os.Getpid(), parent: -1, free: true,
		holds: append(sidesOf(rest), s.locks.held(os.Getpid(), rest)...), shares: namelessOf(rest)})
	for i, files := range scene.Absent {
		s.parties = append(s.parties, absent(-1-i, files))
	}
	return nil
}

// absent is a run that is not looked at: it may always go on.
func absent(number int, files []Pipe) party {
	p := party{stage: outsider, pid: number, parent: -1, free: true, shares: files}
	for _, file := range files {
		p.holds = append(p.holds, Side{file, false}, Side{file, true})
	}
	return p
}

// relays adds the relays, and what they hold to theirs.
func (s *sampling) relays(relays []Relay, table map[int]descriptor, theirs map[int]bool) {
	for _, r := range relays {
		p := party{stage: r.Stage, parent: -1, fds: map[int]int{}}
		t := task{}
		for _, end := range r.Ends {
			// Where the relay has closed it, another file may have the number.
			if d, open := table[end.FD]; open && slices.Contains(d.sides(), end.Side) {
				theirs[end.FD] = true
				p.holds = append(p.holds, end.Side)
				p.fds[end.Number] = end.FD
				if slices.Contains(r.Waits, end.Number) {
					t.waits = append(t.waits, Wait{FD: end.Number, Side: end.Side, Liveness: end.Liveness})
					t.named = end.Named
					if end.Liveness && hungUp(end.FD) {
						t.shared = end.Side.Pipe // those that have let go may come back
					}
				}
			}
		}
		p.free = len(t.waits) == 0 || len(t.waits) != len(r.Waits)
		p.tasks = []task{t}
		status, err := readAll("/proc/self/task/" + strconv.Itoa(r.TID) + "/status")
		if err != nil || field(status, "State:") != "S" {
			p.free = true
		}
		p.mark = fmt.Sprint(r.Waits, field(status, "voluntary_ctxt_switches:"), " ",
			field(status, "nonvoluntary_ctxt_switches:"))
		if r.Turn != 0 {
			p.mark = fmt.Sprint(r.Waits, " turn ", r.Turn)
		}
		s.parties = append(s.parties, p)
	}
}

// late adds the stages that wait for others to be ready, and what is kept for them to theirs.
func (s *sampling) late(list []Late, table map[int]descriptor, theirs map[int]bool) {
	for _, l := range list {
		kept := map[int]descriptor{}
		for _, fd := range l.FDs {
			if d, open := table[fd]; open {
				kept[fd], theirs[fd] = d, true
			}
		}
		s.parties = append(s.parties, party{stage: l.Stage, parent: -1, tasks: []task{{behind: l.For}},
			mark:  fmt.Sprint("behind ", l.For),
			holds: append(sidesOf(kept), l.Holds...), shares: append(namelessOf(kept), l.Shares...)})
	}
}

// sidesOf lists the sides of pipes and sockets among descriptors.
func sidesOf(table map[int]descriptor) (sides []Side) {
	for _, d := range table {
		if d.pipe || d.socket {
			for _, side := range d.sides() {
				if !slices.Contains(sides, side) {
					sides = append(sides, side)
				}
			}
		}
	}
	return sides
}

// namelessOf lists the files without a name among descriptors, and the pipes of which one is
// neither end: whoever has it may open an end.
func namelessOf(table map[int]descriptor) (files []Pipe) {
	for _, d := range table {
		if (d.nameless || d.pipe && !d.reads && !d.writes) && !slices.Contains(files, d.id) {
			files = append(files, d.id)
		}
	}
	return files
}

// hasAny reports whether one of the files is among descriptors.
func hasAny(table map[int]descriptor, files map[Pipe]bool) bool {
	for _, d := range table {
		if d.regular && files[d.id] {
			return true
		}
	}
	return false
}

// findOutsiders looks through all processes of this machine for holders of what
// the stuck ones wait for, and reports whether there is none.
func (w *Watcher) findOutsiders(parties []party) bool {
	known := map[int]bool{os.Getpid(): true, w.inert: true}
	needed, regions := map[Side]bool{}, map[Pipe]bool{}
	for i, in := range stuck(parties) {
		known[parties[i].pid] = true
		for _, t := range parties[i].tasks {
			for _, wait := range t.waits {
				if in {
					needed[wait.Side.other()] = true
				}
			}
			if in && t.lock != nil && t.lock.Holder == 0 {
				regions[t.lock.Region] = true
			}
			if in {
				regions[t.named], regions[t.shared] = true, true
			}
		}
	}
	all, err := list("/proc")
	if err != nil {
		return false
	}
	none := true
	for _, name := range all {
		pid, err := strconv.Atoi(name)
		if err != nil || known[pid] {
			continue
		}
		table, err := readTable(pid)
		if err != nil {
			continue // another user's, or gone
		}
		w.sockets.join(table)
		if slices.ContainsFunc(append(sidesOf(table), w.locks.held(pid, table)...),
			func(side Side) bool { return needed[side] }) ||
			hasAny(table, regions) {
			w.outside = append(w.outside, pid)
			none = false
		}
	}
	return none
}

// blocked lists the waits of the parties that are stuck.
func blocked(parties []party) (list []Blocked) {
	s := newSet(parties)
	s.in = stuck(parties)
	group, awaited := s.groups()
	for i, in := range s.in {
		if !in {
			continue
		}
		from := len(list)
		list = append(list, s.waitsOf(i)...)
		for k := from; k < len(list); k++ {
			list[k].Group, list[k].Awaited = group[i], awaited[i]
		}
	}
	return list
}

// waitsOf lists the waits of one party.
func (s *set) waitsOf(i int) (list []Blocked) {
	p := &s.parties[i]
	for _, t := range p.tasks {
		if t.lock != nil {
			b := s.atLock(p, t.lock)
			b.Named = t.named != Pipe{}
			b.Path = pathOf(p.pid, t.named)
			list = append(list, b)
			continue
		}
		if t.ends != nil {
			list = append(list, Blocked{Stage: p.stage, PID: p.pid, Ends: true})
			continue
		}
		if t.behind != nil {
			list = append(list, Blocked{Stage: p.stage, Behind: t.behind})
			continue
		}
		if t.opens != nil {
			list = append(list, Blocked{Stage: p.stage, PID: p.pid, Inner: p.parent >= 0, Opening: t.opens, Named: true})
			continue
		}
		if t.message != nil {
			list = append(list, Blocked{Stage: p.stage, PID: p.pid, Wait: t.waits[0], Message: t.message,
				Named: t.named != Pipe{}, Path: pathOf(p.pid, t.named)})
			continue
		}
		var at, likely []Blocked
		for _, wait := range t.waits {
			b := Blocked{Stage: p.stage, PID: p.pid, Inner: p.parent >= 0, Wait: wait, Peer: s.peerOf(i, wait.Side),
				Named: t.named != Pipe{}, Path: pathOf(p.pid, t.named)}
			if p.pid == 0 {
				b.Fill, b.Capacity = fill(os.Getpid(), p.fds[wait.FD])
			} else {
				b.Fill, b.Capacity = fill(p.pid, wait.FD)
			}
			at = append(at, b)
			if wait.Side.Writes == (b.Fill > 0) {
				likely = append(likely, b)
			}
		}
		// Who waits for the first of several, as splice(2) does, is not kept by an
		// empty pipe from writing.
		if len(likely) > 0 {
			at = likely
		}
		list = append(list, at...)
	}
	return list
}

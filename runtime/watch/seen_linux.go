package watch

import "slices"

// Seen gives what the stages did at the last look, as far as that has read it anyway.
func (w *Watcher) Seen() []Seen { return w.seen }

// stages says what each stage did.
func (s *sampling) stages() (list []Seen) {
	of := map[int]int{} // the place of each stage in list
	for i := range s.parties {
		p := &s.parties[i]
		if p.stage == outsider || i >= len(s.processes) && (!p.inside || p.free) {
			continue
		}
		k, known := of[p.stage]
		if !known {
			k = len(list)
			of[p.stage] = k
			list = append(list, Seen{Stage: p.stage, FD: none})
		}
		if seen := s.seen(i); seen.Does > list[k].Does || !known {
			list[k] = seen
		}
	}
	return list
}

// seen is what one party did.
func (s *sampling) seen(i int) Seen {
	p := &s.parties[i]
	seen := Seen{Stage: p.stage, FD: none}
	if i < len(s.processes) && s.processes[i].runs() {
		seen.Does = Running
		return seen
	}
	for _, t := range p.tasks {
		x := Seen{Stage: p.stage, FD: none, Opening: t.opens}
		switch {
		case t.opens != nil:
			x.Does = Reading
			if t.opens.Writes {
				x.Does = Writing
			}
		case t.lock != nil:
			x.Does, x.At, x.Holder = Locking, t.lock.Region, t.lock.Holder
		case len(t.waits) > 0:
			x.waitsAt(&t.waits[0], s.rootOf(i))
		}
		if x.Does > seen.Does {
			seen = x
		}
	}
	return seen
}

// waitsAt says at which descriptor of the stage's own process a wait is.
func (x *Seen) waitsAt(w *Wait, root *process) {
	x.Does, x.At = Reading, w.Side.Pipe
	if w.Side.Writes {
		x.Does = Writing
	}
	if root == nil {
		return
	}
	for fd, d := range root.table {
		side := d.socket || d.writes && w.Side.Writes || d.reads && !w.Side.Writes
		if d.id == w.Side.Pipe && side && (x.FD < 0 || fd < x.FD) {
			x.FD = fd
		}
	}
}

// rootOf is the stage's own process, from which a party comes; nil where it is none.
func (s *sampling) rootOf(i int) *process {
	if i >= len(s.processes) {
		return nil
	}
	for s.parties[i].parent >= 0 {
		i = s.parties[i].parent
	}
	return s.processes[i]
}

// runs reports whether one of its tasks is on a processor, or waits for one.
func (p *process) runs() bool {
	return p.waits == nil && slices.ContainsFunc(p.threads, func(t thread) bool { return t.runs })
}

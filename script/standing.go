package script

import "weir/script/problem"

// standing is where a stage value was used.
type standing struct {
	times   int
	family  node             // of its first use
	strands map[*strand]bool // the chains that it stands in; true where it is a link, and no more than a part of one
	piped   bool             // it stands twice in one chain
	other   bool             // it stands in another family too
}

// strand is one chain of a run: a chain value that stands in two places is two.
type strand struct{ _ byte }

// standings note where in a run each stage value stands.
type standings struct {
	of     map[*stage]*standing
	order  []*stage
	copies bool    // what is added next are replicas
	family node    // of those that run together, the one that is added
	strand *strand // the chain in it
	aside  bool    // in a part of a group inside that chain
}

// enterChain begins a chain; what it returns ends it.
func (at *standings) enterChain() (leave func()) {
	outer, aside := at.strand, at.aside
	at.strand, at.aside = &strand{}, false
	return func() { at.strand, at.aside = outer, aside }
}

// enterPart begins a part of a group, which may be one of several copies; what it returns ends it.
func (at *standings) enterPart(copies bool) (leave func()) {
	before, aside := at.copies, at.aside
	at.copies, at.aside = before || copies, true
	return func() { at.copies, at.aside = before, aside }
}

// add takes note of a use of a stage.
func (at *standings) add(s *stage) {
	if at.copies {
		return
	}
	st := at.of[s]
	if st == nil {
		st = &standing{family: at.family, strands: map[*strand]bool{}}
		at.of[s] = st
		at.order = append(at.order, s)
	}
	st.times++
	st.other = st.other || st.family != at.family && (len(st.strands) > 0 || at.strand != nil)
	if at.strand != nil {
		link, again := st.strands[at.strand]
		st.piped = st.piped || again && (link || !at.aside)
		st.strands[at.strand] = link || !at.aside
	}
}

// warnings tells of stages that stand in several places of a run: each is a process
// of its own there.
func (at *standings) warnings() (list []*problem.Error) {
	for _, s := range at.order {
		st := at.of[s]
		switch {
		case !st.piped && !st.other: // side by side
		case st.other:
			list = append(list, problem.New(s.Origin,
				"%s stands in %d places of this run: %d processes, none of which sees the other's input", write(s), st.times,
				st.times).
				Hinted("one that reads both is merge(a, b) | %s", write(s)))
		default:
			list = append(list,
				problem.New(s.Origin, "%s is piped into itself: %d processes, one after the other", write(s), st.times).
					Hinted("output comes back to its own input with loop(t)"))
		}
	}
	return list
}

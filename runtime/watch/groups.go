package watch

import "slices"

// groups numbers the deadlocks among the members, who belong to one where one waits for
// the other, and tells for which of them others wait. Those that wait at what has a name
// wait for all others.
func (s *set) groups() (group []int, awaited []bool) {
	group, awaited = make([]int, len(s.parties)), make([]bool, len(s.parties))
	for i := range group {
		group[i] = i
	}
	var find func(i int) int
	find = func(i int) int {
		if group[i] != i {
			group[i] = find(group[i])
		}
		return group[i]
	}
	outsiders := -1
	for i, in := range s.in {
		if !in {
			continue
		}
		if slices.ContainsFunc(s.parties[i].tasks, func(t task) bool { return t.named != Pipe{} }) {
			if outsiders >= 0 {
				group[find(i)] = find(outsiders)
			}
			outsiders = i
		}
		for _, k := range s.awaitedBy(i) {
			if s.in[k] && k != i {
				group[find(i)], awaited[k] = find(k), true
			}
		}
	}
	for i := range group {
		group[i] = find(i)
	}
	return group, awaited
}

// awaitedBy lists who might let a member go on.
func (s *set) awaitedBy(i int) (list []int) {
	for k := range s.parties[i].tasks {
		t := &s.parties[i].tasks[k]
		for _, w := range t.waits {
			list = append(list, s.holders[w.Side.other()]...)
		}
		if t.shared != (Pipe{}) {
			list = append(list, s.sharers[t.shared]...)
		}
		if t.children {
			list = append(list, s.children[i]...)
		}
		for _, stage := range t.behind {
			list = append(list, s.members(stage)...)
		}
		for _, stage := range t.ends {
			if k, known := s.stages[stage]; known {
				list = append(list, k)
			}
		}
		switch {
		case t.lock == nil:
		case t.lock.Holder == 0:
			list = append(list, s.sharers[t.lock.Region]...)
		default:
			if k, known := s.holder(t.lock); known {
				list = append(list, k)
			}
		}
	}
	return list
}

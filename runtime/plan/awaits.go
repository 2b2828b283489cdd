package plan

import "weir/ipc"

// Awaits lists, by stage, the stages that must be ready before it is started: those whose
// output it reads, also through relays.
func (p *Plan) Awaits() map[int][]int {
	var list map[int][]int
	for i := range p.Stages {
		if p.Stages[i].Ready == nil {
			continue
		}
		if list == nil {
			list = map[int][]int{}
		}
		for _, reader := range p.readersOf(i, map[int]bool{i: true}) {
			list[reader] = append(list[reader], i)
		}
	}
	return list
}

// readersOf lists the stages that read what a stage writes, also through relays.
func (p *Plan) readersOf(stage int, seen map[int]bool) (readers []int) {
	for _, end := range p.Stages[stage].Ends {
		if kind := p.Channels[end.Channel].Kind; !end.Mode.Writes() || kind == ipc.KindStandard {
			continue
		}
		for i := range p.Stages {
			if seen[i] || !p.reads(i, end.Channel) {
				continue
			}
			seen[i] = true
			if p.Stages[i].Relay != nil {
				readers = append(readers, p.readersOf(i, seen)...)
			} else {
				readers = append(readers, i)
			}
		}
	}
	return readers
}

func (p *Plan) reads(stage, channel int) bool {
	for _, end := range p.Stages[stage].Ends {
		if end.Channel == channel && !end.Mode.Writes() {
			return true
		}
	}
	return false
}

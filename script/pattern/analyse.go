package pattern

// analyse finds what a search can make use of.
func (p *Pattern) analyse() {
	if p.Err() == nil { // else to leave something out could leave the fault out
		for i := range p.items {
			if it := &p.items[i]; it.op == opMost || it.op == opFewest {
				p.analyseNext(it, i+1)
			}
		}
	}
	for i := range p.items {
		switch it := &p.items[i]; it.op {
		case opOpen, opPosition, opFrontier:
			continue
		case opLiteral:
			p.prefix = newNeedle(it.text)
		case opOne:
			p.first = it.set
		case opMost:
			if it.least > 0 {
				p.first = it.set
				p.skips = it.keeps && !p.looksBack(i)
			}
		}
		break
	}
	if p.first == all {
		p.first, p.skips = nil, false
	}
}

// looksBack reports whether what a match takes first can matter to what follows, or
// what stands before it to the first item, number i.
func (p *Pattern) looksBack(i int) bool {
	for k := range p.items {
		if op := p.items[k].op; op == opBack || op == opFrontier && k < i {
			return true
		}
	}
	return false
}

// analyseNext finds out what must follow a repetition: where that cannot begin
// with a byte of its own set, to repeat less often cannot help.
func (p *Pattern) analyseNext(it *item, i int) {
	for ; i < len(p.items); i++ {
		switch next := &p.items[i]; next.op {
		case opOpen, opPosition, opClose:
			continue
		case opEnd:
			it.keeps = true
		case opLiteral:
			it.keeps = !it.set[next.text[0]]
			it.next, it.x = true, next.text[0]
		case opOne:
			it.keeps = it.set.disjoint(next.set)
		case opMost:
			it.keeps = next.least > 0 && it.set.disjoint(next.set)
		}
		return
	}
	it.keeps = true // the end of the pattern takes what it gets
}

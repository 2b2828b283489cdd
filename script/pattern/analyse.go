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
			p.prefix = it.text
			p.rare = rarest(it.text)
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

// looksBack tells whether what a match takes first can matter to what follows, or
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

// rarest finds the byte that a text of words and numbers has least often.
func rarest(s string) int {
	best, at := 256, 0
	for i := range len(s) {
		if w := weight(s[i]); w < best {
			best, at = w, i
		}
	}
	return at
}

// weight is how common a byte is in logs and texts, roughly.
func weight(c byte) int {
	switch {
	case c == ' ' || c == '\n':
		return 200
	case c >= 'a' && c <= 'z':
		return 60 + int("\x50\x12\x24\x2c\x78\x18\x16\x28\x46\x02\x08\x34\x1e\x44\x4a\x16\x01\x40\x42\x5a\x20\x0c\x14\x03\x16\x02"[c-'a'])
	case isDigit(c):
		return 120
	case c >= 'A' && c <= 'Z':
		return 30
	case c == '.' || c == '-' || c == ':' || c == '/' || c == ',' || c == '_':
		return 50
	}
	return 20
}

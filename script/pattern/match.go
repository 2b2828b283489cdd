package pattern

import (
	"errors"
	"math/bits"
)

// maxDepth is how deep a match may nest, MAXCCALLS of later Luas. Each
// repetition in a pattern is one level.
const maxDepth = 10_000

// stepsBetween is how much a match does before it asks whether to go on.
const stepsBetween = 1 << 16

// Matcher holds what a match has found. It is for one goroutine; its zero value
// is ready.
type Matcher struct {
	// Stop, where it is set, is asked now and then; its error ends a match.
	Stop func() error

	p     *Pattern
	s     string
	level int    // captures so far
	open  uint32 // which of them have no end yet
	at    [MaxCaptures]span
	steps int
	depth int
	fault error
}

// span is a capture in the subject; to is below from for a position.
type span struct{ from, to int }

// Find searches s from init on, as string.find and string.match do. It gives
// where the match begins and ends, or -1 where there is none.
func (m *Matcher) Find(p *Pattern, s string, init int) (from, to int, err error) {
	m.start(p, s)
	if p.anchored {
		to = m.try(init)
		if to < 0 {
			return -1, -1, m.fault
		}
		return init, to, nil
	}
	return m.search(init)
}

// FindPrefixed is Find from a place at which the prefix is known to stand.
func (m *Matcher) FindPrefixed(p *Pattern, s string, at int) (from, to int, err error) {
	m.start(p, s)
	m.level, m.open = 0, 0
	if p.items[0].op == opLiteral {
		to = m.match(at+len(p.items[0].text), 1)
	} else {
		to = m.match(at, 0)
	}
	if to >= 0 || m.fault != nil {
		return at, to, m.fault
	}
	return m.search(at + 1)
}

// FindNext is Find for gmatch: ^ has no meaning of its own.
func (m *Matcher) FindNext(p *Pattern, s string, init int) (from, to int, err error) {
	m.start(p.free, s)
	return m.search(init)
}

func (m *Matcher) start(p *Pattern, s string) {
	m.p, m.s, m.fault, m.steps, m.depth = p, s, nil, stepsBetween, 0
}

// search tries one place after the other, those at which no match can begin left
// out.
func (m *Matcher) search(at int) (from, to int, err error) {
	p := m.p
	for ; at <= len(m.s); at++ {
		switch {
		case p.prefix.text != "":
			skip := p.prefix.Index(m.s[at:])
			if skip < 0 {
				return -1, -1, nil
			}
			at += skip
		case p.first != nil:
			for at < len(m.s) && !p.first[m.s[at]] {
				at++
			}
			if at == len(m.s) {
				return -1, -1, nil
			}
		}
		if to := m.try(at); to >= 0 {
			return at, to, nil
		}
		if m.fault != nil || m.steps < 0 && !m.goOn() {
			return -1, -1, m.fault
		}
		if p.skips {
			at = run(m.s, at, p.first)
		}
	}
	return -1, -1, nil
}

// try matches at one place and gives the end, or -1.
func (m *Matcher) try(at int) int {
	m.level, m.open = 0, 0
	return m.match(at, 0)
}

// raise ends the match with an error.
func (m *Matcher) raise(fault string) int {
	m.fault = errors.New(fault)
	return -1
}

// goOn asks whether a match that takes long is to go on.
func (m *Matcher) goOn() bool {
	m.steps = stepsBetween
	if m.Stop != nil {
		m.fault = m.Stop()
	}
	return m.fault == nil
}

// deeper matches what follows an item that can be had in several ways, and takes
// back what a failure has captured.
func (m *Matcher) deeper(at, next int) int {
	if m.steps--; m.steps < 0 && !m.goOn() {
		return -1
	}
	if m.depth++; m.depth > maxDepth {
		return m.raise(faultDeep)
	}
	level, open := m.level, m.open
	to := m.match(at, next)
	if to < 0 {
		m.level, m.open = level, open
	}
	m.depth--
	return to
}

// match matches the items from number i on at a place: match() of lstrlib.c.
func (m *Matcher) match(at, i int) int {
	s, items := m.s, m.p.items
	for ; i < len(items); i++ {
		it := &items[i]
		switch it.op {
		case opLiteral:
			if len(s)-at < len(it.text) || s[at:at+len(it.text)] != it.text {
				return -1
			}
			at += len(it.text)
		case opOne:
			if at >= len(s) || !it.set[s[at]] {
				return -1
			}
			at++
		case opMost:
			n := run(s, at, it.set)
			m.steps -= n - at
			if n-at < int(it.least) {
				return -1
			}
			if !it.keeps {
				return m.most(it, at, n, i+1)
			}
			at = n
		case opMaybe:
			if at < len(s) && it.set[s[at]] {
				if to := m.deeper(at+1, i+1); to >= 0 || m.fault != nil {
					return to
				}
			}
		case opFewest:
			return m.fewest(it, at, i+1)
		case opEnd:
			if at != len(s) {
				return -1
			}
		case opOpen:
			if m.level >= MaxCaptures {
				return m.raise(faultMany)
			}
			m.at[m.level] = span{at, -1}
			m.open |= 1 << m.level
			m.level++
		case opClose:
			if m.open == 0 {
				return m.raise(faultClose)
			}
			last := bits.Len32(m.open) - 1
			m.at[last&(MaxCaptures-1)].to = at
			m.open &^= 1 << last
		default:
			if at = m.special(it, at); at < 0 {
				return -1
			}
		}
	}
	return at
}

// run gives the end of the run of bytes of a set.
func run(s string, at int, in *set) int {
	for at < len(s) && in[s[at]] {
		at++
	}
	return at
}

// most tries a repetition as long as it can be, then shorter: max_expand.
func (m *Matcher) most(it *item, at, end, next int) int {
	for end >= at+int(it.least) {
		if it.next {
			for end >= at+int(it.least) && (end >= len(m.s) || m.s[end] != it.x) {
				end--
			}
			if end < at+int(it.least) {
				return -1
			}
		}
		if to := m.deeper(end, next); to >= 0 || m.fault != nil {
			return to
		}
		end--
	}
	return -1
}

// fewest tries a repetition as short as it can be, then longer: min_expand.
func (m *Matcher) fewest(it *item, at, next int) int {
	for {
		if !it.next || at < len(m.s) && m.s[at] == it.x {
			if to := m.deeper(at, next); to >= 0 || m.fault != nil {
				return to
			}
		}
		if at >= len(m.s) || !it.set[m.s[at]] {
			return -1
		}
		at++
	}
}

// special matches the items that are seldom, and gives the place behind.
func (m *Matcher) special(it *item, at int) int {
	switch it.op {
	case opPosition:
		if m.level >= MaxCaptures {
			return m.raise(faultMany)
		}
		m.at[m.level] = span{at, -1}
		m.level++
	case opBack:
		return m.back(int(it.index), at)
	case opBalance:
		return m.balance(it, at)
	case opFrontier:
		var before, here byte
		if at > 0 {
			before = m.s[at-1]
		}
		if at < len(m.s) {
			here = m.s[at]
		}
		if it.set[before] || !it.set[here] {
			return -1
		}
	case opFault:
		return m.raise(it.text)
	}
	return at
}

// back matches what a capture has: match_capture. A position has nothing that
// could stand anywhere.
func (m *Matcher) back(index, at int) int {
	if index < 0 || index >= m.level || m.open&(1<<index) != 0 {
		return m.raise(faultIndex)
	}
	c := m.at[index]
	if c.to < c.from || len(m.s)-at < c.to-c.from || m.s[at:at+c.to-c.from] != m.s[c.from:c.to] {
		return -1
	}
	return at + c.to - c.from
}

// balance matches from x to the y that belongs to it: matchbalance.
func (m *Matcher) balance(it *item, at int) int {
	if at >= len(m.s) || m.s[at] != it.x {
		return -1
	}
	depth, from := 1, at
	for at++; at < len(m.s); at++ {
		switch m.s[at] {
		case it.y:
			if depth--; depth == 0 {
				return at + 1
			}
		case it.x:
			depth++
		}
	}
	m.steps -= at - from
	return -1
}

// Count is how many captures the last match has.
func (m *Matcher) Count() int { return m.level }

// Capture gives capture i, from 0, of the last match. A position is told by to
// being below from. Its error is what C Lua raises when the capture is asked for.
func (m *Matcher) Capture(i int) (from, to int, err error) {
	switch {
	case i < 0 || i >= m.level:
		return 0, 0, errors.New(faultIndex)
	case m.open&(1<<i) != 0:
		return 0, 0, errors.New(faultOpen)
	}
	return m.at[i].from, m.at[i].to, nil
}

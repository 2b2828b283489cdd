package pattern

import (
	"errors"
	"strings"
)

// MaxCaptures is LUA_MAXCAPTURES.
const MaxCaptures = 32

// op says what an item does.
type op uint8

const (
	opLiteral  op = iota // text stands next
	opOne                // one byte of set
	opMaybe              // set?
	opMost               // set*, set+: as many as there are, least of them at least
	opFewest             // set-
	opOpen               // (
	opPosition           // ()
	opClose              // )
	opBack               // %1
	opBalance            // %bxy
	opFrontier           // %f[set]
	opEnd                // $ at the end
	opFault              // raises text
)

// item is one step of a compiled pattern.
type item struct {
	op    op
	least uint8  // of opMost
	keeps bool   // of opMost: to give back a byte cannot help what follows
	index int8   // of opBack
	x, y  byte   // of opBalance; x is the first byte of what follows opMost or opFewest, where next is set
	next  bool   // what follows can only begin with x
	set   *set   // of those that have one
	text  string // of opLiteral and opFault
}

// Pattern is a compiled pattern. It does not change and may be used by several
// goroutines.
type Pattern struct {
	source   string
	items    []item
	anchored bool   // begins with ^
	plain    bool   // has no special characters at all
	prefix   Needle // every match begins with it
	first    *set   // every match begins with one of these; nil where it may be any, or empty
	skips    bool   // where no match begins with a run of first, none begins within the run
	captures int
	fault    error
	free     *Pattern // the same without the meaning of ^, as gmatch has it
}

const specials = "^$*+?.([%-"

// Compile compiles a pattern. A malformed one is compiled, too: matching raises
// its fault where C Lua would, and Err tells of it.
func Compile(source string) *Pattern {
	p := compile(source, true)
	if p.anchored {
		p.free = compile(source, false)
	} else {
		p.free = p
	}
	return p
}

// compile compiles up to the first byte of value 0, which ends a pattern.
func compile(source string, anchors bool) *Pattern {
	p := &Pattern{source: source}
	text, _, _ := strings.Cut(source, "\x00")
	p.plain = !strings.ContainsAny(text, specials)
	if anchors && strings.HasPrefix(text, "^") {
		p.anchored = true
		text = text[1:]
	}
	c := compiler{p: p, rest: text}
	for c.rest != "" && p.fault == nil {
		c.item()
	}
	p.analyse()
	return p
}

// Source is what Compile was given.
func (p *Pattern) Source() string { return p.source }

// Err is what matching would raise, in the words of C Lua, if it got so far.
func (p *Pattern) Err() error {
	if p.fault != nil {
		return p.fault
	}
	open := 0
	var stack []int
	closed := map[int]bool{}
	for i := range p.items {
		switch it := &p.items[i]; it.op {
		case opOpen:
			stack = append(stack, open)
			open++
		case opPosition:
			closed[open] = true
			open++
		case opClose:
			if len(stack) == 0 {
				return errors.New(faultClose)
			}
			closed[stack[len(stack)-1]] = true
			stack = stack[:len(stack)-1]
		case opBack:
			if !closed[int(it.index)] {
				return errors.New(faultIndex)
			}
		}
		if open > MaxCaptures {
			return errors.New(faultMany)
		}
	}
	if len(stack) > 0 {
		return errors.New(faultOpen)
	}
	return nil
}

// Captures is how many captures it has.
func (p *Pattern) Captures() int { return p.captures }

// Literal is the text that the pattern stands for where it has no special
// characters.
func (p *Pattern) Literal() (string, bool) { return p.source, p.plain }

// Prefix is the text with which every match begins.
func (p *Pattern) Prefix() Needle { return p.prefix }

// Anchored reports whether it begins with ^.
func (p *Pattern) Anchored() bool { return p.anchored }

// The faults, as lstrlib.c words them.
const (
	faultPercent  = "malformed pattern (ends with '%')"
	faultBracket  = "malformed pattern (missing ']')"
	faultBalance  = "unbalanced pattern"
	faultFrontier = "missing '[' after '%f' in pattern"
	faultIndex    = "invalid capture index"
	faultClose    = "invalid pattern capture"
	faultMany     = "too many captures"
	faultOpen     = "unfinished capture"
	faultDeep     = "pattern too complex"
)

type compiler struct {
	p    *Pattern
	rest string
}

func (c *compiler) add(it item, length int) {
	c.p.items = append(c.p.items, it)
	c.rest = c.rest[length:]
}

func (c *compiler) raise(fault string) {
	c.p.fault = errors.New(fault)
	c.p.items = append(c.p.items, item{op: opFault, text: fault})
}

// item compiles what stands at the start of rest: the switch of match() in
// lstrlib.c.
func (c *compiler) item() {
	switch c.rest[0] {
	case '(':
		c.p.captures++
		if strings.HasPrefix(c.rest, "()") {
			c.add(item{op: opPosition}, 2)
		} else {
			c.add(item{op: opOpen}, 1)
		}
		return
	case ')':
		c.add(item{op: opClose}, 1)
		return
	case '$':
		if len(c.rest) == 1 {
			c.add(item{op: opEnd}, 1)
			return
		}
	case '%':
		if len(c.rest) > 1 && c.escaped() {
			return
		}
	}
	c.repeated()
}

// escaped compiles what is no class after %.
func (c *compiler) escaped() bool {
	switch d := c.rest[1]; {
	case d == 'b':
		if len(c.rest) < 4 {
			c.raise(faultBalance)
			return true
		}
		c.add(item{op: opBalance, x: c.rest[2], y: c.rest[3]}, 4)
	case d == 'f':
		if len(c.rest) < 3 || c.rest[2] != '[' {
			c.raise(faultFrontier)
			return true
		}
		s, n := c.class(2)
		if s == nil {
			return true
		}
		c.add(item{op: opFrontier, set: s}, n)
	case isDigit(d):
		c.add(item{op: opBack, index: int8(d) - '1'}, 2)
	default:
		return false
	}
	return true
}

// repeated compiles a class of one byte and the sign of repetition behind it.
func (c *compiler) repeated() {
	s, n := c.class(0)
	if s == nil {
		return
	}
	sign := byte(0)
	if n < len(c.rest) {
		sign = c.rest[n]
	}
	switch sign {
	case '?':
		c.add(item{op: opMaybe, set: s}, n+1)
	case '*':
		c.add(item{op: opMost, set: s}, n+1)
	case '+':
		c.add(item{op: opMost, least: 1, set: s}, n+1)
	case '-':
		c.add(item{op: opFewest, set: s}, n+1)
	default:
		c.literal(s, n)
	}
}

// literal adds one byte of a set, to the text before it where it can.
func (c *compiler) literal(s *set, n int) {
	text := c.rest[n-1 : n]
	if n == 1 && text == "." || n > 1 && (c.rest[0] == '[' || !s.only(text[0])) {
		c.add(item{op: opOne, set: s}, n)
		return
	}
	if k := len(c.p.items) - 1; k >= 0 && c.p.items[k].op == opLiteral {
		c.p.items[k].text += text
		c.rest = c.rest[n:]
		return
	}
	c.add(item{op: opLiteral, text: text}, n)
}

// only reports whether c alone is in the set.
func (s *set) only(c byte) bool {
	for i := range s {
		if s[i] != (i == int(c)) {
			return false
		}
	}
	return true
}

var all = func() *set {
	s := &set{}
	for c := range s {
		s[c] = true
	}
	return s
}()

// class gives the set of the class at from and where it ends: luaI_classend.
func (c *compiler) class(from int) (*set, int) {
	r, i := c.rest, from
	switch r[i] {
	case '.':
		return all, i + 1
	case '%':
		if i+1 == len(r) {
			c.raise(faultPercent)
			return nil, 0
		}
		s := &set{}
		s.addClass(r[i+1])
		return s, i + 2
	case '[':
		i++
		if i < len(r) && r[i] == '^' {
			i++
		}
		for first := true; first || i >= len(r) || r[i] != ']'; first = false {
			if i >= len(r) {
				c.raise(faultBracket)
				return nil, 0
			}
			i++
			if r[i-1] == '%' && i < len(r) {
				i++
			}
		}
		return newSet(r[from : i+1]), i + 1
	}
	return single(r[i]), i + 1
}

package filter

import (
	"bytes"
	"strings"

	"weir/script/pattern"
)

// search finds the lines of a block in which a pattern matches. Where every
// match begins with a known text, the block is scanned for that, and lines
// without it are never looked at.
type search struct {
	p      *pattern.Pattern
	m      pattern.Matcher
	jumps  bool // to the next place where the prefix stands
	prefix pattern.Needle
	tuned  bool // prefix, to the input
}

func newSearch(p *pattern.Pattern, stop func() error) *search {
	s := &search{p: p}
	s.m.Stop = stop
	s.prefix = p.Prefix()
	text := s.prefix.Text()
	s.jumps = text != "" && !p.Anchored() && !strings.Contains(text, "\n")
	return s
}

// sampleSize is how much of the input tells what it is like, in bytes.
const sampleSize = 16 << 10

// tune looks at the first block.
func (s *search) tune(b string) {
	if s.jumps && !s.tuned {
		s.prefix, s.tuned = s.prefix.Tuned(b[:min(len(b), sampleSize)]), true
	}
}

// hit is a line and where the pattern matches in it; the newline is not in it.
type hit struct {
	start, end int // of the line, in the block
	from, to   int // of the match, in the line
}

// next finds the first matching line of b that begins at or after at, which is
// the beginning of a line.
func (s *search) next(b string, at int) (h hit, found bool, err error) {
	for at < len(b) {
		h, from, some := s.candidate(b, at)
		if !some {
			return h, false, nil
		}
		if s.jumps {
			h.from, h.to, err = s.m.FindPrefixed(s.p, b[h.start:h.end], from)
		} else {
			h.from, h.to, err = s.m.Find(s.p, b[h.start:h.end], from)
		}
		if err != nil || h.from >= 0 {
			return h, err == nil, err
		}
		at = h.end + 1
	}
	return h, false, nil
}

// candidate finds the next line that may match, and from where on in the line.
func (s *search) candidate(b string, at int) (h hit, from int, some bool) {
	end := LineEnd(b, at)
	if !s.jumps {
		return hit{start: at, end: end}, 0, true
	}
	i := s.prefix.Index(b[at:])
	if i < 0 {
		return h, 0, false
	}
	i += at
	if i >= end {
		at = strings.LastIndexByte(b[:i], '\n') + 1
		end = LineEnd(b, i)
	}
	return hit{start: at, end: end}, i - at, true
}

// LineEnd gives where the line ends in which at stands.
func LineEnd(b string, at int) int {
	if i := strings.IndexByte(b[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(b)
}

// Grep keeps the lines in which p matches, or with reject those in which it does
// not.
func Grep(p *pattern.Pattern, reject bool, stop func() error) Filter {
	return &grep{search: newSearch(p, stop), reject: reject}
}

type grep struct {
	stateless
	*search
	reject bool
	out    []byte
}

func (g *grep) Lines(block []byte, next Emit) error {
	g.out = g.out[:0]
	b, at := text(block), 0
	g.tune(b)
	for at < len(b) {
		h, found, err := g.next(b, at)
		if err != nil {
			return err
		}
		if !found {
			h.start, h.end = len(b), len(b)
		}
		after := min(h.end+1, len(b))
		switch {
		case !g.reject && found:
			g.out = append(g.out, block[h.start:after]...)
		case g.reject && at == 0 && !found:
			return g.pass(block, next) // nothing to leave out
		case g.reject:
			g.out = append(g.out, block[at:h.start]...)
		}
		at = after
	}
	if len(g.out) == 0 {
		return nil
	}
	return next(withNewline(g.out))
}

// pass passes a block on as it is.
func (g *grep) pass(block []byte, next Emit) error {
	if block[len(block)-1] == '\n' {
		return next(block)
	}
	g.out = withNewline(append(g.out, block...))
	return next(g.out)
}

// Replace puts something in the place of each match, line by line.
func Replace(p *pattern.Pattern, with pattern.Replacement, stop func() error) Filter {
	return &replace{search: newSearch(p, stop), with: with}
}

type replace struct {
	stateless
	*search
	with pattern.Replacement
	out  []byte
}

func (r *replace) Lines(block []byte, next Emit) error {
	r.out = r.out[:0]
	b, at, changed := text(block), 0, false
	r.tune(b)
	for at < len(b) {
		h, from, some := r.candidate(b, at)
		if !some {
			break
		}
		r.out = append(r.out, block[at:h.start]...)
		var err error
		if r.out, _, err = r.m.Replace(r.out, r.p, b[h.start:h.end], from, -1, r.with); err != nil {
			return err
		}
		changed = true
		at = min(h.end+1, len(b))
		if h.end < at {
			r.out = append(r.out, '\n')
		}
	}
	if !changed {
		return next(block)
	}
	r.out = append(r.out, block[at:]...)
	if len(r.out) == 0 {
		return nil
	}
	return next(r.out)
}

// Sum adds up what the first capture of p is, or the whole match, in each line
// in which it matches; with no pattern, whole lines. Whole numbers are added
// exactly.
func Sum(p *pattern.Pattern, stop func() error) Filter {
	s := &sum{}
	if p != nil {
		s.search = newSearch(p, stop)
	}
	return s
}

type sum struct {
	*search
	total total
}

func (s *sum) Lines(block []byte, next Emit) error {
	b := text(block)
	if s.search == nil {
		for at := 0; at < len(b); {
			end := LineEnd(b, at)
			if err := s.total.add(b[at:end]); err != nil {
				return err
			}
			at = end + 1
		}
		return nil
	}
	s.tune(b)
	for at := 0; at < len(b); {
		h, found, err := s.next(b, at)
		if err != nil || !found {
			return err
		}
		from, to := h.from, h.to
		if s.m.Count() > 0 {
			if from, to, err = s.m.Capture(0); err != nil {
				return err
			}
		}
		if to < from { // a position
			s.total.addInt(int64(from + 1))
		} else if err := s.total.add(b[h.start+from : h.start+to]); err != nil {
			return err
		}
		at = h.end + 1
	}
	return nil
}

func (s *sum) End(next Emit) error { return next(append(s.total.text(), '\n')) }

// Count counts lines; a last one without a newline is one, too.
func Count() Filter { return &count{} }

type count struct{ n total }

func (c *count) Lines(block []byte, next Emit) error {
	n := bytes.Count(block, newline)
	if block[len(block)-1] != '\n' {
		n++
	}
	c.n.addInt(int64(n))
	return nil
}

func (c *count) End(next Emit) error { return next(append(c.n.text(), '\n')) }

var newline = []byte{'\n'}

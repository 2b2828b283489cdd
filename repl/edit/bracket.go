package edit

import (
	"slices"
	"strings"
)

// bracket adds spans for the bracket at the cursor, or before it, and the one that
// belongs to it. What stands in strings and comments does not count.
func (s *session) bracket(spans []Span) []Span {
	for _, at := range []int{s.at, s.at - 1} {
		if at < 0 || at >= len(s.s) || !strings.ContainsRune("()[]{}", rune(s.s[at])) || quoted(spans, at) {
			continue
		}
		if other := s.matching(spans, at); other >= 0 {
			return mark(mark(spans, at), other)
		}
		return spans
	}
	return spans
}

// quoted tells whether a place is in a string or a comment.
func quoted(spans []Span, at int) bool {
	for _, p := range spans {
		if p.From <= at && at < p.To && (p.Kind == "string" || p.Kind == "comment") {
			return true
		}
	}
	return false
}

func (s *session) matching(spans []Span, at int) int {
	const pairs = "()[]{}"
	i := strings.IndexByte(pairs, s.s[at])
	open, other, step := s.s[at], pairs[i^1], 1
	if i%2 == 1 {
		step = -1
	}
	depth := 0
	for k := at; k >= 0 && k < len(s.s); k += step {
		switch {
		case s.s[k] != open && s.s[k] != other || quoted(spans, k):
		case s.s[k] == open:
			depth++
		default:
			if depth--; depth == 0 {
				return k
			}
		}
	}
	return -1
}

// mark makes one byte a bracket's, and cuts what spans it.
func mark(spans []Span, at int) []Span {
	var out []Span
	for _, p := range spans {
		if p.To <= at || p.From > at {
			out = append(out, p)
			continue
		}
		if p.From < at {
			out = append(out, Span{p.From, at, p.Kind})
		}
		if at+1 < p.To {
			out = append(out, Span{at + 1, p.To, p.Kind})
		}
	}
	out = append(out, Span{at, at + 1, "bracket"})
	slices.SortFunc(out, func(a, b Span) int { return a.From - b.From })
	return out
}

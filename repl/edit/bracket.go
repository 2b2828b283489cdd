package edit

import (
	"slices"
	"strings"
)

const brackets = "()[]{}"

// markBrackets adds spans for the bracket at the cursor, or before it, and for the one that belongs to
// it. Brackets in strings and comments do not count.
func (t *text) markBrackets(spans []Span) []Span {
	for _, at := range []int{t.at, t.at - 1} {
		if at < 0 || at >= len(t.s) || strings.IndexByte(brackets, t.s[at]) < 0 || quoted(spans, at) {
			continue
		}
		if other := t.matching(spans, at); other >= 0 {
			return mark(mark(spans, at), other)
		}
		return spans
	}
	return spans
}

// quoted reports whether a byte is in a string or a comment.
func quoted(spans []Span, at int) bool {
	for _, p := range spans {
		if p.From <= at && at < p.To && (p.Kind == "string" || p.Kind == "comment") {
			return true
		}
	}
	return false
}

// matching gives the bracket that belongs to the one at a place, -1 if there is none.
func (t *text) matching(spans []Span, at int) int {
	i := strings.IndexByte(brackets, t.s[at])
	open, other, step := t.s[at], brackets[i^1], 1
	if i%2 == 1 {
		step = -1
	}
	depth := 0
	for k := at; k >= 0 && k < len(t.s); k += step {
		switch {
		case t.s[k] != open && t.s[k] != other || quoted(spans, k):
		case t.s[k] == open:
			depth++
		default:
			if depth--; depth == 0 {
				return k
			}
		}
	}
	return -1
}

// mark gives one byte a span of its own, and cuts the one that had it.
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

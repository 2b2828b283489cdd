package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is one element of a pattern: a character, ?, *, or [...].
type token struct {
	kind tokenKind
	char rune // of one
	set  *set // of oneOf
}

type tokenKind int

const (
	one tokenKind = iota
	anyOne
	anyRun
	oneOf
)

func (t token) is(c rune) bool { return t.kind == one && t.char == c }

func (t token) takes(c rune) bool {
	switch t.kind {
	case one:
		return t.char == c
	case oneOf:
		return t.set.has(c)
	}
	return true
}

// next is the first character of s. A byte that is not UTF-8 is a character
// of its own, below zero so that it equals no other.
func next(s string) (rune, int) {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 {
		return -1 - rune(s[0]), 1
	}
	return r, n
}

// compile reads a pattern in which \ quotes the next character.
func compile(pat string) []token {
	var out []token
	for i := 0; i < len(pat); {
		c, n := next(pat[i:])
		i += n
		switch c {
		case '*':
			if k := len(out); k == 0 || out[k-1].kind != anyRun {
				out = append(out, token{kind: anyRun})
			}
			continue
		case '?':
			out = append(out, token{kind: anyOne})
			continue
		case '[':
			if s, end, ok := bracket(pat, i); ok {
				out = append(out, token{kind: oneOf, set: s})
				i = end
				continue
			}
		case '\\':
			if i < len(pat) {
				c, n = next(pat[i:])
				i += n
			}
		}
		out = append(out, token{kind: one, char: c})
	}
	return out
}

// set is a bracket expression: ranges and the names of classes.
type set struct {
	not     bool
	ranges  [][2]rune
	classes []string
}

func (s *set) has(c rune) bool {
	for _, r := range s.ranges {
		if r[0] <= c && c <= r[1] {
			return !s.not
		}
	}
	for _, name := range s.classes {
		if inClass(name, c) {
			return !s.not
		}
	}
	return s.not
}

// bracket reads the bracket expression whose [ stands before i; it is none
// where no ] ends it.
func bracket(pat string, i int) (*set, int, bool) {
	s := &set{}
	if i < len(pat) && (pat[i] == '!' || pat[i] == '^') {
		s.not = true
		i++
	}
	for first := true; i < len(pat); first = false {
		if pat[i] == ']' && !first {
			return s, i + 1, true
		}
		if name, end, ok := named(pat, i, ':'); ok {
			s.classes = append(s.classes, name)
			i = end
			continue
		}
		from, end, ok := element(pat, i)
		if !ok {
			return nil, 0, false
		}
		i = end
		to := from
		if i+1 < len(pat) && pat[i] == '-' && pat[i+1] != ']' {
			if to, i, ok = element(pat, i+1); !ok {
				return nil, 0, false
			}
		}
		s.ranges = append(s.ranges, [2]rune{from, to})
	}
	return nil, 0, false
}

// element is one character of a bracket expression: itself, quoted by \, or
// written [.c.] or [=c=].
func element(pat string, i int) (rune, int, bool) {
	if i >= len(pat) {
		return 0, 0, false
	}
	for _, mark := range []byte{'.', '='} {
		if name, end, ok := named(pat, i, mark); ok {
			if c, n := next(name); n == len(name) && n > 0 {
				return c, end, true
			}
		}
	}
	if pat[i] == '\\' && i+1 < len(pat) {
		i++
	}
	c, n := next(pat[i:])
	return c, i + n, true
}

// named reads [:name:] and its like.
func named(pat string, i int, mark byte) (name string, end int, ok bool) {
	if i+1 >= len(pat) || pat[i] != '[' || pat[i+1] != mark {
		return "", 0, false
	}
	n := strings.Index(pat[i+2:], string(mark)+"]")
	if n < 0 {
		return "", 0, false
	}
	return pat[i+2 : i+2+n], i + 2 + n + 2, true
}

func inClass(name string, c rune) bool {
	if c < 0 {
		return false
	}
	switch name {
	case "alpha":
		return unicode.IsLetter(c)
	case "digit":
		return c >= '0' && c <= '9'
	case "alnum":
		return unicode.IsLetter(c) || unicode.IsDigit(c)
	case "upper":
		return unicode.IsUpper(c)
	case "lower":
		return unicode.IsLower(c)
	case "space":
		return unicode.IsSpace(c)
	case "blank":
		return c == ' ' || c == '\t'
	case "punct":
		return c > ' ' && c < 0x7f && !unicode.IsLetter(c) && !unicode.IsDigit(c) || c > 0x7f && (unicode.IsPunct(c) || unicode.IsSymbol(c))
	case "print":
		return c == ' ' || unicode.IsGraphic(c)
	case "graph":
		return c != ' ' && unicode.IsGraphic(c)
	case "cntrl":
		return unicode.IsControl(c)
	case "xdigit":
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
	case "word":
		return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c)
	case "ascii":
		return c < 0x80
	}
	return false
}

// prefix gives the shortest and the longest start of s that matches all of
// pat. It follows every possible match at once: its time is the product of
// the lengths, whatever the pattern.
func prefix(pat []token, s string) (short, long int, ok bool) {
	now := make([]bool, len(pat)+1)
	then := make([]bool, len(pat)+1)
	now[0] = true
	for i := 0; ; {
		alive := false
		for j := range pat {
			if now[j] && pat[j].kind == anyRun {
				now[j+1] = true
			}
			alive = alive || now[j]
		}
		if now[len(pat)] {
			if !ok {
				short = i
			}
			long, ok = i, true
		}
		if !alive || i == len(s) {
			return short, long, ok
		}
		c, n := next(s[i:])
		clear(then)
		for j, t := range pat {
			if !now[j] || !t.takes(c) {
				continue
			}
			if t.kind == anyRun {
				then[j] = true
			} else {
				then[j+1] = true
			}
		}
		now, then = then, now
		i += n
	}
}

// whole reports whether pat matches all of s.
func whole(pat []token, s string) bool {
	_, long, ok := prefix(pat, s)
	return ok && long == len(s)
}

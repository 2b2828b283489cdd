package pattern

import (
	"errors"
	"strings"
)

// reference is match() of lstrlib.c as it stands there, byte by byte and call by
// call: what the compiled patterns are compared with.
type reference struct {
	s, p  string
	level int
	at    [MaxCaptures]struct{ init, len int }
	steps int
}

const (
	refUnfinished = -1
	refPosition   = -2
)

type refFault string

// find searches as str_find_aux does. It gives up after many steps, which is
// told by ok.
func (r *reference) find(s, p string, init int) (from, to int, err error, ok bool) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case refFault:
			from, to, err, ok = -1, -1, errors.New(string(e)), true
		case int:
			ok = false
		default:
			panic(e)
		}
	}()
	p, _, _ = strings.Cut(p, "\x00")
	anchor := strings.HasPrefix(p, "^")
	r.s, r.p = s, p
	start := 0
	if anchor {
		start = 1
	}
	for at := init; at <= len(s); at++ {
		r.level = 0
		if e := r.match(at, start); e >= 0 {
			return at, e, nil, true
		}
		if anchor {
			break
		}
	}
	return -1, -1, nil, true
}

// c is the byte at i of the pattern; C ends it with a byte of value 0.
func (r *reference) c(i int) byte {
	if i < len(r.p) {
		return r.p[i]
	}
	return 0
}

func (r *reference) match(s, p int) int {
	for {
		if r.steps++; r.steps > 200_000 {
			panic(0)
		}
		switch r.c(p) {
		case '(':
			if r.c(p+1) == ')' {
				return r.open(s, p+2, refPosition)
			}
			return r.open(s, p+1, refUnfinished)
		case ')':
			return r.shut(s, p+1)
		case '%':
			switch c := r.c(p + 1); {
			case c == 'b':
				if s = r.balance(s, p+2); s < 0 {
					return -1
				}
				p += 4
				continue
			case c == 'f':
				p += 2
				if r.c(p) != '[' {
					panic(refFault(faultFrontier))
				}
				ep := r.classEnd(p)
				var before, here byte
				if s > 0 {
					before = r.s[s-1]
				}
				if s < len(r.s) {
					here = r.s[s]
				}
				if r.bracket(before, p, ep-1) || !r.bracket(here, p, ep-1) {
					return -1
				}
				p = ep
				continue
			case isDigit(c):
				if s = r.back(s, c); s < 0 {
					return -1
				}
				p += 2
				continue
			}
		case 0:
			if p >= len(r.p) {
				return s
			}
		case '$':
			if p+1 == len(r.p) {
				if s == len(r.s) {
					return s
				}
				return -1
			}
		}
		ep := r.classEnd(p)
		m := s < len(r.s) && r.one(r.s[s], p, ep)
		switch r.c(ep) {
		case '?':
			if m {
				if e := r.match(s+1, ep+1); e >= 0 {
					return e
				}
			}
			p = ep + 1
		case '*':
			return r.most(s, p, ep)
		case '+':
			if !m {
				return -1
			}
			return r.most(s+1, p, ep)
		case '-':
			for {
				if e := r.match(s, ep+1); e >= 0 {
					return e
				}
				if s >= len(r.s) || !r.one(r.s[s], p, ep) {
					return -1
				}
				s++
			}
		default:
			if !m {
				return -1
			}
			s++
			p = ep
		}
	}
}

func (r *reference) most(s, p, ep int) int {
	i := 0
	for s+i < len(r.s) && r.one(r.s[s+i], p, ep) {
		i++
	}
	for ; i >= 0; i-- {
		if e := r.match(s+i, ep+1); e >= 0 {
			return e
		}
	}
	return -1
}

func (r *reference) open(s, p, what int) int {
	if r.level >= MaxCaptures {
		panic(refFault(faultMany))
	}
	r.at[r.level].init, r.at[r.level].len = s, what
	r.level++
	e := r.match(s, p)
	if e < 0 {
		r.level--
	}
	return e
}

func (r *reference) shut(s, p int) int {
	l := r.level - 1
	for ; l >= 0 && r.at[l].len != refUnfinished; l-- {
	}
	if l < 0 {
		panic(refFault(faultClose))
	}
	r.at[l].len = s - r.at[l].init
	e := r.match(s, p)
	if e < 0 {
		r.at[l].len = refUnfinished
	}
	return e
}

func (r *reference) back(s int, c byte) int {
	l := int(c) - '1'
	if l < 0 || l >= r.level || r.at[l].len == refUnfinished {
		panic(refFault(faultIndex))
	}
	n := r.at[l].len
	if n < 0 || len(r.s)-s < n || r.s[r.at[l].init:r.at[l].init+n] != r.s[s:s+n] {
		return -1
	}
	return s + n
}

func (r *reference) balance(s, p int) int {
	if p+1 >= len(r.p) {
		panic(refFault(faultBalance))
	}
	if s >= len(r.s) || r.s[s] != r.p[p] {
		return -1
	}
	for depth, i := 1, s+1; i < len(r.s); i++ {
		if r.s[i] == r.p[p+1] {
			if depth--; depth == 0 {
				return i + 1
			}
		} else if r.s[i] == r.p[p] {
			depth++
		}
	}
	return -1
}

func (r *reference) classEnd(p int) int {
	switch p++; r.c(p - 1) {
	case '%':
		if p >= len(r.p) {
			panic(refFault(faultPercent))
		}
		return p + 1
	case '[':
		if r.c(p) == '^' {
			p++
		}
		for first := true; first || r.c(p) != ']'; first = false {
			if p >= len(r.p) {
				panic(refFault(faultBracket))
			}
			p++
			if r.p[p-1] == '%' && p < len(r.p) {
				p++
			}
		}
		return p + 1
	}
	return p
}

func (r *reference) class(c, letter byte) bool {
	in, known := isClass(letter, c)
	if !known {
		return letter == c
	}
	return in != (letter >= 'A' && letter <= 'Z')
}

func (r *reference) one(c byte, p, ep int) bool {
	switch r.p[p] {
	case '.':
		return true
	case '%':
		return r.class(c, r.p[p+1])
	case '[':
		return r.bracket(c, p, ep-1)
	}
	return r.p[p] == c
}

func (r *reference) bracket(c byte, p, ec int) bool {
	sig := true
	if r.c(p+1) == '^' {
		sig = false
		p++
	}
	for p++; p < ec; p++ {
		switch {
		case r.p[p] == '%':
			p++
			if r.class(c, r.p[p]) {
				return sig
			}
		case r.c(p+1) == '-' && p+2 < ec:
			p += 2
			if r.p[p-2] <= c && c <= r.p[p] {
				return sig
			}
		case r.p[p] == c:
			return sig
		}
	}
	return !sig
}

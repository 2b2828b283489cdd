package luaio

import (
	"errors"
	"io"
)

// scanner collects the longest run of bytes that scanf's "%lf" takes from a
// file. As in glibc, one byte is looked ahead, and what was taken on the way to
// a failure is gone. Of a shared file that byte is looked at only.
type scanner struct {
	from *Reader
	text []byte
	err  error // what ended the input
}

// peek returns the next byte, or 0 with err set at the end.
func (s *scanner) peek() byte {
	if s.from.next == s.from.end {
		if s.err == nil {
			s.err = s.from.refill()
		}
		if s.err != nil {
			return 0
		}
	}
	return s.from.buf[s.from.next]
}

// refill replaces consumed bytes by those that follow them.
func (r *Reader) refill() error {
	if r.shares() {
		return r.look()
	}
	return r.fill()
}

// take consumes the next byte into the text.
func (s *scanner) take() {
	s.text = append(s.text, s.from.buf[s.from.next])
	s.from.next++
}

// word takes the letters of w in either case, or fails at the first other
// byte, which scanf consumes.
func (s *scanner) word(w string) bool {
	for i := 0; i < len(w); i++ {
		c := s.peek()
		if s.err != nil {
			return false
		}
		if c|0x20 != w[i] {
			s.from.next++
			return false
		}
		s.take()
	}
	return true
}

// digits takes mantissa and exponent and reports whether there was anything.
func (s *scanner) digits() bool {
	hex, digit, dot, exp := false, false, false, false
	mark := byte('e')
	start := len(s.text)
	if s.peek() == '0' && s.err == nil {
		s.take()
		digit = true
		if c := s.peek(); s.err == nil && c|0x20 == 'x' {
			s.take()
			hex, digit, mark = true, false, 'p'
			start = len(s.text)
		}
	}
	for {
		c := s.peek()
		if s.err != nil {
			break
		}
		last := byte(0)
		if len(s.text) > 0 {
			last = s.text[len(s.text)-1] | 0x20
		}
		switch {
		case c >= '0' && c <= '9', hex && !exp && c|0x20 >= 'a' && c|0x20 <= 'f':
			digit = true
		case exp && last == mark && (c == '-' || c == '+'):
		case digit && !exp && c|0x20 == mark:
			exp, dot = true, true
		case !dot && c == '.':
			dot = true
		default:
			return len(s.text) > start
		}
		s.take()
	}
	return len(s.text) > start
}

// scanNumber reads a number as "*n" does: white space, then what "%lf" takes.
// ok is false where no number stands there; err is a read error.
func (r *Reader) scanNumber() (n float64, ok bool, err error) {
	if r.shares() {
		defer func() {
			if r.reads++; r.reads <= fewReads || r.contended {
				err = errors.Join(err, r.leave())
			}
		}()
	}
	s := scanner{from: r}
	for c := s.peek(); s.err == nil && (c == ' ' || c >= '\t' && c <= '\r'); c = s.peek() {
		r.next++
	}
	c := s.peek()
	if s.err == nil && (c == '-' || c == '+') {
		s.take()
		c = s.peek()
	}
	if s.err == nil {
		switch c | 0x20 {
		case 'n':
			ok = s.word("nan")
		case 'i':
			if ok = s.word("inf"); ok {
				if c := s.peek(); s.err == nil && c|0x20 == 'i' {
					ok = s.word("inity")
				}
			}
		default:
			ok = s.digits()
		}
	}
	if s.err != nil && s.err != io.EOF {
		return 0, false, s.err
	}
	if !ok {
		return 0, false, nil
	}
	n, ok = strtod(string(s.text))
	return n, ok, nil
}

// strtod converts the longest beginning of s that is a number; an exponent
// without digits is not part of it.
func strtod(s string) (float64, bool) {
	for ; s != ""; s = s[:len(s)-1] {
		if n, ok := ParseNumber(s); ok {
			return n, true
		}
	}
	return 0, false
}

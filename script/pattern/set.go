package pattern

// set is a class of bytes: what ., %d, [a-z] or one letter stand for.
type set [256]bool

// classes are the letters that stand for a class after %, with the test of the C
// locale's <ctype.h>.
func isClass(letter, c byte) (in, known bool) {
	switch letter | 0x20 {
	case 'a':
		in = isAlpha(c)
	case 'c':
		in = c < ' ' || c == 127
	case 'd':
		in = isDigit(c)
	case 'l':
		in = c >= 'a' && c <= 'z'
	case 'p':
		in = c > ' ' && c < 127 && !isAlpha(c) && !isDigit(c)
	case 's':
		in = c == ' ' || c >= '\t' && c <= '\r'
	case 'u':
		in = c >= 'A' && c <= 'Z'
	case 'w':
		in = isAlpha(c) || isDigit(c)
	case 'x':
		in = isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f'
	case 'z':
		in = c == 0
	default:
		return false, false
	}
	return in, isAlpha(letter)
}

func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// addClass adds what % and letter stand for; a letter that is no class stands
// for itself.
func (s *set) addClass(letter byte) {
	upper := letter >= 'A' && letter <= 'Z'
	for c := range 256 {
		in, known := isClass(letter, byte(c))
		if !known {
			s[letter] = true
			return
		}
		if in != upper {
			s[c] = true
		}
	}
}

// newSet makes the set that p is, from its [ to its ]: matchbracketclass of
// lstrlib.c.
func newSet(p string) *set {
	s := &set{}
	end := len(p) - 1 // the closing ]
	i, negated := 1, false
	if p[i] == '^' {
		negated = true
		i++
	}
	for ; i < end; i++ {
		switch {
		case p[i] == '%':
			i++
			s.addClass(p[i]) // p[i] may be the closing ] itself: it was escaped
		case p[i+1] == '-' && i+2 < end:
			for c := int(p[i]); c <= int(p[i+2]); c++ {
				s[c] = true
			}
			i += 2
		default:
			s[p[i]] = true
		}
	}
	if negated {
		for c := range s {
			s[c] = !s[c]
		}
	}
	return s
}

// disjoint reports whether no byte is in both.
func (s *set) disjoint(t *set) bool {
	for c := range s {
		if s[c] && t[c] {
			return false
		}
	}
	return true
}

// single makes the set of one byte.
func single(c byte) *set {
	s := &set{}
	s[c] = true
	return s
}

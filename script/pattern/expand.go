package pattern

import (
	"errors"
	"strconv"
)

// Expand appends the replacement that with stands for, in which %0 is the whole
// match and %1 to %9 its captures: add_s of lstrlib.c. Any other character after %
// stands for itself.
func Expand(out []byte, with string, m *Matcher, subject string, from, to int) ([]byte, error) {
	for i := 0; i < len(with); i++ {
		c := with[i]
		if c != '%' {
			out = append(out, c)
			continue
		}
		i++
		switch {
		case i == len(with):
			out = append(out, 0) // C reads the byte that ends the string
		case !isDigit(with[i]):
			out = append(out, with[i])
		case with[i] == '0' || with[i] == '1' && m.level == 0:
			out = append(out, subject[from:to]...)
		default:
			a, b, err := m.Capture(int(with[i] - '1'))
			if err != nil {
				return out, err
			}
			if b < a {
				out = strconv.AppendInt(out, int64(a+1), 10)
			} else {
				out = append(out, subject[a:b]...)
			}
		}
	}
	return out, nil
}

// CheckReplacement tells what is wrong with a replacement for matches of p. It is
// stricter than Expand, as later Luas are: after % stands a digit or %.
func (p *Pattern) CheckReplacement(with string) error {
	for i := 0; i < len(with); i++ {
		if with[i] != '%' {
			continue
		}
		i++
		switch {
		case i == len(with) || with[i] != '%' && !isDigit(with[i]):
			return errors.New("invalid use of '%' in replacement string")
		case isDigit(with[i]) && int(with[i]-'0') > max(p.captures, 1):
			return errors.New(faultIndex)
		}
	}
	return nil
}

// Replacement appends what takes the place of a match, from from to to in subject;
// the captures are m's.
type Replacement func(out []byte, m *Matcher, subject string, from, to int) ([]byte, error)

// Replace appends subject with the matches of p, limit of them at the most where it
// is not negative, replaced, and tells how many there were: str_gsub of
// lstrlib.c. from is where the search may begin: before it nothing matches.
func (m *Matcher) Replace(out []byte, p *Pattern, subject string, from, limit int, with Replacement) (
	[]byte, int, error) {
	at, copied, count := from, 0, 0
	for count != limit {
		from, to, err := m.Find(p, subject, at)
		if err != nil {
			return out, count, err
		}
		if from < 0 {
			break
		}
		count++
		out = append(out, subject[copied:from]...)
		if out, err = with(out, m, subject, from, to); err != nil {
			return out, count, err
		}
		copied = to
		if at = to; to == from {
			if to < len(subject) {
				out = append(out, subject[to])
			}
			at, copied = to+1, min(to+1, len(subject))
		}
		if p.Anchored() || at > len(subject) {
			break
		}
	}
	return append(out, subject[copied:]...), count, nil
}

package edit

import (
	"strings"
	"unicode"
)

// operate does d, c or y over a motion, an object, or whole lines if the letter comes twice.
func (v *vi) operate(s *session, c viCommand) {
	from, to, lines, ok := s.reach(c)
	if !ok {
		return
	}
	if lines && strings.Contains(s.s, "\n") {
		v.operateLines(s, c, from, to)
		return
	}
	if from < to {
		s.killed = s.s[from:to]
	}
	at := from
	if lines && c.operator == "y" {
		at = s.at
	}
	if c.operator != "y" {
		s.cut(from, to)
	}
	s.at = at
	if c.operator == "c" {
		v.insert(s, c)
	}
}

// operateLines does it to whole lines of an input that has several. They are cut with a newline at the
// end, by which p knows them.
func (v *vi) operateLines(s *session, c viCommand, from, to int) {
	at := s.at
	s.killed = s.s[from:to] + "\n"
	switch c.operator {
	case "y":
		if from < s.lineStart(at) {
			s.at = s.atColumn(from, s.column(at))
		}
	case "c":
		s.cut(from, to)
		v.insert(s, c)
	case "d":
		if to < len(s.s) {
			to++
		} else {
			from = max(from-1, 0)
		}
		s.cut(from, to)
		s.at = s.firstOfLine(s.at)
	}
}

// reach gives the part of the text that an operator works on, and whether it is whole lines.
func (s *session) reach(c viCommand) (from, to int, lines, ok bool) {
	switch {
	case c.name == c.operator, c.name == "j", c.name == "k":
		return s.reachLines(c)
	case c.name == "i" || c.name == "a":
		from, to, ok = s.object(c)
		return from, to, false, ok
	case (c.name == "w" || c.name == "W") && c.operator == "c" && !s.onBlank():
		return s.at, s.wordsEnd(c), false, true // cw leaves the blanks behind the word
	}
	m := viMotions[c.key()]
	if m.move == nil {
		return 0, 0, false, false
	}
	if to, ok = m.move(s, c); !ok {
		return 0, 0, false, false
	}
	if c.name == "w" || c.name == "W" {
		to = s.withinLine(c, to)
	}
	back := to < s.at && c.name != "%" // by ; or , as F and T do
	from, to = min(s.at, to), max(s.at, to)
	switch {
	case m.inclusive && !back:
		to = min(s.right(to), s.lineEnd(to))
	case from < to && s.s[to-1] == '\n':
		to-- // a motion to the start of a line ends before it
	}
	return from, to, false, true
}

func (s *session) reachLines(c viCommand) (from, to int, lines, ok bool) {
	from, to = s.lineStart(s.at), s.lineEnd(s.at)
	n := c.times()
	if c.name == c.operator {
		n--
	}
	for ; n > 0; n-- {
		switch {
		case c.name == "k" && from > 0:
			from = s.lineStart(from - 1)
		case c.name != "k" && to < len(s.s):
			to = s.lineEnd(to + 1)
		default:
			return from, to, true, c.name == c.operator
		}
	}
	return from, to, true, true
}

// firstOfLine is the first character of a line behind its blanks.
func (t *text) firstOfLine(at int) int {
	start, end := t.lineStart(at), t.lineEnd(at)
	return end - len(strings.TrimLeft(t.s[start:end], " \t"))
}

// putBack inserts what was cut last behind the cursor, or before it. Whole lines go below its line, or above.
func (s *session) putBack(c viCommand, behind bool) {
	cut, isLines := strings.CutSuffix(s.killed, "\n")
	switch {
	case s.killed == "":
	case isLines && behind:
		s.at = s.lineEnd(s.at)
		from := s.at
		s.put(times("\n"+cut, c.times()))
		s.at = s.firstOfLine(min(from+1, len(s.s)))
	case isLines:
		from := s.lineStart(s.at)
		s.at = from
		s.put(times(cut+"\n", c.times()))
		s.at = s.firstOfLine(from)
	default:
		if behind {
			s.at = min(s.right(s.at), s.lineEnd(s.at))
		}
		from := s.at
		s.put(times(cut, c.times()))
		if strings.Contains(cut, "\n") {
			s.at = from
		} else {
			s.at = max(s.left(s.at), from)
		}
	}
}

// ahead gives the end of so many characters of the line, and reports whether there are so many.
func (t *text) ahead(n int) (int, bool) {
	at, end := t.at, t.lineEnd(t.at)
	for ; n > 0 && at < end; n-- {
		at = t.right(at)
	}
	return at, n == 0
}

// replace puts one character in place of each of those at the cursor.
func (s *session) replace(c viCommand) {
	end, ok := s.ahead(c.times())
	if !ok {
		return
	}
	from := s.at
	s.cut(from, end)
	s.put(times(c.argument, c.times()))
	s.at = max(s.left(s.at), from)
}

// otherCase turns capitals into small letters, and small letters into capitals.
func (s *session) otherCase(c viCommand) {
	end, _ := s.ahead(c.times())
	s.put(strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s.cut(s.at, end)))
}

package edit

import (
	"strings"
	"unicode/utf8"
)

// viMotion moves the cursor, or gives an operator its end. The end is inclusive if the operator takes
// the character there.
type viMotion struct {
	move      func(*session, viCommand) (to int, ok bool)
	inclusive bool
}

var viMotions = map[string]viMotion{
	"h": {move: func(s *session, c viCommand) (int, bool) {
		return s.atColumn(s.at, max(s.column(s.at)-c.times(), 0)), true
	}},
	"l": {move: goAhead},
	" ": {move: goAhead},
	"0": {move: func(s *session, _ viCommand) (int, bool) { return s.lineStart(s.at), true }},
	"^": {move: func(s *session, _ viCommand) (int, bool) { return s.firstOfLine(s.at), true }},
	"$": {move: func(s *session, _ viCommand) (int, bool) { return s.lineEnd(s.at), true }},
	"w": {move: nextWord}, "W": {move: nextWord},
	"b": {move: wordBefore}, "B": {move: wordBefore},
	"e": {wordEnd, true}, "E": {wordEnd, true},
	"f": {findInLine, true}, "t": {findInLine, true}, "F": {move: findInLine}, "T": {move: findInLine},
	";": {findAgain, true}, ",": {findAgain, true},
	"%": {(*session).otherBracket, true},
}

func goAhead(s *session, c viCommand) (int, bool) {
	to, _ := s.ahead(c.times())
	return to, true
}

// viRun is a part of the text with characters of one sort.
type viRun struct {
	from, to int
	last     int // where its last character begins
	sort     int
}

// The sorts of characters. A line without any is a word, too.
const (
	sortBlank = iota
	sortNewline
	sortEmpty
	sortWord
	sortOther
)

// runs divides the text by words, or by blanks if big.
func (t *text) runs(big bool) (list []viRun) {
	for i := 0; i < len(t.s); {
		end := t.right(i)
		sort := sortOf(t.s[i:end], big)
		if n := len(list); n > 0 && list[n-1].sort == sort && sort != sortNewline {
			list[n-1].to, list[n-1].last = end, i
		} else {
			if sort == sortNewline && i == t.lineStart(i) {
				list = append(list, viRun{i, i, i, sortEmpty})
			}
			list = append(list, viRun{i, end, i, sort})
		}
		i = end
	}
	return list
}

func sortOf(character string, big bool) int {
	r, _ := utf8.DecodeRuneInString(character)
	switch {
	case r == '\n':
		return sortNewline
	case r == ' ' || r == '\t':
		return sortBlank
	case big || inWord(r):
		return sortWord
	}
	return sortOther
}

// words are the runs that are no blanks: of w, or of W.
func (t *text) words(c viCommand) (list []viRun) {
	for _, r := range t.runs(c.name == strings.ToUpper(c.name)) {
		if r.sort >= sortEmpty {
			list = append(list, r)
		}
	}
	return list
}

func nextWord(s *session, c viCommand) (int, bool) {
	n := c.times()
	for _, w := range s.words(c) {
		if w.from > s.at {
			if n--; n == 0 {
				return w.from, true
			}
		}
	}
	return len(s.s), true
}

func wordBefore(s *session, c viCommand) (int, bool) {
	words, n := s.words(c), c.times()
	for i := len(words) - 1; i >= 0; i-- {
		if words[i].from < s.at {
			if n--; n == 0 {
				return words[i].from, true
			}
		}
	}
	return 0, s.at > 0
}

func wordEnd(s *session, c viCommand) (int, bool) {
	n := c.times()
	for _, w := range s.words(c) {
		if w.last > s.at && w.sort != sortEmpty {
			if n--; n == 0 {
				return w.last, true
			}
		}
	}
	return max(s.at, s.left(len(s.s))), s.s != ""
}

// wordsEnd is where so many words end, of which the first is at the cursor.
func (t *text) wordsEnd(c viCommand) int {
	n, end := c.times(), t.at
	for _, w := range t.words(c) {
		if w.to > t.at && n > 0 {
			n--
			end = w.to
		}
	}
	return end
}

// withinLine ends an operator over words with the line of the last word.
func (t *text) withinLine(c viCommand, to int) int {
	end := t.at
	for _, w := range t.words(c) {
		if w.from < to && w.to > t.at {
			end = w.to
		}
	}
	return min(to, t.lineEnd(end))
}

func (t *text) onBlank() bool {
	return t.at == len(t.s) || strings.IndexByte(" \t\n", t.s[t.at]) >= 0
}

// findInLine is f, F, t and T.
func findInLine(s *session, c viCommand) (int, bool) {
	s.vi.found = c
	return s.findCharacter(c, false)
}

// findAgain is ; and , which move also where t and T would stay.
func findAgain(s *session, c viCommand) (int, bool) {
	return s.findCharacter(s.vi.findOf(c), true)
}

// findOf is the command that ; or , stands for.
func (v *vi) findOf(c viCommand) viCommand {
	f := v.found
	f.count = c.count
	if c.name == "," && f.name != "" {
		f.name = map[string]string{"f": "F", "F": "f", "t": "T", "T": "t"}[f.name]
	}
	return f
}

func (s *session) findCharacter(c viCommand, again bool) (int, bool) {
	var places []int
	end := s.lineEnd(s.at)
	previous := -1 // the character before the one at i
	back := c.name == "F" || c.name == "T"
	for i := s.lineStart(s.at); i < end; i = s.right(i) {
		next := s.right(i)
		switch {
		case s.s[i:next] != c.argument:
		case back && i < s.at && !(again && c.name == "T" && next == s.at):
			places = append(places, i)
		case !back && i > s.at && !(again && c.name == "t" && previous == s.at):
			places = append(places, i)
		}
		previous = i
	}
	n := c.times()
	if c.name == "" || n > len(places) {
		return 0, false
	}
	place := places[n-1]
	if back {
		place = places[len(places)-n]
	}
	switch c.name {
	case "t":
		place = s.left(place)
	case "T":
		place = s.right(place)
	}
	return place, true
}

// otherBracket goes from the next bracket in the line to the one that belongs to it.
func (s *session) otherBracket(viCommand) (int, bool) {
	i := strings.IndexAny(s.s[s.at:s.lineEnd(s.at)], brackets)
	if i < 0 {
		return 0, false
	}
	to := s.matching(s.spans(), s.at+i)
	return to, to >= 0
}

func (s *session) spans() []Span {
	if s.opts.Paint == nil {
		return nil
	}
	return s.opts.Paint(s.s)
}

// object is a text object at the cursor: iw and aw a word, i" and a" a string, i( and a( what is in brackets.
func (s *session) object(c viCommand) (from, to int, ok bool) {
	around := c.name == "a"
	switch a := c.argument; a {
	case "w", "W":
		return s.wordObject(a == "W", around)
	case `"`, "'", "`":
		return s.quoteObject(a[0], around)
	case "(", ")", "b":
		return s.bracketObject('(', around)
	case "[", "]":
		return s.bracketObject('[', around)
	case "{", "}", "B":
		return s.bracketObject('{', around)
	}
	return 0, 0, false
}

// wordObject is the word at the cursor, or the blanks there. Around it are the blanks behind the word,
// or else those before it; around blanks is the word behind them.
func (t *text) wordObject(big, around bool) (from, to int, ok bool) {
	if t.at == t.lineEnd(t.at) {
		return t.at, t.at, true
	}
	runs := t.runs(big)
	for i, r := range runs {
		if t.at < r.from || t.at >= r.to {
			continue
		}
		from, to = r.from, r.to
		other := func(k int) bool {
			return k >= 0 && k < len(runs) && runs[k].sort != sortNewline && runs[k].sort != sortEmpty &&
				(runs[k].sort == sortBlank) != (r.sort == sortBlank)
		}
		switch {
		case !around:
		case other(i + 1):
			to = runs[i+1].to
		case r.sort == sortBlank:
			return 0, 0, false
		case other(i - 1):
			from = runs[i-1].from
		}
		return from, to, true
	}
	return 0, 0, false
}

// quoteObject finds the string in the line that holds the cursor, or is the next.
func (t *text) quoteObject(quote byte, around bool) (from, to int, ok bool) {
	open := -1
	for i := t.lineStart(t.at); i < t.lineEnd(t.at); i++ {
		switch {
		case t.s[i] == '\\' && open >= 0:
			i++
		case t.s[i] != quote:
		case open < 0:
			open = i
		case i >= t.at:
			if !around {
				return open + 1, i, true
			}
			from, to = t.withBlanks(open, i+1)
			return from, to, true
		default:
			open = -1
		}
	}
	return 0, 0, false
}

// withBlanks adds to a part of a line the blanks behind it, or else those before it.
func (t *text) withBlanks(from, to int) (int, int) {
	end := t.lineEnd(to)
	if behind := end - len(strings.TrimLeft(t.s[to:end], " \t")); behind > to {
		return from, behind
	}
	start := t.lineStart(from)
	return start + len(strings.TrimRight(t.s[start:from], " \t")), to
}

// bracketObject finds the brackets around the cursor.
func (s *session) bracketObject(open byte, around bool) (from, to int, ok bool) {
	spans := s.spans()
	for i := min(s.at, len(s.s)-1); i >= 0; i-- {
		if s.s[i] != open || quoted(spans, i) {
			continue
		}
		if end := s.matching(spans, i); end >= s.at {
			if around {
				return i, end + 1, true
			}
			return i + 1, end, true
		}
	}
	return 0, 0, false
}

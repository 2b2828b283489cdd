package edit

import "strings"

// vi is the mode of config.editing = "vi": a session begins in insert mode.
type vi struct {
	command bool
	pending string // "d", "c" or "y": what waits for a motion
}

func (v *vi) below() []string {
	if v.command {
		return []string{"-- command --"}
	}
	return nil
}

// press takes what vi takes; the rest is for the usual keys.
func (v *vi) press(s *session, k key) bool {
	if !v.command {
		if k.name != keyEscape {
			return false
		}
		v.command = true
		if s.at > s.lineStart(s.at) {
			s.at = s.left(s.at)
		}
		return true
	}
	switch {
	case k.name == "":
		for i, r := range k.text {
			if !v.command {
				s.put(k.text[i:])
				break
			}
			v.letter(s, string(r))
		}
		v.stayOn(s)
		return true
	case k.name == keyEscape:
		v.pending = ""
		return true
	case k.name == keyEnter:
		v.command = false
	}
	return false
}

// stayOn has the cursor stand on a character of its line, not behind the last.
func (v *vi) stayOn(s *session) {
	if v.command && s.at == s.lineEnd(s.at) && s.at > s.lineStart(s.at) {
		s.at = s.left(s.at)
	}
}

// motions give where a letter moves the cursor.
var motions = map[string]func(*session) int{
	"h": func(s *session) int { return max(s.left(s.at), s.lineStart(s.at)) },
	"l": func(s *session) int { return min(s.right(s.at), s.lineEnd(s.at)) },
	" ": func(s *session) int { return min(s.right(s.at), s.lineEnd(s.at)) },
	"0": func(s *session) int { return s.lineStart(s.at) },
	"$": func(s *session) int { return s.lineEnd(s.at) },
	"b": func(s *session) int { return s.wordLeft(s.at) },
	"e": func(s *session) int { return s.wordRight(s.at) },
	"w": (*session).nextWord,
	"^": func(s *session) int {
		line := s.s[s.lineStart(s.at):s.lineEnd(s.at)]
		return s.lineStart(s.at) + len(line) - len(strings.TrimLeft(line, " \t"))
	},
}

// nextWord gives where the next word begins.
func (s *session) nextWord() int {
	t := s.text
	at := t.wordRight(s.at)
	if after := t.wordRight(at); after > at {
		return t.wordLeft(after)
	}
	return len(s.s)
}

func (v *vi) letter(s *session, c string) {
	if v.pending != "" {
		v.operate(s, c)
		return
	}
	if move, ok := motions[c]; ok {
		s.at = move(s)
		return
	}
	insert := func() { v.command = false }
	switch c {
	case "j":
		s.goDown()
	case "k":
		s.goUp()
	case "i":
		insert()
	case "a":
		s.at = min(s.right(s.at), s.lineEnd(s.at))
		insert()
	case "I":
		s.at = s.lineStart(s.at)
		insert()
	case "A":
		s.at = s.lineEnd(s.at)
		insert()
	case "o":
		s.save()
		s.at = s.lineEnd(s.at)
		s.insert("\n")
		insert()
	case "d", "c", "y":
		v.pending = c
	case "x":
		s.save()
		s.kill(s.at, min(s.right(s.at), s.lineEnd(s.at)))
	case "D", "C":
		s.save()
		s.kill(s.at, s.lineEnd(s.at))
		v.command = c == "D"
	case "p":
		s.save()
		s.at = min(s.right(s.at), s.lineEnd(s.at))
		s.insert(s.killed)
	case "P":
		s.save()
		s.insert(s.killed)
	case "u":
		s.takeBack()
	case "/":
		s.startSearch()
	}
}

// operate does d, c or y over a motion, or over the line where the letter comes
// twice.
func (v *vi) operate(s *session, c string) {
	what := v.pending
	v.pending = ""
	from, to := s.at, s.at
	switch move, ok := motions[c]; {
	case c == what:
		from, to = s.lineStart(s.at), s.lineEnd(s.at)
	case what == "c" && c == "w": // as ce, which leaves the blank
		to = s.wordRight(s.at)
	case ok:
		to = move(s)
	default:
		return
	}
	if what == "y" {
		s.killed = s.s[min(from, to):max(from, to)]
		return
	}
	s.save()
	s.kill(from, to)
	v.command = what == "d"
}

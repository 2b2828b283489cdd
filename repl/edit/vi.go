package edit

import (
	"strings"

	"weir/runtime/cells"
)

// vi is the mode of config.editing = "vi". A session begins in insert mode, which has the usual keys; the
// command mode is here.
type vi struct {
	command    bool
	typed      []string  // the characters of a command that is not whole yet
	found      viCommand // the last f, F, t or T, for ; and ,
	lastSearch search    // the last / or ?, for n and N
	last       viCommand // the last change, for .
	change     viCommand // that began insert mode
	began      text      // the text then
	before     text      // the text before the change, for u
}

// newVi is as after i in an empty input.
func newVi() *vi { return &vi{change: viCommand{name: "i"}} }

func (v *vi) below() []string {
	if v.command {
		return []string{strings.TrimRight("-- command -- "+strings.Join(v.typed, ""), " ")}
	}
	return nil
}

// press reports whether a key was vi's; others are the usual ones.
func (v *vi) press(s *session, k key) bool {
	if !v.command {
		if k.name == keyEscape {
			v.endInsert(s)
		}
		return k.name == keyEscape
	}
	begun := len(v.typed) > 0
	switch k.name {
	case "":
		v.characters(s, k.text)
		return true
	case keyBackspace:
		v.characters(s, "h")
		return true
	case keyEnter:
		if !begun {
			s.at = s.lineEnd(s.at) // another line begins behind this one
			v.before = s.text
			v.insert(s, viCommand{name: "a"})
		}
	}
	v.typed = nil
	return k.name == keyEscape || k.name == keyEnter && begun
}

// characters takes several characters that came at once. Behind one that begins a search they are the
// pattern, and behind one that begins insert mode they are text.
func (v *vi) characters(s *session, typed string) {
	for typed != "" {
		switch {
		case s.search != nil:
			s.searchKey(key{text: typed})
			return
		case !v.command:
			s.put(typed)
			return
		}
		size, _ := cells.Next(typed)
		v.character(s, typed[:size])
		typed = typed[size:]
	}
}

func (v *vi) character(s *session, c string) {
	v.typed = append(v.typed, c)
	if command, whole := parseVi(v.typed); whole {
		v.typed = nil
		v.do(s, command)
	}
	v.stayOn(s)
}

// stayOn moves the cursor from behind the last character of its line onto it.
func (v *vi) stayOn(s *session) {
	if v.command && s.search == nil && s.at == s.lineEnd(s.at) && s.at > s.lineStart(s.at) {
		s.at = s.left(s.at)
	}
}

// viCommand is one command: 2d3w has the count 6, the operator d and the name w.
type viCommand struct {
	count    int // 0 if none was given
	operator string
	name     string
	argument string // the character behind r, f, F, t, T and g, or the object behind i and a
	text     string // that was inserted, for .
}

func (c viCommand) times() int { return max(c.count, 1) }

// maxCount is how often a command can be repeated.
const maxCount = 10_000

const (
	viOperators = "dcy"
	// Keys that take one more. Some mean nothing here, but then the next key is no command, either.
	viArguments  = "rfFtTgmzZqQ@'`\"[]"
	viArgumented = "fFtTgia'`[]" // behind an operator
)

// viShort are the commands that stand for an operator and a motion.
var viShort = map[string][2]string{
	"x": {"d", "l"}, "X": {"d", "h"}, "D": {"d", "$"}, "s": {"c", "l"}, "S": {"c", "c"}, "C": {"c", "$"},
	"Y": {"y", "$"},
}

// parseVi reads what was typed; whole is false if more must come.
func parseVi(typed []string) (c viCommand, whole bool) {
	number := func() (n int) {
		for len(typed) > 0 && typed[0] >= "0" && typed[0] <= "9" && (n > 0 || typed[0] != "0") {
			n = min(n*10+int(typed[0][0]-'0'), maxCount)
			typed = typed[1:]
		}
		return n
	}
	whole = true
	next := func() (t string) {
		if len(typed) == 0 {
			whole = false
			return ""
		}
		t, typed = typed[0], typed[1:]
		return t
	}
	c.count = number()
	c.name = next()
	arguments := viArguments
	if whole && strings.Contains(viOperators, c.name) {
		c.operator, arguments = c.name, viArgumented
		if n := number(); n > 0 {
			c.count = min(c.times()*n, maxCount)
		}
		c.name = next()
	}
	if short, ok := viShort[c.name]; ok && c.operator == "" {
		c.operator, c.name = short[0], short[1]
	}
	if whole && strings.Contains(arguments, c.name) {
		c.argument = next()
	}
	return c, whole
}

// do does one command. One that means nothing does nothing.
func (v *vi) do(s *session, c viCommand) {
	before := s.text
	switch {
	case c.name == ".":
		v.again(s, c)
		return
	case c.operator != "":
		v.operate(s, c)
	case viMotions[c.key()].move != nil:
		if to, ok := viMotions[c.key()].move(s, c); ok {
			s.at = to
		}
		return
	case viMoves[c.key()] != nil:
		viMoves[c.key()](s, c)
		return
	case viInserts[c.key()] != nil:
		viInserts[c.key()](s)
		v.insert(s, c)
	case viChanges[c.key()] != nil:
		viChanges[c.key()](s, c)
	}
	if !v.command || s.s != before.s {
		s.undo = append(s.undo[max(len(s.undo)-maxUndo, 0):], before)
		v.last, v.before = c, before
	}
}

// key is the name of a command in the tables: g and its second key are one.
func (c viCommand) key() string {
	if c.name == "g" {
		return c.name + c.argument
	}
	return c.name
}

// viMoves go through the history, search and undo.
var viMoves = map[string]func(*session, viCommand){
	"j": func(s *session, c viCommand) { repeat(c, s.goDown) },
	"k": func(s *session, c viCommand) { repeat(c, s.goUp) },
	"gg": func(s *session, _ viCommand) {
		if s.entry > 0 {
			s.show(0)
		}
	},
	"G": func(s *session, _ viCommand) {
		if s.entry < len(s.entries()) {
			s.show(len(s.entries()))
		}
	},
	"/": func(s *session, _ viCommand) { s.startViSearch(false) },
	"?": func(s *session, _ viCommand) { s.startViSearch(true) },
	"n": func(s *session, _ viCommand) { s.searchAgain(s.vi.lastSearch.forward) },
	"N": func(s *session, _ viCommand) { s.searchAgain(!s.vi.lastSearch.forward) },
	"u": func(s *session, c viCommand) { repeat(c, s.viUndo) },
}

func repeat(c viCommand, act func()) {
	for range c.times() {
		act()
	}
}

// viUndo undoes the last change; a move is none.
func (s *session) viUndo() {
	for was := s.s; len(s.undo) > 0 && s.s == was; {
		s.undoLast()
	}
}

// again repeats the last change, with the text that it inserted.
func (v *vi) again(s *session, c viCommand) {
	last := v.last
	if last.name == "" {
		return
	}
	if c.count > 0 {
		last.count = c.count
	}
	v.do(s, last)
	if !v.command {
		s.put(last.text)
		v.endInsert(s)
	}
}

// viInserts go to where insert mode begins.
var viInserts = map[string]func(*session){
	"i": func(*session) {},
	"a": func(s *session) { s.at = min(s.right(s.at), s.lineEnd(s.at)) },
	"I": func(s *session) { s.at = s.firstOfLine(s.at) },
	"A": func(s *session) { s.at = s.lineEnd(s.at) },
	"o": func(s *session) {
		s.at = s.lineEnd(s.at)
		s.insert("\n")
	},
	"O": func(s *session) {
		s.at = s.lineStart(s.at)
		s.insert("\n")
		s.at--
	},
}

// viChanges are the other changes without a motion.
var viChanges = map[string]func(*session, viCommand){
	"p": func(s *session, c viCommand) { s.putBack(c, true) },
	"P": func(s *session, c viCommand) { s.putBack(c, false) },
	"r": (*session).replace,
	"~": (*session).otherCase,
}

// insert begins insert mode at the cursor.
func (v *vi) insert(s *session, c viCommand) {
	v.command = false
	v.change, v.began = c, s.text
}

// endInsert returns to command mode. All that was inserted is one change.
func (v *vi) endInsert(s *session) {
	c := v.change
	c.text = inserted(v.began, s.text)
	if c.operator == "" && c.text != "" {
		each := c.text
		if c.name == "o" || c.name == "O" {
			each = "\n" + each
		}
		s.put(times(each, c.times()-1))
	}
	for i := len(s.undo) - 1; i >= 0; i-- {
		if s.undo[i] == v.before {
			s.undo = s.undo[:i+1]
			break
		}
	}
	v.last, v.command = c, true
	if s.at > s.lineStart(s.at) {
		s.at = s.left(s.at)
	}
}

// times repeats a text, but not much beyond maxInput.
func times(t string, n int) string {
	return strings.Repeat(t, min(n, maxInput/max(len(t), 1)+1))
}

// inserted is the text that was inserted at the cursor of another; empty if more has changed.
func inserted(before, now text) string {
	left, right := before.s[:before.at], before.s[before.at:]
	if len(now.s) < len(before.s) || !strings.HasPrefix(now.s, left) || !strings.HasSuffix(now.s, right) {
		return ""
	}
	return now.s[len(left) : len(now.s)-len(right)]
}

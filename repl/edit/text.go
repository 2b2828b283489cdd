package edit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"weir/runtime/cells"
)

// text is what is edited: a string and the cursor in it, in bytes. The cursor is always between two
// characters as a reader sees them.
type text struct {
	s  string
	at int
}

// left gives the start of the character before a place.
func (t *text) left(at int) int {
	line := t.lineStart(at)
	if at == line {
		return max(at-1, 0)
	}
	for next := line; ; {
		size, _ := cells.Next(t.s[next:])
		if next+size >= at {
			return next
		}
		next += size
	}
}

// right gives the end of the character at a place.
func (t *text) right(at int) int {
	if at >= len(t.s) {
		return len(t.s)
	}
	size, _ := cells.Next(t.s[at:])
	return at + size
}

func (t *text) lineStart(at int) int { return strings.LastIndexByte(t.s[:at], '\n') + 1 }

func (t *text) lineEnd(at int) int {
	if i := strings.IndexByte(t.s[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(t.s)
}

func (t *text) insert(s string) {
	t.s = t.s[:t.at] + s + t.s[t.at:]
	t.moveTo(t.at + len(s))
}

// moveTo puts the cursor at a place, or behind the character there. What stood on both sides of the
// place may have become one character.
func (t *text) moveTo(at int) {
	t.at = t.lineStart(at)
	for t.at < at {
		t.at = t.right(t.at)
	}
}

// cut removes what stands between two places, and puts the cursor there.
func (t *text) cut(from, to int) string {
	from, to = max(min(from, to), 0), min(max(from, to), len(t.s))
	out := t.s[from:to]
	t.s = t.s[:from] + t.s[to:]
	t.moveTo(from)
	return out
}

func inWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// wordLeft gives the start of the word before a place.
func (t *text) wordLeft(at int) int {
	back := func(in bool) {
		for at > 0 {
			r, n := utf8.DecodeLastRuneInString(t.s[:at])
			if inWord(r) != in {
				return
			}
			at -= n
		}
	}
	back(false)
	back(true)
	return at
}

// wordRight gives the end of the word at or after a place.
func (t *text) wordRight(at int) int {
	for _, in := range []bool{false, true} {
		for at < len(t.s) {
			r, n := utf8.DecodeRuneInString(t.s[at:])
			if inWord(r) != in {
				break
			}
			at += n
		}
	}
	return at
}

// blankLeft gives the start of the word before a place, where blanks alone divide words, as Ctrl-W has it.
func (t *text) blankLeft(at int) int {
	before := strings.TrimRight(t.s[:at], " \t\n")
	return strings.LastIndexAny(before, " \t\n") + 1
}

// column counts the characters from the line's start to a place.
func (t *text) column(at int) int {
	n := 0
	for i := t.lineStart(at); i < at; i = t.right(i) {
		n++
	}
	return n
}

// atColumn gives the place of a column in the line of a place.
func (t *text) atColumn(at, column int) int {
	i, end := t.lineStart(at), t.lineEnd(at)
	for ; column > 0 && i < end; column-- {
		i = t.right(i)
	}
	return i
}

// up moves the cursor to the line above, and reports whether there is one.
func (t *text) up() bool {
	start := t.lineStart(t.at)
	if start == 0 {
		return false
	}
	t.at = t.atColumn(start-1, t.column(t.at))
	return true
}

// down moves the cursor to the line below, and reports whether there is one.
func (t *text) down() bool {
	end := t.lineEnd(t.at)
	if end == len(t.s) {
		return false
	}
	t.at = t.atColumn(end+1, t.column(t.at))
	return true
}

package edit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"weir/runtime/cells"
)

// text is what is edited: a string and the cursor in it, in bytes, always between
// two characters as their reader sees them.
type text struct {
	s  string
	at int
}

// left gives where the character before a place begins.
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

// right gives where the character at a place ends.
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
	t.settle(t.at + len(s))
}

// settle puts the cursor at a place, or behind the character that is there since what
// stands on both sides has come together.
func (t *text) settle(at int) {
	t.at = t.lineStart(at)
	for t.at < at {
		t.at = t.right(t.at)
	}
}

// cut takes out what stands between two places, and leaves the cursor there.
func (t *text) cut(from, to int) string {
	from, to = max(min(from, to), 0), min(max(from, to), len(t.s))
	out := t.s[from:to]
	t.s = t.s[:from] + t.s[to:]
	t.settle(from)
	return out
}

func inWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// wordLeft gives where the word before a place begins.
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

// wordRight gives where the word at or after a place ends.
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

// blankLeft gives where the run of what is no blank before a place begins, as
// Ctrl-W has it.
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

// atColumn gives the place of a column in the line in which at stands.
func (t *text) atColumn(at, column int) int {
	i, end := t.lineStart(at), t.lineEnd(at)
	for ; column > 0 && i < end; column-- {
		i = t.right(i)
	}
	return i
}

// up moves the cursor to the line above, and tells whether there is one.
func (t *text) up() bool {
	start := t.lineStart(t.at)
	if start == 0 {
		return false
	}
	t.at = t.atColumn(start-1, t.column(t.at))
	return true
}

// down moves the cursor to the line below, and tells whether there is one.
func (t *text) down() bool {
	end := t.lineEnd(t.at)
	if end == len(t.s) {
		return false
	}
	t.at = t.atColumn(end+1, t.column(t.at))
	return true
}

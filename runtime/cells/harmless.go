package cells

import (
	"fmt"
	"strconv"
	"strings"
)

// Harmless is a text in which control characters are written as Lua writes them:
// \027. Lines stay lines where they may.
func Harmless(s string, lines bool) string {
	if !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && !(lines && (r == '\n' || r == '\t')) || r >= 0x7f
	}) {
		return s
	}
	var b strings.Builder
	for _, piece := range Pieces(s) {
		if lines && (piece == "\n" || piece == "\t") {
			b.WriteString(piece)
		} else {
			WriteHarmless(&b, piece)
		}
	}
	return b.String()
}

// Pieces are the runes of a text, and the bytes that are none.
func Pieces(s string) []string {
	list := make([]string, 0, len(s))
	for i, r := range s {
		n := len(string(r))
		if r == 0xfffd && !strings.HasPrefix(s[i:], "\ufffd") {
			n = 1
		}
		list = append(list, s[i:i+n])
	}
	return list
}

// WriteHarmless writes a piece as it is, or as Lua writes what a terminal would not show.
func WriteHarmless(b *strings.Builder, piece string) {
	r := []rune(piece)[0]
	if strconv.IsPrint(r) && piece == string(r) || r == 0x200d || r == 0xfe0f { // the last two are inside emoji
		b.WriteString(piece)
		return
	}
	switch piece {
	case "\n":
		b.WriteString(`\n`)
		return
	case "\t":
		b.WriteString(`\t`)
		return
	}
	for i := range len(piece) {
		fmt.Fprintf(b, `\%03d`, piece[i]) // three digits, so that a digit may follow
	}
}

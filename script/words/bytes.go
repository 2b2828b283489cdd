package words

import (
	"sort"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// The parser refuses bytes that are not UTF-8 and drops carriage returns. bash
// keeps both. Such a byte b goes through the parser as the character mask+b
// of a private plane, and the text of the tree is turned back afterwards.
const mask = 0x10FE00

func masked(r rune) bool { return r >= mask && r < mask+0x100 }

// source is a line on its way through the parser.
type source struct {
	line string
	text string // what the parser reads
	grew []int  // offsets in text behind which three more bytes stand than in line
}

func newSource(line string) *source {
	s := &source{line: line, text: line}
	if utf8.ValidString(line) && strings.IndexByte(line, '\r') < 0 && !strings.Contains(line, "\xf4\x8f\xb8") &&
		!strings.Contains(line, "\xf4\x8f\xb9") &&
		!strings.Contains(line, "\xf4\x8f\xba") && !strings.Contains(line, "\xf4\x8f\xbb") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRuneInString(line[i:])
		if r == '\r' || r == utf8.RuneError && n == 1 || masked(r) {
			b.WriteRune(mask + rune(line[i]))
			s.grew = append(s.grew, b.Len())
			n = 1
		} else {
			b.WriteString(line[i : i+n])
		}
		i += n
	}
	s.text = b.String()
	return s
}

// col is the byte column in line of an offset in text.
func (s *source) col(offset uint) int {
	n := sort.Search(len(s.grew), func(i int) bool { return s.grew[i] > int(offset) })
	return int(offset) - 3*n
}

// restore puts the bytes of the line back into the text of the tree.
func (s *source) restore(f *syntax.File) {
	if len(s.grew) == 0 {
		return
	}
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Lit:
			n.Value = unmask(n.Value)
		case *syntax.SglQuoted:
			n.Value = unmask(n.Value)
		}
		return true
	})
}

func unmask(s string) string {
	if !strings.Contains(s, "\xf4\x8f") {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if masked(r) {
			b.WriteByte(byte(r - mask))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

package edit

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// harmless makes lines of others fit to stand above the input. Colours stay; what moves the cursor to
// another row, changes the terminal, or would affect what comes next is left out.
func harmless(lines []byte) string {
	var b strings.Builder
	b.Grow(len(lines) + len(lines)/16)
	styled := false
	for len(lines) > 0 {
		r, size := part(lines)
		switch {
		case r == '\n':
			b.WriteString("\r\n")
		case visible(r) || r == '\t' || r == '\r' || r == '\a' || r == '\b':
			b.WriteRune(r)
		case isStyle(lines[:size]):
			b.Write(lines[:size])
			styled = true
		}
		lines = lines[size:]
	}
	if styled {
		b.WriteString("\x1b[0m")
	}
	if s := b.String(); !strings.HasSuffix(s, "\n") && !strings.HasSuffix(s, "\n\x1b[0m") {
		b.WriteString("\r\n") // a line that is too long to wait for its end
	}
	return b.String()
}

// unended is how a line without its end looks: without colours, and with what was written last over each \r.
func unended(line []byte) string {
	if end := bytes.TrimRight(line, "\r"); bytes.IndexByte(end, '\r') >= 0 {
		line = end[bytes.LastIndexByte(end, '\r')+1:]
	}
	var b strings.Builder
	for len(line) > 0 {
		r, size := part(line)
		if r == '\t' {
			b.WriteString("  ")
		} else if visible(r) && r != utf8.RuneError {
			b.WriteRune(r)
		}
		line = line[size:]
	}
	return b.String()
}

// part is the character that bytes begin with, or ESC for a whole escape sequence, and its length.
func part(b []byte) (r rune, size int) {
	if b[0] == 0x1b {
		return 0x1b, sequence(b)
	}
	return utf8.DecodeRune(b)
}

// visible reports whether a character is no control character.
func visible(r rune) bool { return r >= ' ' && r < 0x7f || r >= 0xa0 }

// isStyle reports whether a sequence sets a style, SGR.
func isStyle(b []byte) bool {
	return len(b) > 2 && b[1] == '[' && b[len(b)-1] == 'm' && strings.Trim(string(b[2:len(b)-1]), "0123456789;:") == ""
}

// sequence is the length of an escape sequence, ECMA-48: ESC [ up to a final byte, a string up to its end,
// or ESC, intermediate bytes and one more. It ends with its line.
func sequence(b []byte) int {
	if len(b) < 2 {
		return len(b)
	}
	i, ends := 1, func(c byte) bool { return c >= 0x30 && c <= 0x7e }
	switch b[1] {
	case '[':
		i, ends = 2, func(c byte) bool { return c >= 0x40 && c <= 0x7e }
	case ']', 'P', 'X', '^', '_':
		i, ends = 2, func(c byte) bool { return c == '\a' }
	}
	for ; i < len(b) && b[i] != '\n'; i++ {
		if b[i] == 0x1b { // another begins, or it is the string's end: ESC \
			return i
		}
		if ends(b[i]) {
			return i + 1
		}
	}
	return i
}

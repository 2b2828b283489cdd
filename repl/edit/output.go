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
		c := lines[0]
		size := 1
		switch {
		case c == '\n':
			b.WriteString("\r\n")
		case c == 0x1b:
			size = sequence(lines)
			if isStyle(lines[:size]) {
				b.Write(lines[:size])
				styled = true
			}
		case c == '\t' || c == '\r' || c == '\a' || c == '\b' || c >= ' ' && c < 0x7f:
			b.WriteByte(c)
		case c >= 0x80:
			var r rune
			if r, size = utf8.DecodeRune(lines); r >= 0xa0 {
				b.WriteRune(r)
			}
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

// unended is how a line without its end looks: without colours, and with what was written last over
// each \r.
func unended(line []byte) string {
	if end := bytes.TrimRight(line, "\r"); bytes.IndexByte(end, '\r') >= 0 {
		line = end[bytes.LastIndexByte(end, '\r')+1:]
	}
	var b strings.Builder
	for len(line) > 0 {
		size := 1
		switch c := line[0]; {
		case c == 0x1b:
			size = sequence(line)
		case c == '\t':
			b.WriteString("  ")
		case c >= ' ' && c < 0x7f:
			b.WriteByte(c)
		case c >= 0x80:
			var r rune
			if r, size = utf8.DecodeRune(line); r >= 0xa0 && r != utf8.RuneError {
				b.WriteRune(r)
			}
		}
		line = line[size:]
	}
	return b.String()
}

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

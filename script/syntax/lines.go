package syntax

import "strings"

// newline is the length of the line end at i: \r\n and \n\r are one, as in Lua.
func newline(text string, i int) int {
	if i+1 < len(text) && text[i] != text[i+1] && (text[i+1] == '\n' || text[i+1] == '\r') {
		return 2
	}
	return 1
}

// lineColumn gives the line and the column of a byte of a text, from 1.
func lineColumn(text string, at int) (line, column int) {
	line, start := 1, 0
	for i := 0; i < min(at, len(text)); {
		if text[i] == '\n' || text[i] == '\r' {
			i += newline(text, i)
			line, start = line+1, i
		} else {
			i++
		}
	}
	return line, at - start + 1
}

// Line gives line n of a text, from 1, without its end.
func Line(text string, n int) string {
	for i := 0; i < len(text); {
		end := strings.IndexAny(text[i:], "\r\n")
		if end < 0 {
			end = len(text) - i
		}
		if n--; n == 0 {
			return text[i : i+end]
		}
		i += end
		if i < len(text) {
			i += newline(text, i)
		}
	}
	return ""
}

// lineCount is how many lines a text has; a newline at its end begins no other.
func lineCount(text string) int {
	line, column := lineColumn(text, len(text))
	if column == 1 {
		line--
	}
	return max(line, 1)
}

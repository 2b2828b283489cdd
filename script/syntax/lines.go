package syntax

import "strings"

// newline is the length of the line end at i: \r\n and \n\r are one, as in Lua.
func newline(text string, i int) int {
	if i+1 < len(text) && text[i] != text[i+1] && (text[i+1] == '\n' || text[i+1] == '\r') {
		return 2
	}
	return 1
}

// advance counts the lines from i to end.
func advance(text string, i, end, line, start int) (int, int) {
	for i < end {
		if text[i] == '\n' || text[i] == '\r' {
			i += newline(text, i)
			line, start = line+1, i
		} else {
			i++
		}
	}
	return line, start
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

func lineCount(text string) int {
	n := 1
	for i := 0; i < len(text); {
		if text[i] == '\n' || text[i] == '\r' {
			i += newline(text, i)
			if i < len(text) {
				n++
			}
		} else {
			i++
		}
	}
	return n
}

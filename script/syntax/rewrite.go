// Package syntax turns weir's Lua, which is Lua 5.1 with | between stages, into
// Lua 5.1, and tells errors with the line, the column and the words that the
// user wrote.
package syntax

import (
	"strings"
)

// Mark is the global that stands for | once a source is rewritten: a | b becomes
// a .. Mark .. b, and Mark's metamethod joins them.
const Mark = "__weir_pipe"

// replacement stands for one |. The spaces keep 1|f from becoming 1..f, which is
// a malformed number.
const replacement = " .. " + Mark + " .. "

// bar is the place of one | in the source.
type bar struct {
	line, column int // from 1, in bytes
}

// rewrite replaces every | outside strings and comments. Lines keep their
// numbers; a source without | is returned as it is.
func rewrite(name, text string) (string, []bar, error) {
	if strings.IndexByte(text, '|') < 0 {
		return text, nil, nil
	}
	var out strings.Builder
	var bars []bar
	copied, line, start := 0, 1, 0
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\n' || c == '\r':
			i += newline(text, i)
			line, start = line+1, i
		case c == '"' || c == '\'':
			end := skipString(text, i)
			line, start = advance(text, i, end, line, start)
			i = end
		case c == '-' && strings.HasPrefix(text[i:], "--"):
			end := skipComment(text, i)
			line, start = advance(text, i, end, line, start)
			i = end
		case c == '[':
			end := skipLong(text, i)
			line, start = advance(text, i, end, line, start)
			i = end
		case c == '|':
			if strings.HasPrefix(text[i:], "||") {
				return "", nil, &Error{File: name, Line: line, Column: i - start + 1, Width: 2, Source: Line(text, line),
					Message: "|| is not Lua", Hint: "write `or` between values, | between stages"}
			}
			out.WriteString(text[copied:i])
			out.WriteString(replacement)
			bars = append(bars, bar{line, i - start + 1})
			i++
			copied = i
		default:
			i++
		}
	}
	if len(bars) == 0 {
		return text, nil, nil
	}
	out.WriteString(text[copied:])
	return out.String(), bars, nil
}

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

// skipString gives the end of the string that begins at i. One that is not
// closed on its line ends there; the compiler says so.
func skipString(text string, i int) int {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch text[i] {
		case quote:
			return i + 1
		case '\n', '\r':
			return i
		case '\\':
			if i+1 < len(text) {
				i++
				if text[i] == '\n' || text[i] == '\r' {
					i += newline(text, i) - 1
				}
			}
		}
	}
	return len(text)
}

func skipComment(text string, i int) int {
	i += 2
	if i < len(text) && text[i] == '[' {
		if end := skipLong(text, i); end > i+1 {
			return end
		}
	}
	for i < len(text) && text[i] != '\n' && text[i] != '\r' {
		i++
	}
	return i
}

// skipLong gives the end of the long bracket at i, or i+1 where there is none.
func skipLong(text string, i int) int {
	level := i + 1
	for level < len(text) && text[level] == '=' {
		level++
	}
	if level >= len(text) || text[level] != '[' {
		return i + 1
	}
	closing := "]" + text[i+1:level] + "]"
	end := strings.Index(text[level+1:], closing)
	if end < 0 {
		return len(text)
	}
	return level + 1 + end + len(closing)
}

// original gives the column in the source for one in the rewritten text, and
// whether it lies in what stands for a |.
func original(bars []bar, line, column int) (int, bool) {
	grown := 0
	for _, b := range bars {
		if b.line != line {
			continue
		}
		begins := b.column + grown // of the replacement, in the rewritten text
		if column < begins {
			break
		}
		if column < begins+len(replacement) {
			return b.column, true
		}
		grown += len(replacement) - 1
	}
	return column - grown, false
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

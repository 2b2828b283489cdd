package syntax

import "strings"

// token is a word, a number, a bracket or a | of the source: what is needed to say what
// was left open.
type token struct {
	text         string
	line, column int
	goesOn       bool // a string whose last line ends with a backslash
}

// unclosed is the token of a string that its line does not close.
const unclosed = "unclosed string"

// scan gives the words, numbers, brackets and bars of a source, strings and comments left
// out. A long bracket that is never closed is a token of its own.
func scan(text string) []token {
	var tokens []token
	line, start := 1, 0
	for i := 0; i < len(text); {
		c := text[i]
		end := i + 1
		switch {
		case c == '\n' || c == '\r':
			i += newline(text, i)
			line, start = line+1, i
			continue
		case c == '"' || c == '\'':
			end = skipString(text, i)
			t := token{text: "a string", line: line, column: i - start + 1}
			if end == i+1 || text[end-1] != c {
				t.text = unclosed
				t.goesOn = end == len(text) && escapes(text)
			}
			tokens = append(tokens, t)
		case c == '-' && strings.HasPrefix(text[i:], "--"):
			end = skipComment(text, i)
		case c == '[':
			end = skipLong(text, i)
			if end == len(text) && end > i+1 && !strings.HasSuffix(text, "]") {
				tokens = append(tokens, token{text: "[[", line: line, column: i - start + 1})
			} else if end == i+1 {
				tokens = append(tokens, token{text: "[", line: line, column: i - start + 1})
			}
		case isLetter(c):
			for end < len(text) && wordByte(text[end]) {
				end++
			}
			tokens = append(tokens, token{text: text[i:end], line: line, column: i - start + 1})
		case isDigit(c):
			end = skipNumber(text, i)
			tokens = append(tokens, token{text: text[i:end], line: line, column: i - start + 1})
		case c > ' ':
			tokens = append(tokens, token{text: text[i:end], line: line, column: i - start + 1})
		}
		line, start = advance(text, i, end, line, start)
		i = end
	}
	return tokens
}

// escapes tells whether a text ends with a backslash that is not escaped itself.
func escapes(text string) bool { return (len(text)-len(strings.TrimRight(text, "\\")))%2 == 1 }

func isLetter(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// leftOpen gives the innermost construct that the tokens do not close.
func leftOpen(tokens []token) (token, bool) {
	var open []token
	for _, t := range tokens {
		switch t.text {
		case "function", "do", "then", "repeat", "(", "[", "{", "[[":
			// `while ... do` and `for ... do` are closed by the end of their do.
			if t.text == "then" && len(open) > 0 && open[len(open)-1].text == "if" {
				continue
			}
			open = append(open, t)
		case "if":
			open = append(open, t)
		case "end", "until", ")", "]", "}":
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
	}
	// `elseif ... then` opens nothing of its own.
	kept := open[:0]
	for _, t := range open {
		if t.text != "then" {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		return token{}, false
	}
	return kept[len(kept)-1], true
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

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

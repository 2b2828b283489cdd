package repl

import "strings"

// place is where the cursor stands in a text of Lua.
type place struct {
	inside  string // "", "string" or "comment"
	start   int    // of the string's content
	quote   string // what opened the string: ", ' or [[
	calls   []call // the brackets that are open, the innermost last
	before  string // the names that stand before the string, or before a : that follows a bracket: what was called
	bare    bool   // the string stands by itself: beside |, or as a value
	escapes bool   // a backslash in the string is Lua's
}

// call is an open bracket, and what stands before it.
type call struct {
	name    string
	bracket byte
	commas  int
	start   int // of what stands inside
}

// argument gives what a string at the cursor is an argument of, and the how many-th
// from 0.
func (at *place) argument() (name string, n int) {
	if at.before != "" {
		return at.before, 0
	}
	for i := len(at.calls) - 1; i >= 0; i-- {
		c := at.calls[i]
		if c.name != "" {
			return c.name, c.commas
		}
		if c.bracket == '{' && i > 0 && at.calls[i-1].bracket == '(' {
			return at.calls[i-1].name, at.calls[i-1].commas
		}
		if c.bracket == '(' { // around an expression
			return "", 0
		}
	}
	return "", 0
}

// scanLua reads a text up to the cursor.
func scanLua(text string) place {
	at := place{}
	last := "" // the names that stand right before, a call's with its brackets gone
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case strings.HasPrefix(text[i:], "--"):
			end, closed := skipLuaComment(text, i)
			if !closed {
				at.inside, at.start = "comment", i
				return at
			}
			i = end
		case c == '"' || c == '\'' || c == '[' && openLong(text[i:]) > 0:
			start, end, closed := skipLuaString(text, i)
			if !closed {
				at.inside, at.start, at.quote, at.before = "string", start, text[i:start], last
				at.escapes = c != '['
				at.bare = last == ""
				return at
			}
			i = end
			if last == "" {
				last = `""`
			} else {
				last += "()"
			}
		case isNameByte(c):
			end := i
			for end < len(text) && isNameByte(text[end]) {
				end++
			}
			word := text[i:end]
			switch {
			case keywords()[word] || c >= '0' && c <= '9':
				last = ""
			case strings.HasSuffix(last, ".") || strings.HasSuffix(last, ":"):
				last += word
			default:
				last = word
			}
			i = end
		case (c == '.' || c == ':') && last != "" && !strings.HasPrefix(text[i:], ".."):
			last += string(c)
			i++
		case c == '(' || c == '{' || c == '[':
			name := last
			if c == '[' {
				name = ""
			}
			at.calls = append(at.calls, call{name, c, 0, i + 1})
			last = ""
			i++
		case c == ')' || c == '}' || c == ']':
			last = ""
			if n := len(at.calls); n > 0 {
				if name := at.calls[n-1].name; name != "" {
					last = name + "()"
				} else if c == ')' && isLiteral(text[at.calls[n-1].start:i]) {
					last = `""`
				} else if c == ')' {
					last = "()"
				}
				at.calls = at.calls[:n-1]
			}
			i++
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		default:
			if n := len(at.calls); c == ',' && n > 0 {
				at.calls[n-1].commas++
			}
			last = ""
			i++
		}
	}
	at.before = last
	return at
}

// isLiteral tells whether a text is one string and nothing else.
func isLiteral(text string) bool {
	text = strings.TrimSpace(text)
	if text == "" || text[0] != '"' && text[0] != '\'' && openLong(text) == 0 {
		return false
	}
	_, end, closed := skipLuaString(text, 0)
	return closed && end == len(text)
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// openLong gives the length of [[ or [=[ at the start of a text, or 0.
func openLong(text string) int {
	i := 1
	for i < len(text) && text[i] == '=' {
		i++
	}
	if text[0] == '[' && i < len(text) && text[i] == '[' {
		return i + 1
	}
	return 0
}

// skipLuaString reads a string that begins at i.
func skipLuaString(text string, i int) (start, end int, closed bool) {
	if n := openLong(text[i:]); text[i] == '[' {
		start = i + n
		stop := "]" + strings.Repeat("=", n-2) + "]"
		if k := strings.Index(text[start:], stop); k >= 0 {
			return start, start + k + len(stop), true
		}
		return start, len(text), false
	}
	for k := i + 1; k < len(text); k++ {
		switch text[k] {
		case '\\':
			k++
		case text[i]:
			return i + 1, k + 1, true
		case '\n': // not closed on its line: what follows is not in it
			return i + 1, k + 1, true
		}
	}
	return i + 1, len(text), false
}

func skipLuaComment(text string, i int) (end int, closed bool) {
	if i+2 < len(text) && text[i+2] == '[' && openLong(text[i+2:]) > 0 {
		_, end, closed = skipLuaString(text, i+2)
		return end, closed
	}
	if k := strings.IndexByte(text[i:], '\n'); k >= 0 {
		return i + k + 1, true
	}
	return len(text), false
}

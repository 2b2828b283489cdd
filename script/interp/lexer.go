package interp

import (
	"strconv"
	"strings"
)

// lexer reads tokens from a source, as Lua 5.1's llex.c does.
type lexer struct {
	chunk   string // what errors call the source
	text    string
	at      int  // the next byte
	line    int  // of the next byte
	lenient bool // for Scan: comments are tokens, and what is no Lua ends nothing
}

// SyntaxError is a source that is no Lua. Error is what lua5.1 says of it.
type SyntaxError struct {
	Chunk   string
	Line    int    // from 1
	Offset  int    // of the token at fault, in bytes from the start of the source
	Near    string // the token at fault as it stands in the source; "" at the end
	AtEnd   bool   // the source ends too early
	Message string // without place and token
	Kind    ErrorKind
	near    string // the token in lua5.1's words; "" for none
}

// ErrorKind says what a SyntaxError is about.
type ErrorKind int

// Unexpected is a token that cannot stand where it stands, Malformed is one that is none,
// Unclosed is a string without its end, and Limit is a program that is too large.
const (
	Unexpected ErrorKind = iota
	Malformed
	Unclosed
	Limit
)

func (e *SyntaxError) Error() string {
	text := e.Chunk + ":" + strconv.Itoa(e.Line) + ": " + e.Message
	if e.near != "" {
		text += " near '" + e.near + "'"
	}
	return text
}

// raise raises a SyntaxError at the token that the lexer is reading, which began at start. It
// returns only for Scan.
func (x *lexer) raise(of ErrorKind, start int, message string, near string) {
	if x.lenient {
		return
	}
	panic(&SyntaxError{Chunk: x.chunk, Line: x.line, Offset: start, Near: x.text[start:min(x.at, len(x.text))],
		AtEnd: near == "<eof>", Message: message, Kind: of, near: near})
}

func (x *lexer) byteAt(i int) byte {
	if i < len(x.text) {
		return x.text[i]
	}
	return 0
}

func isNewline(c byte) bool { return c == '\n' || c == '\r' }

// newline moves over \n, \r, \r\n or \n\r.
func (x *lexer) newline() {
	c := x.text[x.at]
	x.at++
	if d := x.byteAt(x.at); isNewline(d) && d != c {
		x.at++
	}
	x.line++
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' }

func (x *lexer) scan() token {
	for x.at < len(x.text) {
		start := x.at
		switch c := x.text[x.at]; {
		case isNewline(c):
			x.newline()
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			x.at++
		case c == '-' && x.byteAt(x.at+1) == '-':
			closed := x.comment()
			if x.lenient {
				return token{kind: tokComment, start: start, end: x.at, open: !closed}
			}
		case isLetter(c):
			for x.at < len(x.text) && (isLetter(x.text[x.at]) || isDigit(x.text[x.at])) {
				x.at++
			}
			word := x.text[start:x.at]
			if k, ok := keyword(word); ok {
				return token{kind: k, text: word, start: start, end: x.at}
			}
			return token{kind: tokName, text: word, start: start, end: x.at}
		case isDigit(c) || c == '.' && isDigit(x.byteAt(x.at+1)):
			return x.numeral()
		case c == '"' || c == '\'':
			return x.quoted(c)
		case c == '[' && (x.byteAt(x.at+1) == '[' || x.byteAt(x.at+1) == '='):
			if level := x.level(); level >= 0 {
				text, closed := x.long(level, "string")
				return token{kind: tokString, text: text, start: start, end: x.at, open: !closed}
			} else if level < -1 && !x.lenient {
				x.at += -level
				x.raise(Malformed, start, "invalid long string delimiter", x.text[start:x.at])
			}
			x.at++
			return token{kind: '[', start: start, end: x.at}
		default:
			return x.symbol(c)
		}
	}
	return token{kind: tokEOF, start: len(x.text), end: len(x.text)}
}

// symbol reads an operator or a separator.
func (x *lexer) symbol(c byte) token {
	start, k := x.at, kind(c)
	d := x.byteAt(x.at + 1)
	x.at += 2
	switch {
	case c == '.' && d == '.':
		k = tokConcat
		if x.byteAt(x.at) == '.' {
			k = tokDots
			x.at++
		}
	case c == '=' && d == '=':
		k = tokEq
	case c == '<' && d == '=':
		k = tokLE
	case c == '>' && d == '=':
		k = tokGE
	case c == '~' && d == '=':
		k = tokNE
	case c == ':' && d == ':':
		k = tokLabel
	default:
		x.at--
	}
	return token{kind: k, start: start, end: x.at}
}

// comment moves behind a comment, and reports whether its end is there.
func (x *lexer) comment() (closed bool) {
	x.at += 2
	if x.byteAt(x.at) == '[' {
		if level := x.level(); level >= 0 {
			_, closed = x.long(level, "comment")
			return closed
		}
	}
	for x.at < len(x.text) && !isNewline(x.text[x.at]) {
		x.at++
	}
	return x.at < len(x.text)
}

// level counts the = of the long bracket at the lexer's place; it is -1 for a [ alone,
// and less for [= without a second [, minus the length of what stands there.
func (x *lexer) level() int {
	i := x.at + 1
	for x.byteAt(i) == '=' {
		i++
	}
	if x.byteAt(i) == '[' {
		return i - x.at - 1
	}
	return -(i - x.at)
}

// long reads a long string or a long comment, whose opening bracket has level =.
func (x *lexer) long(level int, token string) (text string, closed bool) {
	start := x.at
	x.at += level + 2
	if x.at < len(x.text) && isNewline(x.text[x.at]) {
		x.newline()
	}
	closing := "]" + strings.Repeat("=", level) + "]"
	var out strings.Builder
	from := x.at
	for {
		i := strings.IndexAny(x.text[x.at:], "]\r\n[")
		if i < 0 {
			x.at = len(x.text)
			x.raise(Unclosed, start, "unfinished long "+token, "<eof>")
			return "", false
		}
		x.at += i
		switch c := x.text[x.at]; {
		case c == ']' && strings.HasPrefix(x.text[x.at:], closing):
			out.WriteString(x.text[from:x.at])
			x.at += len(closing)
			return out.String(), true
		case c == '[' && level == 0 && x.byteAt(x.at+1) == '[' && !x.lenient:
			x.raise(Malformed, x.at, "nesting of [[...]] is deprecated", "[")
		case isNewline(c):
			out.WriteString(x.text[from:x.at])
			out.WriteByte('\n')
			x.newline()
			from = x.at
		default:
			x.at++
		}
	}
}

// quoted reads a string in quotes.
func (x *lexer) quoted(quote byte) token {
	start := x.at
	x.at++
	if i := strings.IndexAny(x.text[x.at:], "\\\"'\r\n"); i >= 0 && x.text[x.at+i] == quote {
		x.at += i + 1
		return token{kind: tokString, text: x.text[start+1 : x.at-1], start: start, end: x.at}
	}
	out := []byte{quote}
	for {
		if x.at >= len(x.text) {
			x.raise(Unclosed, start, "unfinished string", "<eof>")
			return token{kind: tokString, start: start, end: x.at, open: true}
		}
		switch c := x.text[x.at]; {
		case c == quote:
			x.at++
			return token{kind: tokString, text: string(out[1:]), start: start, end: x.at}
		case isNewline(c):
			x.raise(Unclosed, start, "unfinished string", string(out))
			return token{kind: tokString, start: start, end: x.at, open: true}
		case c == '\\':
			out = x.escape(out, start)
		default:
			out = append(out, c)
			x.at++
		}
	}
}

var escapes = map[byte]byte{'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// escape reads what a backslash begins.
func (x *lexer) escape(out []byte, start int) []byte {
	x.at++
	c := x.byteAt(x.at)
	switch {
	case x.at >= len(x.text):
		return out // the caller says that the string is not finished
	case isNewline(c):
		x.newline()
		return append(out, '\n')
	case isDigit(c):
		n := 0
		for i := 0; i < 3 && isDigit(x.byteAt(x.at)); i++ {
			n = n*10 + int(x.text[x.at]-'0')
			x.at++
		}
		if n > 255 {
			x.raise(Malformed, start, "escape sequence too large", string(out))
		}
		return append(out, byte(n))
	}
	x.at++
	if e, ok := escapes[c]; ok {
		return append(out, e)
	}
	return append(out, c)
}

// numeral reads a number: digits and points, an exponent, and what letters follow.
func (x *lexer) numeral() token {
	start := x.at
	for isDigit(x.byteAt(x.at)) || x.byteAt(x.at) == '.' {
		x.at++
	}
	if c := x.byteAt(x.at) | 0x20; c == 'e' {
		x.at++
		if d := x.byteAt(x.at); d == '+' || d == '-' {
			x.at++
		}
	}
	for isLetter(x.byteAt(x.at)) || isDigit(x.byteAt(x.at)) {
		x.at++
	}
	text := x.text[start:x.at]
	n, ok := ParseNumber(text)
	if !ok {
		x.raise(Malformed, start, "malformed number", text)
	}
	return token{kind: tokNumber, text: text, number: n, start: start, end: x.at}
}

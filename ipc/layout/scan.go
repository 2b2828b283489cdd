package layout

import (
	"fmt"
	"strings"

	"weir/ipc/luatext"
)

// token is one word, number or sign of a declaration.
type token struct {
	text string
	at   int // in the text
}

type parser struct {
	text   string
	tokens []token
	next   int
	depth  int
	tags   map[string]*Type // of structs and unions, which share one name space in C
}

// fail ends the parse.
func (p *parser) fail(at token, hint, format string, args ...any) {
	panic(&Error{Column: at.at + 1, Width: max(len(at.text), 1), Message: fmt.Sprintf(format, args...), Hint: hint})
}

// scan splits the text into tokens, without its comments.
func (p *parser) scan() {
	s := p.text
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case strings.IndexByte(" \t\n\v\f\r", c) >= 0:
			i++
		case strings.HasPrefix(s[i:], "//"):
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case strings.HasPrefix(s[i:], "/*"):
			end := strings.Index(s[i+2:], "*/")
			if end < 0 {
				p.fail(token{"/*", i}, `write "*/"`, "the comment has no end")
			}
			i += end + 4
		case isWord(c):
			start := i
			for i < len(s) && isWord(s[i]) {
				i++
			}
			p.tokens = append(p.tokens, token{s[start:i], start})
		default:
			p.tokens = append(p.tokens, token{s[i : i+1], i})
			i++
		}
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func isName(s string) bool { return s != "" && isWord(s[0]) && (s[0] < '0' || s[0] > '9') }

// ahead gives the token after the next n, and an empty one after the last.
func (p *parser) ahead(n int) token {
	if p.next+n < len(p.tokens) {
		return p.tokens[p.next+n]
	}
	return token{"", len(p.text)}
}

func (p *parser) peek() token { return p.ahead(0) }

func (p *parser) take() token {
	t := p.peek()
	p.next++
	return t
}

// accept takes the next token if it is text.
func (p *parser) accept(text string) bool {
	if p.peek().text == text && p.next < len(p.tokens) {
		p.next++
		return true
	}
	return false
}

func (p *parser) expect(text, after string) {
	if t := p.peek(); !p.accept(text) {
		p.fail(t, "", "%s is missing after %s", luatext.Quote(text), after)
	}
}

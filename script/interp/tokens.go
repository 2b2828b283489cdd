package interp

import "fmt"

// tokens is a source as its parser reads it: token by token, with one token of lookahead.
type tokens struct {
	lexer
	last     int // line of the token before the current one
	tok      token
	ahead    token
	hasAhead bool
}

// next moves to the next token.
func (x *tokens) next() {
	x.last = x.line
	if x.hasAhead {
		x.tok, x.hasAhead = x.ahead, false
		return
	}
	x.tok = x.scan()
}

// peek gives the token behind the current one.
func (x *tokens) peek() kind {
	if !x.hasAhead {
		x.ahead, x.hasAhead = x.scan(), true
	}
	return x.ahead.kind
}

func (x *tokens) kind() kind { return x.tok.kind }

// accept moves over a token where it stands here.
func (x *tokens) accept(k kind) bool {
	if x.kind() != k {
		return false
	}
	x.next()
	return true
}

func (x *tokens) check(k kind) {
	if x.kind() != k {
		x.fail("'" + k.String() + "' expected")
	}
}

func (x *tokens) expect(k kind) {
	x.check(k)
	x.next()
}

// expectClosing expects the token that closes one of an earlier line.
func (x *tokens) expectClosing(k, opening kind, line int) {
	if x.accept(k) {
		return
	}
	if line == x.line {
		x.fail("'" + k.String() + "' expected")
	}
	x.fail(fmt.Sprintf("'%s' expected (to close '%s' at line %d)", k, opening, line))
}

func (x *tokens) name() string {
	x.check(tokName)
	text := x.tok.text
	x.next()
	return text
}

// fail raises an error at the current token.
func (x *tokens) fail(message string) {
	t := x.tok
	e := &SyntaxError{Chunk: x.chunk, Line: x.line, Offset: t.start, Near: x.text[t.start:t.end], AtEnd: t.kind == tokEOF,
		Message: message, near: t.kind.String()}
	switch t.kind {
	case tokName, tokString, tokNumber:
		e.near = e.Near
	}
	panic(e)
}

// failLimit raises an error about a program that is too large.
func (x *tokens) failLimit(message string) {
	t := x.tok
	panic(&SyntaxError{Chunk: x.chunk, Line: x.line, Offset: t.start, Near: x.text[t.start:t.end], Message: message,
		Kind: Limit})
}

package interp

// Token is a token of a text, or a comment.
type Token struct {
	Kind  TokenKind
	Start int    // in bytes
	Text  string // as it stands there
	Open  bool   // a string without its end, or a comment that the end of the text ends
}

// End is the place behind a token.
func (t Token) End() int { return t.Start + len(t.Text) }

// TokenKind is what a Token is.
type TokenKind int

const (
	Symbol TokenKind = iota // an operator, a bracket, or a byte that means nothing in Lua
	Word                    // a name or a keyword
	Number
	String
	Comment
)

// Scan gives the tokens and the comments of a text, which need not be Lua. A token that is
// wrong is given as far as it goes, and the next begins behind it.
func Scan(text string) []Token {
	x := lexer{text: text, lenient: true}
	var tokens []Token
	for t := x.scan(); t.kind != tokEOF; t = x.scan() {
		tokens = append(tokens, Token{kindOf(t.kind), t.start, text[t.start:t.end], t.open})
	}
	return tokens
}

func kindOf(k kind) TokenKind {
	switch {
	case k == tokName || k >= tokAnd && k <= tokWhile:
		return Word
	case k == tokNumber:
		return Number
	case k == tokString:
		return String
	case k == tokComment:
		return Comment
	}
	return Symbol
}

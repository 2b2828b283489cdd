package interp

import "strconv"

// kind is what a token is. A token of one character is that character's kind.
type kind int32

const (
	tokEOF kind = 256 + iota
	tokAnd
	tokBreak
	tokDo
	tokElse
	tokElseif
	tokEnd
	tokFalse
	tokFor
	tokFunction
	tokIf
	tokIn
	tokLocal
	tokNil
	tokNot
	tokOr
	tokRepeat
	tokReturn
	tokThen
	tokTrue
	tokUntil
	tokWhile
	tokConcat // ..
	tokDots   // ...
	tokEq
	tokGE
	tokLE
	tokNE
	tokLabel // ::
	tokNumber
	tokName
	tokString
	tokComment // Scan's alone
)

// Keywords are Lua's reserved words.
var Keywords = [...]string{"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in",
	"local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while"}

// IsKeyword reports whether a word is one of Lua's reserved words.
func IsKeyword(word string) bool { _, ok := keyword(word); return ok }

// keyword finds the kind of a reserved word. Its first byte and its length exclude most
// names before any comparison.
func keyword(word string) (kind, bool) {
	if len(word) < 2 || len(word) > 8 {
		return 0, false
	}
	for i, w := range Keywords {
		if w[0] == word[0] && w == word {
			return tokAnd + kind(i), true
		}
	}
	return 0, false
}

// symbols are the tokens that are neither words nor single characters.
var symbols = map[kind]string{tokEOF: "<eof>", tokConcat: "..", tokDots: "...", tokEq: "==", tokGE: ">=", tokLE: "<=",
	tokNE: "~=", tokLabel: "::", tokNumber: "<number>", tokName: "<name>", tokString: "<string>"}

// String is the token as lua5.1 writes it in an error.
func (k kind) String() string {
	switch {
	case k < ' ' || k == 127:
		return "char(" + strconv.Itoa(int(k)) + ")"
	case k < 256:
		return string([]byte{byte(k)})
	case k >= tokAnd && k <= tokWhile:
		return Keywords[k-tokAnd]
	}
	return symbols[k]
}

// token is one token of a source, with its place: bytes from start to end.
type token struct {
	kind       kind
	open       bool    // Scan's: a string or a comment without its end
	text       string  // of a name, of a string, or of a number as it is written
	number     float64 // of a number
	start, end int
}

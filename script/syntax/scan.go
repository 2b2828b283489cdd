package syntax

import "weir/script/interp"

// Token is a token of Lua, or a comment, as it stands in a text.
type Token = interp.Token

// The kinds of tokens.
const (
	Symbol  = interp.Symbol
	Word    = interp.Word
	Number  = interp.Number
	String  = interp.String
	Comment = interp.Comment
)

// Scan gives the tokens and the comments of a text, which need not be Lua. A token that is
// wrong is given as far as it goes, and the next begins behind it.
func Scan(text string) []Token { return interp.Scan(text) }

// Keywords are the words that Lua 5.1 reserves, and goto.
var Keywords = append(interp.Keywords[:], "goto")

// IsKeyword reports whether a word is one of Keywords.
func IsKeyword(word string) bool { return word == "goto" || interp.IsKeyword(word) }

// Locals lists the names that a text declares behind the word local.
func Locals(text string) (names []string) {
	const none, wanted, given = 0, 1, 2 // a name, in a declaration
	name := none
	for _, t := range Scan(text) {
		switch {
		case t.Kind == Comment || name == wanted && t.Text == "function":
		case t.Text == "local" || name == given && t.Text == ",":
			name = wanted
		case name == wanted && t.Kind == Word:
			names = append(names, t.Text)
			name = given
		default:
			name = none
		}
	}
	return names
}

// endOf gives the last token of a text, and those that begin constructs which it does not close.
func endOf(text string) (last Token, open []Token) {
	for _, t := range Scan(text) {
		if t.Kind != Comment {
			last = t
		}
		switch t.Text {
		case "if", "function", "do", "repeat", "(", "[", "{": // the do of while and for ends with them
			open = append(open, t)
		case "end", "until", ")", "]", "}":
			open = open[:max(len(open)-1, 0)]
		}
	}
	return last, open
}

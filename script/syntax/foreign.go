package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// foreign are signs of other languages, and what Lua has instead. A longer one stands before those that it
// begins with.
var foreign = []struct{ text, hint string }{
	{"!=", "write ~= for not equal"},
	{"!", "write `not` in front of a value"},
	{"&&", "write `and` between values"},
	{"&", "write `and` between values; start(...) runs a topology in the background"},
	{"?", "write `a and b or c` for a ? b : c; behind a whole input ? asks for help"},
	{"`", "write a string in \"\" or ''"},
	{"$", "a $ at the beginning of a line makes a shell line of it, at the prompt; sh\"...\" is one anywhere"},
	{"//", "a comment begins with --; math.floor(a / b) is the whole quotient"},
	{"/*", "a comment of several lines is --[[ ... ]]"},
	{"<<", noBits}, {">>", noBits + "; | file(\"x\", \"a\") adds a stage's output to a file"},
	{"~", "write ~= for not equal, `not` in front of a value"},
	{"++", "write x = x + 1"},
	{"+=", "write x = x + ..."}, {"-=", "write x = x - ..."}, {"*=", "write x = x * ..."},
	{"/=", "write x = x / ..., or ~= for not equal"}, {"%=", "write x = x % ..."}, {"..=", "write x = x .. ..."},
	{"=>", "write >= for greater or equal, {key = value} in a table"}, {"=<", "write <= for less or equal"},
}

const noBits = "Lua 5.1 has no operators on bits"

// explainForeign explains an error at a character that Lua has no use for, or at a sign of another language.
func explainForeign(e *Error, invalid bool) {
	if e.Column < 1 || e.Column > len(e.Source) {
		return
	}
	rest := e.Source[e.Column-1:]
	if invalid {
		r, size := utf8.DecodeRuneInString(rest)
		e.Width = size
		e.Message = named(r, rest[0]) + " means nothing in Lua"
		e.Hint = replacement(r)
	}
	if text, at, hint := foreignAt(e.Source, e.Column-1); hint != "" {
		e.Message, e.Hint = "'"+text+"' is not Lua", hint
		e.Column, e.Width = at+1, len(text)
	}
}

// foreignAt finds a sign of another language at a place, or from one byte before it: of // the second byte
// is the unexpected one.
func foreignAt(source string, at int) (text string, from int, hint string) {
	for _, s := range foreign {
		if strings.HasPrefix(source[at:], s.text) {
			return s.text, at, s.hint
		}
		if at > 0 && len(s.text) == 2 && strings.HasPrefix(source[at-1:], s.text) {
			return s.text, at - 1, s.hint
		}
	}
	return "", 0, ""
}

// named names a character: by itself if it can be seen.
func named(r rune, first byte) string {
	switch {
	case r == utf8.RuneError:
		return fmt.Sprintf(`the byte \%03d`, first)
	case !unicode.IsGraphic(r) || unicode.IsSpace(r):
		return fmt.Sprintf("%U", r)
	case r < utf8.RuneSelf:
		return "'" + string(r) + "'"
	}
	return fmt.Sprintf("'%c' (%U)", r, r)
}

// replacement says what to write in place of a character.
func replacement(r rune) string {
	switch {
	case r == utf8.RuneError:
		return "outside strings and comments Lua is written in ASCII"
	case unicode.Is(unicode.Quotation_Mark, r):
		return "write a string in \"\" or ''"
	case unicode.Is(unicode.Dash, r) || r == '−':
		return "write - for minus, -- before a comment"
	case unicode.IsSpace(r):
		return "write a plain blank"
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return "names are made of the letters a to z and A to Z, digits and _"
	case r >= utf8.RuneSelf:
		return "outside strings and comments Lua is written in ASCII"
	}
	return ""
}

package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// strangers are what other languages have where Lua has something else, and what that
// is. The longer stand before what they begin with.
var strangers = []struct{ text, hint string }{
	{"!=", "write ~= for not equal"},
	{"!", "write `not` in front of a value"},
	{"&&", "write `and` between values"},
	{"&", "write `and` between values; start(...) runs a topology in the background"},
	{"?", "write `a and b or c` for a ? b : c; behind a whole input ? asks for help"},
	{"`", "write a string in \"\" or ''"},
	{"$", "a $ at the beginning of a line makes a shell line of it, at the prompt; sh\"...\" is one anywhere"},
	{"//", "a comment begins with --; math.floor(a / b) is the whole quotient"},
	{"/*", "a comment of several lines is --[[ ... ]]"},
	{"<<", noBits}, {">>", noBits}, {"~", "write ~= for not equal, `not` in front of a value"},
	{"++", "write x = x + 1"},
	{"+=", "write x = x + ..."}, {"-=", "write x = x - ..."}, {"*=", "write x = x * ..."},
	{"/=", "write x = x / ..., or ~= for not equal"}, {"%=", "write x = x % ..."}, {"..=", "write x = x .. ..."},
	{"=>", "write >= for greater or equal, {key = value} in a table"}, {"=<", "write <= for less or equal"},
}

const noBits = "Lua 5.1 has no operators on bits"

// explainStranger says more of what stands at an error and cannot stand in Lua, and of
// what belongs to another language.
func explainStranger(e *Error, invalid bool) {
	if e.Column < 1 || e.Column > len(e.Source) {
		return
	}
	rest := e.Source[e.Column-1:]
	if invalid {
		r, size := utf8.DecodeRuneInString(rest)
		e.Width = size
		e.Message = named(r, rest[0]) + " means nothing in Lua"
		e.Hint = wayOut(r)
	}
	if text, at, hint := stranger(e.Source, e.Column-1); hint != "" {
		e.Message, e.Hint = "'"+text+"' is not Lua", hint
		e.Column, e.Width = at+1, len(text)
	}
}

// stranger finds what belongs to another language at a place, or from one byte before
// it: of // the second byte is unexpected.
func stranger(source string, at int) (text string, from int, hint string) {
	for _, s := range strangers {
		if strings.HasPrefix(source[at:], s.text) {
			return s.text, at, s.hint
		}
		if at > 0 && len(s.text) == 2 && strings.HasPrefix(source[at-1:], s.text) {
			return s.text, at - 1, s.hint
		}
	}
	return "", 0, ""
}

// named is how a rune is told of: itself where it can be seen.
func named(r rune, first byte) string {
	switch {
	case r == utf8.RuneError:
		return fmt.Sprintf("the byte 0x%02X", first)
	case !unicode.IsGraphic(r) || unicode.IsSpace(r):
		return fmt.Sprintf("%U", r)
	case r < utf8.RuneSelf:
		return "'" + string(r) + "'"
	}
	return fmt.Sprintf("'%c' (%U)", r, r)
}

// wayOut is what to write in place of a rune.
func wayOut(r rune) string {
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

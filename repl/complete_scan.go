package repl

import (
	"strings"

	"weir/script/syntax"
)

// place is where the cursor stands in a text of Lua.
type place struct {
	inside string // "", "string" or "comment"
	start  int    // of the string's content
	quote  string // what opened the string: ", ' or [[
	calls  []call // the brackets that are open, the innermost last
	before string // the names that stand before the string, or before a : that follows a bracket: what was called
}

// call is an open bracket, and what stands before it.
type call struct {
	name    string
	bracket string
	commas  int
	token   int // the bracket is the how many-th of the text, from 0
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
		if c.bracket == "{" && i > 0 && at.calls[i-1].bracket == "(" {
			return at.calls[i-1].name, at.calls[i-1].commas
		}
		if c.bracket == "(" { // around an expression
			return "", 0
		}
	}
	return "", 0
}

// scanLua reads a text up to the cursor.
func scanLua(text string) place {
	at := place{}
	tokens := syntax.Scan(text)
	for i, t := range tokens {
		inside := t.Open && t.End() == len(text)
		switch {
		case t.Kind == syntax.Comment && inside:
			at.inside, at.start = "comment", t.Start
		case t.Kind == syntax.Comment:
		case t.Kind == syntax.String && inside:
			at.enter(t)
		case t.Kind == syntax.String && at.before == "":
			at.before = literal
		case t.Kind == syntax.String:
			at.before += "()"
		case t.Kind == syntax.Number || syntax.IsKeyword(t.Text):
			at.before = ""
		case t.Kind == syntax.Word && !strings.HasSuffix(at.before, ".") && !strings.HasSuffix(at.before, ":"):
			at.before = t.Text
		case t.Kind == syntax.Word, (t.Text == "." || t.Text == ":") && at.before != "":
			at.before += t.Text
		default:
			at.symbol(tokens, i)
		}
	}
	return at
}

// literal is what stands in place.before for a string.
const literal = `""`

// enter notes that the cursor is in a string.
func (at *place) enter(t syntax.Token) {
	at.quote = t.Text[:1]
	if at.quote == "[" {
		at.quote = t.Text[:strings.IndexByte(t.Text[1:], '[')+2]
	}
	at.inside, at.start = "string", t.Start+len(at.quote)
}

// symbol notes a bracket or a comma: the token i.
func (at *place) symbol(tokens []syntax.Token, i int) {
	before, n := at.before, len(at.calls)-1
	at.before = ""
	switch sign := tokens[i].Text; sign {
	case "[":
		at.calls = append(at.calls, call{"", sign, 0, i})
	case "(", "{":
		at.calls = append(at.calls, call{before, sign, 0, i})
	case ")", "}", "]":
		if n < 0 {
			return
		}
		switch open := at.calls[n]; {
		case open.name != "":
			at.before = open.name + "()"
		case sign == ")" && i == open.token+2 && tokens[i-1].Kind == syntax.String:
			at.before = literal
		case sign == ")":
			at.before = "()"
		}
		at.calls = at.calls[:n]
	case ",":
		if n >= 0 {
			at.calls[n].commas++
		}
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

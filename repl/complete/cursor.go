package complete

import (
	"strings"

	"weir/script/syntax"
)

// cursor is what stands around the cursor in a text of Lua.
type cursor struct {
	inside string    // "", "string" or "comment"
	start  int       // of the string's content
	quote  string    // what opened the string: ", ' or [[
	open   []bracket // those that are not closed, the innermost last
	before string    // the name or the call right before: t.a, sh():, or "" in quotes for a string
}

// bracket is one that is open.
type bracket struct {
	sign   string
	called string // what stands before it
	commas int    // behind it
	token  int    // it is the how many-th of the text, from 0
}

// argument gives what a string at the cursor is an argument of, and the how many-th from 0.
func (at *cursor) argument() (called string, n int) {
	if at.before != "" {
		return at.before, 0
	}
	for i := len(at.open) - 1; i >= 0; i-- {
		b := at.open[i]
		if b.called != "" {
			return b.called, b.commas
		}
		if b.sign == "{" && i > 0 && at.open[i-1].sign == "(" {
			return at.open[i-1].called, at.open[i-1].commas
		}
		if b.sign == "(" { // around an expression
			return "", 0
		}
	}
	return "", 0
}

// inTable reports whether the cursor is in the braces of a table.
func (at *cursor) inTable() bool { return at.within("{") }

// isKey reports whether the string is the key in t["key"].
func (at *cursor) isKey() bool { return at.within("[") }

func (at *cursor) within(sign string) bool {
	n := len(at.open)
	return n > 0 && at.open[n-1].sign == sign
}

// cursorIn reads a text up to the cursor.
func cursorIn(text string) cursor {
	at := cursor{}
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

// literal is what stands in cursor.before for a string.
const literal = `""`

// enter notes that the cursor is in a string.
func (at *cursor) enter(t syntax.Token) {
	at.quote = t.Text[:1]
	if at.quote == "[" {
		at.quote = t.Text[:strings.IndexByte(t.Text[1:], '[')+2]
	}
	at.inside, at.start = "string", t.Start+len(at.quote)
}

// symbol notes a bracket or a comma: the token i.
func (at *cursor) symbol(tokens []syntax.Token, i int) {
	before, n := at.before, len(at.open)-1
	at.before = ""
	switch sign := tokens[i].Text; sign {
	case "[":
		at.open = append(at.open, bracket{sign, "", 0, i})
	case "(", "{":
		at.open = append(at.open, bracket{sign, before, 0, i})
	case ")", "}", "]":
		if n < 0 {
			return
		}
		switch open := at.open[n]; {
		case open.called != "":
			at.before = open.called + "()"
		case sign == ")" && i == open.token+2 && tokens[i-1].Kind == syntax.String:
			at.before = literal
		case sign == ")":
			at.before = "()"
		}
		at.open = at.open[:n]
	case ",":
		if n >= 0 {
			at.open[n].commas++
		}
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

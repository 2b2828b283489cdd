package repl

import (
	"sync"

	"weir/repl/edit"
	"weir/repl/input"
	"weir/script"
	"weir/script/library"
	"weir/script/syntax"
)

// libraryNames are weir's own functions.
var libraryNames = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, e := range script.Library() {
		if e.Group == library.GroupFunction {
			all[e.Name] = true
		}
	}
	return all
})

// Paint finds the parts of an input that have a colour. The input need not be whole.
func Paint(text string) []edit.Span {
	if _, colon := input.Colon(text); colon || input.IsShell(text) {
		return []edit.Span{{From: 0, To: len(text), Kind: "command"}}
	}
	var spans []edit.Span
	before := ""
	for _, t := range syntax.Scan(text) {
		if kind := colourOf(t, before); kind != "" {
			spans = append(spans, edit.Span{From: t.Start, To: t.End(), Kind: kind})
		}
		before = t.Text
	}
	return spans
}

// colourOf gives the kind of a token's colour; before is the token in front of it.
func colourOf(t syntax.Token, before string) string {
	switch {
	case t.Kind == syntax.Comment:
		return "comment"
	case t.Kind == syntax.String:
		return "string"
	case t.Kind == syntax.Number:
		return "number"
	case syntax.IsKeyword(t.Text):
		return "keyword"
	case libraryNames()[t.Text] && before != "." && before != ":":
		return "library"
	}
	return ""
}

package repl

import (
	"sync"

	"weir/repl/edit"
	"weir/script"
)

// keywords are those of Lua 5.1, and goto.
var keywords = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, w := range []string{"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not",
		"or", "repeat", "return", "then", "true", "until", "while"} {
		all[w] = true
	}
	return all
})

// libraryNames are weir's own functions.
var libraryNames = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, e := range script.Library() {
		if e.Group == script.GroupFunction {
			all[e.Name] = true
		}
	}
	return all
})

// Paint finds the parts of an input that have a colour. It reads what is not yet
// whole, too.
func Paint(text string) []edit.Span {
	if isShell(text) || len(text) > 0 && text[0] == ':' {
		return []edit.Span{{From: 0, To: len(text), Kind: "command"}}
	}
	var spans []edit.Span
	for i := 0; i < len(text); {
		end, kind := paintToken(text, i)
		if kind != "" {
			spans = append(spans, edit.Span{From: i, To: end, Kind: kind})
		}
		i = end
	}
	return spans
}

// paintToken gives the end and the kind of what begins at i.
func paintToken(text string, i int) (int, string) {
	switch c := text[i]; {
	case c == '-' && i+1 < len(text) && text[i+1] == '-':
		if end, ok := longBracket(text, i+2); ok {
			return end, "comment"
		}
		for i < len(text) && text[i] != '\n' {
			i++
		}
		return i, "comment"
	case c == '"' || c == '\'':
		return quotedEnd(text, i), "string"
	case c == '[':
		if end, ok := longBracket(text, i); ok {
			return end, "string"
		}
	case c >= '0' && c <= '9':
		for i < len(text) && (wordChar(text[i]) || text[i] == '.') {
			i++
		}
		return i, "number"
	case wordChar(c):
		start := i
		for i < len(text) && wordChar(text[i]) {
			i++
		}
		switch w := text[start:i]; {
		case keywords()[w]:
			return i, "keyword"
		case libraryNames()[w] && (start == 0 || text[start-1] != '.' && text[start-1] != ':'):
			return i, "library"
		}
		return i, ""
	}
	return i + 1, ""
}

func wordChar(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// quotedEnd gives the end of a string, or of its line.
func quotedEnd(text string, i int) int {
	quote := text[i]
	for i++; i < len(text) && text[i] != '\n'; i++ {
		switch text[i] {
		case quote:
			return i + 1
		case '\\':
			i++
		}
	}
	return min(i, len(text))
}

// longBracket gives the end of [[...]] or [==[...]==].
func longBracket(text string, i int) (int, bool) {
	if i >= len(text) || text[i] != '[' {
		return 0, false
	}
	k := i + 1
	for k < len(text) && text[k] == '=' {
		k++
	}
	if k >= len(text) || text[k] != '[' {
		return 0, false
	}
	level := k - i - 1
	for k++; k < len(text); k++ {
		if text[k] != ']' {
			continue
		}
		n := 0
		for k+1+n < len(text) && text[k+1+n] == '=' && n < level {
			n++
		}
		if n == level && k+1+n < len(text) && text[k+1+n] == ']' {
			return k + n + 2, true
		}
	}
	return len(text), true
}

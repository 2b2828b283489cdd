package annotations

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"weir/script/syntax"
)

// form is one way to call something. This signature has two:
//
//	ring([name,] {slots=, size=}) or ring(name)
type form struct {
	params  []param
	returns []string
}

type param struct {
	name     string // "..." for any number of values
	types    string
	optional bool
}

// forms reads a signature of the library's table, and what each of its forms returns. [x] can be left out,
// | divides alternatives, and {x=} is a table of options. One literal in quotes is an example; several are
// all that can be written.
func forms(w words, signature, returns string) ([]form, error) {
	var all []form
	returned := strings.Split(returns, " or ")
	for i, text := range strings.Split(signature, " or ") {
		inner, ok := arguments(text)
		if !ok {
			continue // a value
		}
		p := parser{words: w, tokens: syntax.Scan(inner)}
		variants, err := p.list()
		if err == nil && len(p.tokens) > 0 {
			err = fmt.Errorf("%q is left", p.peek().Text)
		}
		if err != nil {
			return nil, fmt.Errorf("the signature of %s, %s: %w", w.entry, signature, err)
		}
		for _, v := range variants {
			all = append(all, form{variadicLast(v), typesOf(returned[min(i, len(returned)-1)])})
		}
	}
	return all, nil
}

// variadicLast makes ... the last parameter, as Lua wants it: it has the types of those behind it, too. Of
// "a, b, ..." b becomes optional.
func variadicLast(params []param) []param {
	for i := range params {
		if params[i].name != "..." {
			continue
		}
		if i > 1 && params[i-1].types == params[i].types && params[i-2].types == params[i].types {
			params[i-1].optional = true
		}
		for _, p := range params[i+1:] {
			params[i].types += "|" + p.types
		}
		return params[:i+1]
	}
	return params
}

// typesOf divides types at the commas between them.
func typesOf(returns string) (list []string) {
	switch {
	case returns == "":
		return nil
	case strings.HasPrefix(returns, "fun("): // one function, which may give several
		return []string{returns}
	}
	depth, start := 0, 0
	for i, r := range returns {
		switch {
		case strings.ContainsRune("{<(", r):
			depth++
		case strings.ContainsRune("}>)", r):
			depth--
		case r == ',' && depth == 0:
			list = append(list, strings.TrimSpace(returns[start:i]))
			start = i + 1
		}
	}
	return append(list, strings.TrimSpace(returns[start:]))
}

// arguments is what stands between the brackets of the last call in a form. A call with a table or a string
// alone needs none.
func arguments(form string) (string, bool) {
	if n := len(form); strings.HasSuffix(form, ")") {
		depth := 0
		for i := n - 1; i >= 0; i-- {
			switch form[i] {
			case ')':
				depth++
			case '(':
				if depth--; depth == 0 {
					return form[i+1 : n-1], true
				}
			}
		}
	}
	if i := strings.IndexAny(form, `{"`); i >= 0 {
		return form[i:], true
	}
	return "", false
}

// parser reads the tokens of a signature's arguments, which are those of Lua.
type parser struct {
	words
	tokens []syntax.Token
	last   string // the token that was taken last
}

// peek is the next token; empty at the end.
func (p *parser) peek() syntax.Token {
	if len(p.tokens) == 0 {
		return syntax.Token{}
	}
	return p.tokens[0]
}

func (p *parser) take() string {
	p.last = p.tokens[0].Text
	p.tokens = p.tokens[1:]
	return p.last
}

// accept takes the next token if it is this one.
func (p *parser) accept(text string) bool {
	if p.peek().Text != text {
		return false
	}
	p.take()
	return true
}

// list reads parameters up to the end or a closing bracket. An optional parameter before another makes two
// variants of the list.
func (p *parser) list() ([][]param, error) {
	variants := [][]param{nil}
	for {
		for p.accept(",") {
		}
		if next := p.peek().Text; next == "" || next == "]" {
			return variants, nil
		}
		parts, err := p.item()
		if err != nil {
			return nil, err
		}
		var longer [][]param
		for _, part := range parts {
			for _, v := range variants {
				longer = append(longer, append(v[:len(v):len(v)], part...))
			}
		}
		variants = longer
	}
}

// item reads one parameter, or what can be left out: [x] or [x,].
func (p *parser) item() ([][]param, error) {
	if !p.accept("[") {
		one, err := p.param()
		return [][]param{{one}}, err
	}
	parts, err := p.list()
	if err != nil {
		return nil, err
	}
	leading := p.last == ","
	if !p.accept("]") {
		return nil, errors.New("a [ is not closed")
	}
	if leading {
		return append(parts, nil), nil
	}
	for _, part := range parts {
		for i := range part {
			part[i].optional = true
		}
	}
	return parts, nil
}

// param reads one parameter with its alternatives.
func (p *parser) param() (param, error) {
	if p.accept("...") {
		return param{name: "...", types: p.word("..."), optional: true}, nil
	}
	var one param
	var types, literals []string
	for more := true; more; more = p.accept("|") {
		switch next := p.peek(); {
		case next.Text == "":
			return one, errors.New("it ends where a parameter is expected")
		case next.Kind == syntax.String:
			literals = append(literals, p.take())
		case p.accept("{"):
			table, err := p.table()
			if err != nil {
				return one, err
			}
			types = append(types, table)
			one.name = cmp.Or(one.name, "opts")
		case next.Kind != syntax.Word:
			return one, fmt.Errorf("%q is no parameter", next.Text)
		default:
			types = append(types, p.word(p.take()))
			one.name = cmp.Or(one.name, p.last)
		}
	}
	// A table of options is optional, but not for a method that takes no more.
	one.optional = one.name == "opts" && len(types) == 1 && !strings.Contains(p.entry, ":")
	one.name = cmp.Or(one.name, p.literal())
	if len(types) == 0 && p.own(one.name) {
		literals, types = nil, []string{p.word(one.name)}
	}
	types = append(types, literalTypes(literals)...)
	one.types = strings.Join(types, "|")
	return one, nil
}

// literalTypes are the literals themselves if they are all that can be written. One alone, or one with a
// colon, is an example.
func literalTypes(literals []string) []string {
	if len(literals) == 1 || len(literals) > 0 && strings.Contains(literals[0], ":") {
		return []string{"string"}
	}
	return literals
}

// table reads the rest of {x=, y="a" | "b", ...}, or {NAME = "value"}.
func (p *parser) table() (string, error) {
	var fields []string
	for !p.accept("}") {
		next := p.peek()
		switch {
		case next.Text == "":
			return "", errors.New("a { is not closed")
		case p.accept(",") || p.accept("..."):
			continue
		case next.Kind != syntax.Word:
			return "", fmt.Errorf("%q is no option", next.Text)
		}
		word := p.take()
		if !p.accept("=") {
			if positions := "[integer]: " + p.word("..."); !slices.Contains(fields, positions) {
				fields = append(fields, positions)
			}
			continue
		}
		types, err := p.optionTypes(word)
		if err != nil {
			return "", err
		}
		if strings.ToUpper(word) == word {
			fields = append(fields, "[string]: "+types)
		} else {
			fields = append(fields, word+"?: "+types)
		}
	}
	return "{" + strings.Join(fields, ", ") + "}", nil
}

// optionTypes reads what stands behind the = of an option.
func (p *parser) optionTypes(word string) (string, error) {
	var literals []string
	for more := true; more; more = p.accept("|") {
		if p.peek().Kind == syntax.String {
			literals = append(literals, p.take())
		} else if p.accept("{") {
			p.accept("}")
		}
	}
	if len(literals) > 1 {
		return strings.Join(literals, "|"), nil
	}
	if strings.ToUpper(word) == word {
		return "string|false", nil
	}
	types := p.option(word)
	if types == "" {
		return "", fmt.Errorf("the option %s has no type", word)
	}
	return types, nil
}

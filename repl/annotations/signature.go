package annotations

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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
		p := parser{words: w, text: inner}
		variants, err := p.list()
		if err == nil && p.at < len(p.text) {
			err = fmt.Errorf("%q is left", p.text[p.at:])
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

type parser struct {
	words
	text string
	at   int
}

func (p *parser) skip(signs string) {
	for p.at < len(p.text) && strings.IndexByte(signs, p.text[p.at]) >= 0 {
		p.at++
	}
}

// list reads parameters up to the end or a closing bracket. An optional parameter before another makes two
// variants of the list.
func (p *parser) list() ([][]param, error) {
	variants := [][]param{nil}
	for {
		p.skip(" ,")
		if p.at == len(p.text) || p.text[p.at] == ']' {
			return variants, nil
		}
		var parts [][]param
		if p.text[p.at] == '[' {
			p.at++
			inner, err := p.list()
			if err != nil {
				return nil, err
			}
			if p.at == len(p.text) {
				return nil, fmt.Errorf("a [ is not closed")
			}
			leading := p.text[p.at-1] == ','
			p.at++
			parts = inner
			for _, part := range inner {
				for i := range part {
					part[i].optional = part[i].optional || !leading
				}
			}
			if leading {
				parts = append(parts, nil)
			}
		} else {
			one, err := p.param()
			if err != nil {
				return nil, err
			}
			parts = [][]param{{one}}
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

// param reads one parameter with its alternatives.
func (p *parser) param() (param, error) {
	if strings.HasPrefix(p.text[p.at:], "...") {
		p.at += 3
		return param{name: "...", types: p.word("..."), optional: true}, nil
	}
	var one param
	var types, literals []string
	for {
		p.skip(" ")
		start := p.at
		switch {
		case p.at == len(p.text):
			return one, fmt.Errorf("it ends where a parameter is expected")
		case p.text[p.at] == '"':
			literals = append(literals, p.quoted())
		case p.text[p.at] == '{':
			table, err := p.table()
			if err != nil {
				return one, err
			}
			types = append(types, table)
			one.name = cmp.Or(one.name, "opts")
		default:
			for p.at < len(p.text) && inWord(p.text[p.at]) {
				p.at++
			}
			word := p.text[start:p.at]
			if word == "" {
				return one, fmt.Errorf("%q is no parameter", p.text[p.at:])
			}
			types = append(types, p.word(word))
			one.name = cmp.Or(one.name, word)
		}
		p.skip(" ")
		if p.at == len(p.text) || p.text[p.at] != '|' {
			break
		}
		p.at++
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

func inWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// quoted reads a string with its quotes.
func (p *parser) quoted() string {
	start := p.at
	for p.at++; p.at < len(p.text) && p.text[p.at] != '"'; p.at++ {
	}
	p.at = min(p.at+1, len(p.text))
	return p.text[start:p.at]
}

// literalTypes are the literals themselves if they are all that can be written. One alone, or one with a
// colon, is an example.
func literalTypes(literals []string) []string {
	if len(literals) == 1 || len(literals) > 0 && strings.Contains(literals[0], ":") {
		return []string{"string"}
	}
	return literals
}

// table reads {x=, y="a" | "b", ...}, or {NAME = "value"}.
func (p *parser) table() (string, error) {
	p.at++
	var fields []string
	for {
		p.skip(" ,")
		if p.at == len(p.text) {
			return "", fmt.Errorf("a { is not closed")
		}
		if p.text[p.at] == '}' {
			p.at++
			break
		}
		if strings.HasPrefix(p.text[p.at:], "...") {
			p.at += 3
			continue
		}
		start := p.at
		for p.at < len(p.text) && inWord(p.text[p.at]) {
			p.at++
		}
		word := p.text[start:p.at]
		if word == "" {
			return "", fmt.Errorf("%q is no option", p.text[p.at:])
		}
		p.skip(" ")
		if p.at == len(p.text) || p.text[p.at] != '=' {
			if positions := "[integer]: " + p.word("..."); !slices.Contains(fields, positions) {
				fields = append(fields, positions)
			}
			continue
		}
		p.at++
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
	for {
		p.skip(" ")
		switch {
		case p.at < len(p.text) && p.text[p.at] == '"':
			literals = append(literals, p.quoted())
		case strings.HasPrefix(p.text[p.at:], "{}"):
			p.at += 2
		}
		p.skip(" ")
		if p.at == len(p.text) || p.text[p.at] != '|' {
			break
		}
		p.at++
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

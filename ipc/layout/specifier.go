package layout

import (
	"slices"
	"strings"

	"weir/ipc/luatext"
)

// basicWords are those that make up a basic type, in any order.
var basicWords = []string{"signed", "unsigned", "short", "long", "int", "char", "double"}

// deepest is how deep types may be nested.
const deepest = 16

// specified is the type before the names of fields.
type specified struct {
	t      *Type
	tagged bool // it is a struct or union with a tag
	align  int  // that _Alignas asks for
	at     token
}

// specifier reads a type with its qualifiers.
func (p *parser) specifier() specified {
	if p.depth++; p.depth > deepest {
		p.fail(p.peek(), "", "structs are nested deeper than %d", deepest)
	}
	defer func() { p.depth-- }()
	s := specified{at: p.peek()}
	var words []string
	atomic := false
	for {
		t := p.peek()
		switch {
		case t.text == "_Alignas" || t.text == "alignas":
			p.next++
			s.align = max(s.align, p.alignas())
		case t.text == "const" || t.text == "volatile":
			p.next++
		case t.text == "_Atomic":
			p.next++
			if atomic = true; p.accept("(") && s.t == nil && len(words) == 0 {
				s.t = p.specifier().t
				p.expect(")", "_Atomic")
			}
		case s.t == nil && slices.Contains(basicWords, t.text):
			p.next++
			words = append(words, t.text)
		case s.t == nil && len(words) == 0 && (t.text == "struct" || t.text == "union"):
			p.next++
			s.t, s.tagged = p.composite(t)
		case s.t == nil && len(words) == 0 && types[t.text] != nil:
			p.next++
			s.t = types[t.text]
		case s.t == nil && len(words) == 0:
			p.unknownType(t)
		default:
			if s.t == nil {
				s.t = p.basicType(s.at, words)
			}
			if atomic && s.t.Class >= Semaphore {
				p.fail(s.at, "make its members atomic", "an atomic %s is no field that others share", s.t)
			}
			return s
		}
	}
}

func (p *parser) unknownType(t token) {
	p.next++
	p.refusePointer()
	p.next--
	field := ""
	if name := p.ahead(1).text; isName(name) {
		field = " of field " + name
	}
	switch {
	case t.text == "#":
		p.fail(t, "write __attribute__((packed)) and numbers", "there is no preprocessor here")
	case t.text == "__attribute__":
		p.fail(t, "write it after the field's name, or after the struct's brace", "an attribute before the type")
	case t.text == "(":
		p.fail(t, "", "a type is missing before %s", luatext.Quote(t.text))
	case t.text == "enum":
		p.fail(t, "write int", "an enum is not known here")
	case !isName(t.text):
		p.fail(t, "", "a type is missing before %s", luatext.Quote(t.text))
	}
	p.fail(t, "there are char, short, int, long, int8_t to uint64_t, size_t, float, double, bool, struct, union, sem_t",
		"unknown type %s%s", luatext.Quote(t.text), field)
}

// composite reads a struct or union, or the tag of one.
func (p *parser) composite(what token) (t *Type, tagged bool) {
	of := p.attributes()
	tag := token{}
	if isName(p.peek().text) {
		tag = p.take()
	}
	if tag.text == "packed" {
		p.fail(tag, "write "+what.text+" __attribute__((packed)) {",
			"packed is the name of a %s here, to a C compiler", what.text)
	}
	if !p.accept("{") {
		p.refusePointer()
		t := p.tags[tag.text]
		switch {
		case t == nil && tag.text != "":
			hint := "write its members first: " + what.text + " " + tag.text + " { ... };"
			p.fail(tag, hint, "unknown %s %s", what.text, tag.text)
		case t == nil:
			p.fail(what, "write "+what.text+" { ... } name;", "a %s without members", what.text)
		case t.Name != what.text:
			p.fail(tag, "", "%s is a %s", tag.text, t.Name)
		}
		return t, true
	}
	list := p.members("}")
	after := p.attributes()
	of = attributes{of.packed || after.packed, max(of.align, after.align)}
	if len(list) == 0 {
		p.fail(what, "", "a %s without members", what.text)
	}
	t = p.layOut(what.text, list, of)
	if tag.text != "" {
		if p.tags[tag.text] != nil {
			p.fail(tag, "", "two structs have the tag %s", tag.text)
		}
		p.tags[tag.text] = t
	}
	return t, tag.text != ""
}

// basicType finds the type that the words mean, in any order.
func (p *parser) basicType(first token, words []string) *Type {
	count := map[string]int{}
	for _, w := range words {
		count[w]++
	}
	name := "int"
	switch {
	case count["double"] == 1 && len(words) == 1:
		return types["double"]
	case count["double"] > 0 || count["signed"]+count["unsigned"] > 1 || count["int"] > 1 || count["char"] > 1 ||
		count["short"] > 1 || count["long"] > 2 || count["short"] > 0 && count["long"] > 0 ||
		count["char"] > 0 && count["short"]+count["long"]+count["int"] > 0:
		p.fail(first, "", "there is no type %s here", strings.Join(words, " "))
	case count["char"] == 1 && count["signed"] == 1:
		name = "signed char"
	case count["char"] == 1:
		name = "char"
	case count["short"] == 1:
		name = "short"
	case count["long"] > 0:
		name = strings.TrimSpace(strings.Repeat("long ", count["long"]))
	}
	if count["unsigned"] == 1 {
		name = "unsigned " + name
	}
	return types[name]
}

// alignas reads what stands in the brackets of _Alignas: a number or a type.
func (p *parser) alignas() (align int) {
	p.expect("(", "_Alignas")
	if text := p.peek().text; text != "" && text[0] >= '0' && text[0] <= '9' {
		align = p.alignment()
	} else {
		align = p.specifier().t.Align
	}
	p.expect(")", "the alignment")
	return align
}

package layout

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// token is one word, number or sign of a declaration.
type token struct {
	text string
	at   int // in the text
}

type parser struct {
	text   string
	tokens []token
	next   int
	depth  int
}

// Parse lays out a list of declarations, such as
//
//	int buffer[10]; int in, out; struct { char name[16]; double x; } of[4];
//
// as the members of one struct. Its error is an *Error.
func Parse(text string) (t *Type, err error) {
	p := &parser{text: text}
	defer func() {
		if r := recover(); r != nil {
			fault, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			t, err = nil, fault
		}
	}()
	p.scan()
	t = p.members("struct", "")
	if len(t.Fields) == 0 {
		p.fail(token{}, "a layout without a field", `write such as "int counter;"`)
	}
	return t, nil
}

// fail ends the parse.
func (p *parser) fail(at token, message, hint string) {
	panic(&Error{Column: at.at + 1, Width: max(len(at.text), 1), Message: message, Hint: hint})
}

func (p *parser) scan() {
	s := p.text
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case strings.HasPrefix(s[i:], "//"):
			for i < len(s) && s[i] != '\n' {
				i++
			}
		case strings.HasPrefix(s[i:], "/*"):
			end := strings.Index(s[i+2:], "*/")
			if end < 0 {
				p.fail(token{"/*", i}, "the comment has no end", "")
			}
			i += end + 4
		case isWord(c):
			start := i
			for i < len(s) && isWord(s[i]) {
				i++
			}
			p.tokens = append(p.tokens, token{s[start:i], start})
		default:
			p.tokens = append(p.tokens, token{s[i : i+1], i})
			i++
		}
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func isName(s string) bool { return s != "" && isWord(s[0]) && (s[0] < '0' || s[0] > '9') }

func (p *parser) peek() token {
	if p.next < len(p.tokens) {
		return p.tokens[p.next]
	}
	return token{"", len(p.text)}
}

func (p *parser) take() token {
	t := p.peek()
	p.next++
	return t
}

// accept takes the next token if it is text.
func (p *parser) accept(text string) bool {
	if p.peek().text == text && p.next < len(p.tokens) {
		p.next++
		return true
	}
	return false
}

func (p *parser) expect(text, after string) {
	if t := p.peek(); !p.accept(text) {
		p.fail(t, fmt.Sprintf("%q is missing after %s", text, after), "")
	}
}

// members reads declarations up to end, or to the end of the text.
func (p *parser) members(what, end string) *Type {
	if p.depth++; p.depth > 16 {
		p.fail(p.peek(), "structs are nested deeper than 16", "")
	}
	defer func() { p.depth-- }()
	t := &Type{Name: what, Class: Composite, Align: 1}
	pending := []member{}
	for p.peek().text != end {
		if p.next >= len(p.tokens) {
			p.fail(p.peek(), "the struct has no end", `write "}"`)
		}
		if !p.accept(";") {
			pending = append(pending, p.declaration()...)
		}
	}
	p.accept(end)
	packed := p.attribute()
	for _, m := range pending {
		align := m.field.Type.Align
		if packed {
			align = 1
		}
		if m.packed {
			align = 1
		}
		align = max(align, m.align)
		if _, twice := t.Field(m.field.Name); twice {
			p.fail(m.at, fmt.Sprintf("two fields are named %s", m.field.Name), "")
		}
		t.place(m.field, align, what == "union")
		if t.Size > MaxSize {
			p.fail(m.at, fmt.Sprintf("field %s makes the layout larger than any memory", m.field.Name), "")
		}
	}
	t.Size = roundUp(t.Size, t.Align)
	return t
}

// member is a field before its struct's attributes are known.
type member struct {
	field  Field
	align  int // that _Alignas asks for
	packed bool
	at     token
}

// declaration reads one, up to its semicolon: several fields of a type.
func (p *parser) declaration() []member {
	start := p.peek()
	align := 0
	base := p.specifier(&align)
	var list []member
	if p.peek().text == ";" && base.Class == Composite {
		p.next++
		return append(list, member{Field{Type: base}, align, false, start})
	}
	for {
		at, t := p.declarator(base)
		packed := p.attribute()
		list = append(list, member{Field{Name: at.text, Type: t}, align, packed, at})
		if p.accept(",") {
			continue
		}
		p.expect(";", "field "+at.text)
		return list
	}
}

var signs = []string{"signed", "unsigned", "short", "long", "int", "char", "double"}

// specifier reads the type, with what stands before it.
func (p *parser) specifier(align *int) *Type {
	var words []string
	var found *Type
	first := p.peek()
	for {
		t := p.peek()
		switch {
		case t.text == "_Alignas" || t.text == "alignas":
			p.next++
			*align = max(*align, p.alignment())
		case t.text == "const" || t.text == "volatile" || t.text == "_Atomic":
			p.next++
		case found == nil && slices.Contains(signs, t.text):
			p.next++
			words = append(words, t.text)
		case found == nil && len(words) == 0 && (t.text == "struct" || t.text == "union"):
			p.next++
			found = p.composite(t)
		case found == nil && len(words) == 0 && types[t.text] != nil:
			p.next++
			found = types[t.text]
		case found != nil:
			return found
		case len(words) > 0:
			return p.integer(first, words)
		default:
			p.unknownType(t)
		}
	}
}

func (p *parser) unknownType(t token) {
	if t.text == "void" || t.text == "enum" || t.text == "FILE" {
		p.fail(t, fmt.Sprintf("the type %s cannot be shared", t.text), "")
	}
	if !isName(t.text) {
		p.fail(t, fmt.Sprintf("a type is missing before %q", t.text), "")
	}
	p.fail(t, fmt.Sprintf("unknown type %q", t.text), "there are char, short, int, long, int8_t to uint64_t, float, double, bool, struct, sem_t")
}

// composite reads a struct or union.
func (p *parser) composite(what token) *Type {
	packed := p.attribute()
	if isName(p.peek().text) {
		p.next++ // its tag
	}
	if !p.accept("{") {
		p.fail(what, "a "+what.text+" is written here with its members", "write "+what.text+" { ... } name;")
	}
	t := p.members(what.text, "}")
	if packed {
		t = pack(t, what.text == "union")
	}
	return t
}

// pack lays a composite out again without gaps.
func pack(t *Type, union bool) *Type {
	out := &Type{Name: t.Name, Class: Composite, Align: 1}
	for _, f := range t.Fields {
		out.place(Field{Name: f.Name, Type: f.Type}, 1, union)
	}
	return out
}

// integer finds the type that the words mean, in any order.
func (p *parser) integer(first token, words []string) *Type {
	count := map[string]int{}
	for _, w := range words {
		count[w]++
	}
	name := ""
	switch {
	case count["double"] == 1 && len(words) == 1:
		name = "double"
	case count["double"] > 0 || count["signed"]+count["unsigned"] > 1 || count["int"] > 1 || count["char"] > 1 ||
		count["short"] > 1 || count["long"] > 2 || count["short"] > 0 && count["long"] > 0 ||
		count["char"] > 0 && count["short"]+count["long"]+count["int"] > 0:
		p.fail(first, fmt.Sprintf("there is no type %s here", strings.Join(words, " ")), "")
	case count["char"] == 1:
		name = "char"
		if count["signed"] == 1 {
			name = "signed char"
		}
	case count["short"] == 1:
		name = "short"
	case count["long"] == 2:
		name = "long long"
	case count["long"] == 1:
		name = "long"
	default:
		name = "int"
	}
	if count["unsigned"] == 1 {
		name = "unsigned " + name
	}
	return types[name]
}

// declarator reads a field's name and its dimensions.
func (p *parser) declarator(base *Type) (token, *Type) {
	if t := p.peek(); t.text == "*" {
		for p.accept("*") || p.accept("const") {
		}
		p.fail(t, fmt.Sprintf("field %s is a pointer, which means nothing in another process", p.peek().text),
			"share what it points to, and an offset")
	}
	name := p.take()
	switch {
	case name.text == "(":
		p.fail(name, "a pointer to a function means nothing in another process", "")
	case name.text == ":":
		p.fail(name, "bit-fields cannot be shared: no two threads may touch one", "take a field of its own")
	case !isName(name.text) || types[name.text] != nil || slices.Contains(signs, name.text):
		p.fail(name, "the name of a field is missing", "")
	}
	var dimensions []int
	for p.accept("[") {
		dimensions = append(dimensions, p.dimension(name.text))
		p.expect("]", "the size of "+name.text)
	}
	switch t := p.peek(); t.text {
	case ":":
		p.fail(t, fmt.Sprintf("field %s is a bit-field: no two threads may touch one", name.text), "take a field of its own")
	case "(":
		p.fail(t, fmt.Sprintf("%s is a function", name.text), "")
	case "=":
		p.fail(t, fmt.Sprintf("field %s cannot have a value here", name.text), "store it")
	}
	t := base
	for i := len(dimensions) - 1; i >= 0; i-- {
		if dimensions[i] > MaxSize/max(t.Size, 1) {
			p.fail(name, fmt.Sprintf("field %s is larger than any memory", name.text), "")
		}
		t = &Type{Name: base.Name, Class: Array, Size: t.Size * dimensions[i], Align: t.Align, Count: dimensions[i], Elem: t}
	}
	return name, t
}

func (p *parser) dimension(field string) int {
	t := p.take()
	if t.text == "]" {
		p.fail(t, fmt.Sprintf("field %s is an array of no size", field), "say how many elements it has")
	}
	n, err := strconv.ParseInt(strings.TrimRight(t.text, "uUlL"), 0, 64)
	if err != nil || n < 1 || n > MaxSize {
		p.fail(t, fmt.Sprintf("the size of %s must be a whole number from 1 on, but is %s", field, t.text), "")
	}
	return int(n)
}

// alignment reads what stands in the brackets of _Alignas.
func (p *parser) alignment() int {
	p.expect("(", "_Alignas")
	t := p.peek()
	n := 0
	if v, err := strconv.ParseInt(t.text, 0, 32); err == nil {
		p.next++
		n = int(v)
	} else {
		ignored := 0
		n = p.specifier(&ignored).Align
	}
	if n < 1 || n&(n-1) != 0 || n > 1<<16 {
		p.fail(t, fmt.Sprintf("an alignment must be a power of two, but is %s", t.text), "")
	}
	p.expect(")", "the alignment")
	return n
}

// attribute reads packed, and __attribute__((packed)).
func (p *parser) attribute() bool {
	if p.accept("packed") {
		return true
	}
	if !p.accept("__attribute__") {
		return false
	}
	p.expect("(", "__attribute__")
	p.expect("(", "__attribute__")
	if t := p.take(); t.text != "packed" && t.text != "__packed__" {
		p.fail(t, fmt.Sprintf("unknown attribute %q", t.text), "there is packed")
	}
	p.expect(")", "packed")
	p.expect(")", "packed")
	return true
}

package layout

import (
	"slices"
	"strconv"
	"strings"

	"weir/ipc/luatext"
)

// Parse lays out a list of declarations, such as
//
//	int buffer[10]; int in, out; struct { char name[16]; double x; } of[4];
//
// as the members of one struct. Its error is an *Error.
func Parse(text string) (t *Type, err error) {
	p := &parser{text: text, tags: map[string]*Type{}}
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
	list := p.members("")
	if len(list) == 0 {
		p.fail(token{}, `write such as "int counter;"`, "a layout without a field")
	}
	return p.layOut("struct", list, attributes{}), nil
}

// member is a field before its struct's attributes are known.
type member struct {
	field Field
	attributes
	at token
}

// attributes are those of a declaration that decide where its bytes lie.
type attributes struct {
	packed bool
	align  int // at least, in bytes; 0 where nothing is said
}

// members reads declarations up to end, or to the end of the text.
func (p *parser) members(end string) []member {
	var list []member
	for p.peek().text != end {
		if p.next >= len(p.tokens) {
			p.fail(p.peek(), `write "}"`, "the struct has no end")
		}
		if !p.accept(";") {
			list = append(list, p.declaration()...)
		}
	}
	p.accept(end)
	return list
}

// layOut gives each member its offset, as gcc does. packed takes the alignment of a
// member's type away, but not the alignment that the member itself asks for.
func (p *parser) layOut(what string, list []member, of attributes) *Type {
	t := &Type{Name: what, Class: Composite, Align: 1, index: map[string]int{}}
	for _, m := range list {
		align := max(m.field.Type.Align, m.align)
		if of.packed || m.packed {
			align = max(1, m.align)
		}
		first := len(t.Fields)
		t.add(m.field, align, what == "union")
		for i, f := range t.Fields[first:] {
			if _, twice := t.index[f.Name]; twice {
				p.fail(m.at, "give one of them another name", "two fields are named %s", f.Name)
			}
			t.index[f.Name] = first + i
		}
		if t.Size > MaxSize {
			p.fail(m.at, "", "field %s makes the layout larger than any memory", m.field.Name)
		}
	}
	t.Align = max(t.Align, of.align)
	t.Size = roundUp(t.Size, t.Align)
	return t
}

// declaration reads one, up to its semicolon: several fields of a type.
func (p *parser) declaration() []member {
	s := p.specifier()
	if p.peek().text == ";" && s.t.Class == Composite {
		p.next++
		if s.tagged {
			return nil // it declares its tag alone
		}
		p.checkAlignas(s, "an unnamed field", s.t)
		return []member{{Field{Type: s.t}, attributes{align: s.align}, s.at}}
	}
	var list []member
	for {
		name, t := p.declarator(s.t)
		packed := p.accept("packed")
		a := p.attributes()
		a.packed = a.packed || packed
		p.checkAlignas(s, "field "+name.text, t)
		a.align = max(a.align, s.align)
		list = append(list, member{Field{Name: name.text, Type: t}, a, name})
		if p.accept(",") {
			continue
		}
		if p.peek().text == "," || !p.accept(";") {
			p.fail(p.peek(), "", `";" is missing after field %s`, name.text)
		}
		return list
	}
}

func (p *parser) checkAlignas(s specified, field string, t *Type) {
	if s.align > 0 && s.align < t.Align {
		p.fail(s.at, "", "%s is aligned to %d as it is, which _Alignas cannot reduce to %d", field, t.Align, s.align)
	}
}

// declarator reads a field's name and its dimensions.
func (p *parser) declarator(base *Type) (token, *Type) {
	p.refusePointer()
	name := p.take()
	switch {
	case name.text == "(":
		p.fail(name, "write the field's name without them", "brackets around a field")
	case name.text == ":":
		p.fail(name, "take a field of its own", "bit-fields cannot be shared: no two threads may touch one")
	case !isName(name.text) || types[name.text] != nil || slices.Contains(basicWords, name.text):
		p.fail(name, "", "the name of a field is missing")
	}
	var dimensions []int
	for p.accept("[") {
		dimensions = append(dimensions, p.dimension(name.text))
		p.expect("]", "the size of "+name.text)
		if len(dimensions) > deepest {
			p.fail(name, "", "field %s has more than %d dimensions", name.text, deepest)
		}
	}
	switch t := p.peek(); t.text {
	case ":":
		p.fail(t, "take a field of its own", "field %s is a bit-field: no two threads may touch one", name.text)
	case "(":
		p.fail(t, "", "%s is a function, which is no memory", name.text)
	case "=":
		p.fail(t, "store it", "field %s cannot have a value here", name.text)
	}
	t := base
	for _, n := range slices.Backward(dimensions) {
		if n > MaxSize/max(t.Size, 1) {
			p.fail(name, "", "field %s is larger than any memory", name.text)
		}
		t = &Type{Name: base.Name, Class: Array, Size: t.Size * n, Align: t.Align, Count: n, Elem: t}
	}
	return name, t
}

// refusePointer fails at a pointer, with the name of the field.
func (p *parser) refusePointer() {
	at := p.peek()
	if at.text == "(" && p.ahead(1).text == "*" {
		p.next++ // to a function
	}
	if p.peek().text != "*" {
		return
	}
	for slices.Contains([]string{"*", "const", "volatile", "restrict"}, p.peek().text) {
		p.next++
	}
	p.fail(at, "share what it points to, and an offset",
		"field %s is a pointer, which means nothing in another process", p.peek().text)
}

// dimension reads the size of an array: an integer as C writes it.
func (p *parser) dimension(field string) int {
	t := p.take()
	if t.text == "]" {
		p.fail(t, "say how many elements it has", "field %s is an array of no size", field)
	}
	n, ok := integer(strings.TrimRight(t.text, "uUlL"))
	if !ok {
		p.fail(t, "", "the size of %s must be a whole number from 1 on, but is %s", field, t.text)
	}
	return n
}

// integer reads a positive integer of C: 10, 0xa, 012.
func integer(text string) (int, bool) {
	n, err := strconv.ParseInt(text, 0, 64)
	// Go has digits with _ between, and 0o12.
	ok := err == nil && n >= 1 && n <= MaxSize && !strings.ContainsAny(text, "_oO")
	return int(n), ok
}

// attributes reads __attribute__((packed, aligned(8))), and the word packed where
// it can be no name.
func (p *parser) attributes() (a attributes) {
	for {
		switch {
		case p.peek().text == "packed" && isName(p.ahead(1).text) || p.peek().text == "__packed":
			p.next++
			a.packed = true
		case p.accept("__attribute__"):
			p.expect("(", "__attribute__")
			p.expect("(", "__attribute__((")
			for {
				p.attribute(&a)
				if !p.accept(",") {
					break
				}
			}
			p.expect(")", "the attribute")
			p.expect(")", "the attribute")
		default:
			return a
		}
	}
}

func (p *parser) attribute(a *attributes) {
	switch t := p.take(); strings.Trim(t.text, "_") {
	case "packed":
		a.packed = true
	case "aligned":
		p.expect("(", "aligned")
		a.align = max(a.align, p.alignment())
		p.expect(")", "the alignment")
	default:
		p.fail(t, "there are packed and aligned(n)", "unknown attribute %s", luatext.Quote(t.text))
	}
}

// alignment reads a number of bytes.
func (p *parser) alignment() int {
	t := p.take()
	n, ok := integer(t.text)
	if !ok || n&(n-1) != 0 || n > maxAlign {
		p.fail(t, "", "an alignment must be a power of two up to %d, but is %s", maxAlign, t.text)
	}
	return n
}

// maxAlign is a page: a region is mapped at one.
const maxAlign = 4096

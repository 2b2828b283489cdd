package luagen

import (
	"fmt"
	"strings"
)

// expressions writes expressions over the variables in scope.
type expressions struct{ scope }

// number returns an expression whose value is a number. depth bounds how deep it nests.
func (g *expressions) number(depth int) string {
	if depth <= 0 {
		return g.simpleNumber()
	}
	d := depth - 1
	switch g.r.IntN(22) {
	case 0, 1, 2, 3:
		return g.arithmetic(d)
	case 4:
		return "-" + g.operand(g.number(d))
	case 5:
		return "(" + g.test(d) + soft + "and" + soft + g.number(d) + soft + "or" + soft + g.number(d) + ")"
	case 6:
		return g.pick("#", "# ") + g.sized(d)
	case 7, 8, 9:
		return g.call(d)
	case 10:
		return g.methodCall(d)
	case 11:
		if g.canVararg() {
			return `select("#", ` + g.pick("...", "1, ...", "..., 1") + ")"
		}
		return g.item(d)
	case 12, 13:
		return g.item(d)
	case 14:
		return "(function(" + g.pick("", "...", "a, b") + ")" + soft + "return " + g.closed(d) + " end)(" +
			g.pick("", g.literal(), g.quoted()) + ")"
	case 15:
		return g.pick("math.floor(", "math.abs(", "math.max(1, ", "tonumber(") + soft + g.number(d) + ")"
	case 16:
		return "(" + g.number(d) + ")"
	case 17:
		return g.pick(`"10"`, `"0x10"`, `"3"`, `" 7 "`, `"1e1"`) + soft + g.pick("+", "-", "*") + soft +
			g.operand(g.number(d))
	case 18:
		return `(` + g.quoted() + `):len()`
	case 19:
		return `(` + quote(g.pick("abc", "xyz")) + `):byte(` + g.integer(1, 3) + `)`
	default:
		return g.simpleNumber()
	}
}

func (g *expressions) simpleNumber() string {
	if g.chance(60) {
		if v := g.ofKind(number); v != nil {
			return v.name
		}
	}
	if g.chance(15) {
		if v := g.ofKind(record); v != nil {
			return v.name + g.pick(".a", ".b", `["a"]`, `[`+quote("b")+`]`)
		}
	}
	return g.literal()
}

// operand puts parentheses around what a sign or an operator before it would spoil.
func (g *expressions) operand(s string) string {
	if strings.HasPrefix(s, "-") {
		return "(" + s + ")"
	}
	return s
}

// arithmetic keeps values finite: it divides and raises by constants only.
func (g *expressions) arithmetic(d int) string {
	a := g.number(d)
	switch g.r.IntN(9) {
	case 0:
		return "(" + a + ")" + soft + "/" + soft + g.pick("2", "3", "7", "0.5")
	case 1:
		return "(" + a + ")" + soft + "%" + soft + g.pick("2", "3", "7", "-5", "1000", "2.5")
	case 2:
		return "((" + a + ")" + soft + "%" + soft + "100)" + soft + "^" + soft + g.pick("2", "0", "1", "0.5")
	case 3:
		return a + soft + "*" + soft + g.operand(g.pick("2", "-3", "10", "0.5"))
	case 4, 5:
		return a + soft + "-" + soft + g.operand(g.number(d))
	default:
		return a + soft + "+" + soft + g.operand(g.number(d))
	}
}

// sized returns an operand of the length operator.
func (g *expressions) sized(d int) string {
	if v := g.ofKind(sequence); v != nil && g.chance(60) {
		return v.name
	}
	if v := g.ofKind(text); v != nil && g.chance(50) {
		return v.name
	}
	return "(" + g.text(d) + ")"
}

// item reads from a sequence.
func (g *expressions) item(d int) string {
	v := g.find(func(v *variable) bool { return v.kind == sequence && v.size > 0 })
	if v == nil {
		return g.simpleNumber()
	}
	switch g.r.IntN(4) {
	case 0:
		return fmt.Sprintf("%s[#%s]", v.name, v.name)
	case 1:
		return fmt.Sprintf("(%s[%s]%sor%s%s)", v.name, g.number(d), soft, soft, g.number(d))
	default:
		return fmt.Sprintf("%s[%s]", v.name, g.integer(1, v.size))
	}
}

// call calls a function that returns a number.
func (g *expressions) call(d int) string {
	v := g.find(func(v *variable) bool { return v.kind == function })
	if v == nil || !g.affords(v) {
		return g.simpleNumber()
	}
	return v.name + "(" + g.arguments(v.params, d) + ")"
}

// arguments lists n numbers and perhaps more values than are asked for.
func (g *expressions) arguments(n, d int) string {
	var list []string
	for i := range n {
		if g.chance(10) {
			var rest []string
			for range n - i {
				rest = append(rest, g.number(d-1))
			}
			return strings.Join(append(list, "id("+strings.Join(rest, ", ")+")"), ","+soft)
		}
		list = append(list, g.number(d-1))
	}
	if more := g.list(d - 1); more != "" && g.chance(15) {
		list = append(list, more)
	}
	return strings.Join(list, ","+soft)
}

func (g *expressions) methodCall(d int) string {
	v := g.ofKind(record)
	if v == nil || !g.affords(v) {
		return g.simpleNumber()
	}
	return v.name + ":m(" + g.arguments(1, d) + ")"
}

// text returns an expression whose value is a string.
func (g *expressions) text(depth int) string {
	if depth <= 0 {
		return g.simpleText()
	}
	d := depth - 1
	switch g.r.IntN(13) {
	case 0, 1, 2:
		return g.concat(d)
	case 3:
		return "tostring(" + g.any(d) + "):sub(1, 12)"
	case 4:
		return "type(" + g.pick(g.any(d), "print", "{}") + ")"
	case 5:
		return "(" + g.text(d) + "):" + g.pick("upper()", "lower()", "reverse()", "sub(2)", "sub(-2, -1)", "rep(2)",
			"sub(1, 3)")
	case 6:
		return `string.format("` + g.pick("%d|%s", "%5d:%-5s.", "%03d,%q", "%x %s", "%c%.2s") + `", ` + g.integer(33,
			99) + ", " + g.text(d) + ")"
	case 7:
		return "(" + g.test(d) + soft + "and" + soft + g.text(d) + soft + "or" + soft + g.text(d) + ")"
	case 8:
		return "(" + g.number(d) + soft + ".." + soft + g.pick(`""`, "10", g.quoted()) + ")"
	default:
		return g.simpleText()
	}
}

func (g *expressions) simpleText() string {
	if g.chance(50) {
		if v := g.ofKind(text); v != nil {
			return v.name
		}
	}
	if g.chance(15) {
		if v := g.ofKind(record); v != nil {
			return v.name + ".s"
		}
	}
	return g.quoted()
}

// concat chains strings and numbers, short enough not to grow in loops.
func (g *expressions) concat(d int) string {
	parts := []string{g.text(d)}
	for range 1 + g.r.IntN(3) {
		if g.chance(40) {
			parts = append(parts, g.operand(g.number(d)))
		} else {
			parts = append(parts, g.text(d))
		}
	}
	return "(" + strings.Join(parts, soft+".."+soft) + ")"
}

// closed returns a number that an inner function computes: the hole has no `...`.
func (g *expressions) closed(d int) string {
	g.inside++
	defer func() { g.inside-- }()
	return g.number(d)
}

// value returns an expression of kind k that may be stored: what a loop stores does not grow.
func (g *expressions) value(k kind, d int) string {
	switch k {
	case number:
		s := g.number(d)
		if g.top().trips > 1 || len(g.frames) > 1 || g.inside > 0 {
			return "(" + s + ")" + soft + "%" + soft + g.pick("1000", "97", "64")
		}
		return s
	case text:
		s := g.text(d)
		if strings.Contains(s, "..") || strings.Contains(s, "(") {
			return "(" + s + "):sub(1, " + g.integer(3, 20) + ")"
		}
		return s
	case boolean:
		return g.boolean(d)
	default:
		return g.any(d)
	}
}

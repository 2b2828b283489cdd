package luagen

import "strings"

// cond returns a condition: its value may be of any kind.
func (g *expressions) cond(depth int) string {
	if depth <= 0 || g.chance(10) {
		if g.chance(12) {
			return g.constant()
		}
		return g.compare(0)
	}
	d := depth - 1
	switch g.r.IntN(8) {
	case 0:
		return g.cond(d) + soft + "and" + soft + g.cond(d)
	case 1:
		return g.cond(d) + soft + "or" + soft + g.cond(d)
	case 2:
		return "not" + soft + g.pick("", "not ") + g.truth(d)
	case 3:
		return "not" + soft + "(" + g.cond(d) + ")"
	case 4:
		return "(" + g.cond(d) + ")"
	case 5:
		return g.any(d)
	default:
		return g.compare(d)
	}
}

// test returns a condition that an `and` may follow without taking a part of it.
func (g *expressions) test(d int) string {
	if g.chance(50) {
		return g.compare(d)
	}
	return "(" + g.cond(d) + ")"
}

// truth returns an operand of not.
func (g *expressions) truth(d int) string {
	if v := g.ofKind(anything); v != nil && g.chance(50) {
		return v.name
	}
	if v := g.ofKind(boolean); v != nil && g.chance(50) {
		return v.name
	}
	return "(" + g.any(d) + ")"
}

// compare returns a comparison whose value is a boolean.
func (g *expressions) compare(d int) string {
	order := soft + g.pick("<", ">", "<=", ">=", "==", "~=") + soft
	switch g.r.IntN(6) {
	case 0:
		return g.text(d) + order + g.text(d)
	case 1:
		return g.truth(d) + soft + g.pick("==", "~=") + soft + g.pick(g.constant(), g.truth(d))
	case 2:
		if v := g.ofKind(boolean); v != nil {
			return v.name
		}
	}
	return g.number(d) + order + g.operand(g.number(d))
}

// boolean returns an expression whose value is true or false.
func (g *expressions) boolean(d int) string {
	switch g.r.IntN(6) {
	case 0:
		return g.pick("true", "false")
	case 1:
		return "not" + soft + "(" + g.cond(d) + ")"
	case 2:
		return g.compare(d-1) + soft + g.pick("and", "or") + soft + g.compare(d-1)
	case 3:
		return "not not" + soft + g.truth(d-1)
	default:
		return g.compare(d - 1)
	}
}

// any returns an expression whose value is nil, a boolean, a number or a string.
func (g *expressions) any(depth int) string {
	if depth <= 0 {
		return g.simpleAny()
	}
	d := depth - 1
	switch g.r.IntN(14) {
	case 0, 1, 2:
		return g.any(d) + soft + "and" + soft + g.any(d)
	case 3, 4, 5:
		return g.any(d) + soft + "or" + soft + g.any(d)
	case 6:
		return "(" + g.any(d) + ")"
	case 7:
		return g.number(d)
	case 8:
		return g.text(d)
	case 9:
		return g.boolean(d)
	case 10:
		return g.cond(d)
	case 11:
		return g.multiple(d, true)
	default:
		return g.simpleAny()
	}
}

func (g *expressions) simpleAny() string {
	switch g.r.IntN(8) {
	case 0:
		return g.constant()
	case 1:
		if v := g.ofKind(record); v != nil {
			return v.name + g.pick(".a", ".s", ".nope", ".o")
		}
	case 2:
		if v := g.ofKind(sequence); v != nil {
			return v.name + "[" + g.pick("1", "2", "99", "0", "-1", `"x"`, "1.5") + "]"
		}
	case 3:
		return g.simpleNumber()
	case 4:
		if g.canVararg() {
			return "(...)"
		}
		return g.pick("nope", "gn", "gs", "ga")
	}
	if v := g.ofKind(anything); v != nil {
		return v.name
	}
	return g.constant()
}

func (g *scope) canVararg() bool { return g.top().vararg && g.inside == 0 }

// multiple returns an expression with any number of values. It has one where cut is set
// or where the place cuts it.
func (g *expressions) multiple(d int, cut bool) string {
	s := ""
	switch n := g.r.IntN(10); {
	case n < 4:
		s = "id(" + g.list(d-1) + ")"
	case n == 4 && g.canVararg():
		s = "..."
	case n == 5 && g.canVararg():
		s = "select(" + g.integer(1, 3) + ", ...)"
	case n == 6:
		if v := g.ofKind(sequence); v != nil {
			s = "unpack(" + v.name + g.pick("", ", 2", ", 1, 2", ", 3, 2", ", 0, 1") + ")"
		}
	case n == 7:
		s = "unpack({" + g.list(d-1) + "}, 1, " + g.integer(0, 3) + ")"
	case n == 8:
		if v := g.ofKind(nothing); v != nil && !cut {
			s = v.name + "()"
		}
	case n == 9:
		s = `("` + g.pick("abc", "k=v", "hello") + `"):` + g.pick(`find("(.)")`, `byte(1, -1)`, `match("(%a)(%a?)")`,
			`gsub("%a", "%0%0")`)
	}
	if s == "" {
		s = "id(" + g.simpleAny() + ")"
	}
	if cut {
		return "(" + s + ")"
	}
	return s
}

// list returns a list of expressions, perhaps empty. The last may have many values.
func (g *expressions) list(d int) string {
	var list []string
	for range g.r.IntN(4) {
		if d > 0 && g.chance(12) {
			list = append(list, g.multiple(d-1, false))
		} else {
			list = append(list, g.any(d))
		}
	}
	if d > 0 && g.chance(25) {
		list = append(list, g.multiple(d-1, false))
	}
	return strings.Join(list, ","+soft)
}

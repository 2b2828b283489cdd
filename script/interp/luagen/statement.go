package luagen

import (
	"fmt"
	"strings"
)

// statements writes statements, with the templates among them.
type statements struct {
	expressions
	budget int // statements that may still be written
}

// statement writes one statement, with what is nested in it.
func (g *statements) statement() string {
	g.budget--
	nested := len(g.frames) > 3 || g.top().loops > 2
	switch n := g.r.IntN(100); {
	case n < 16:
		return g.local(g.someKind())
	case n < 38:
		return g.assignment()
	case n < 45:
		return g.print()
	case n < 51:
		return g.conditional()
	case n < 60:
		if nested {
			return g.assignment()
		}
		return g.loop()
	case n < 67:
		if nested || g.inside > 0 && g.chance(60) {
			return g.local(anything)
		}
		return g.function()
	case n < 69:
		return "do\n" + g.closedBlock(2) + "\nend"
	case n < 72:
		return g.callStatement()
	default:
		if g.inside > 1 || nested {
			return g.assignment()
		}
		return g.scenario()
	}
}

func (g *dice) someKind() kind {
	return []kind{number, number, text, anything, anything, boolean, sequence, record}[g.r.IntN(8)]
}

// block writes up to n statements; the caller bounds the scope of their locals.
func (g *statements) block(n int) string {
	var s []string
	for range 1 + g.r.IntN(n) {
		if g.budget <= 0 && len(s) > 0 {
			break
		}
		s = append(s, g.statement())
	}
	return g.join(s)
}

// closedBlock writes a block whose locals end with it.
func (g *statements) closedBlock(n int) (s string) {
	g.scoped(func() { s = g.block(n) })
	return s
}

// local declares a variable of kind k.
func (g *statements) local(k kind) string {
	if g.top().locals > 120 {
		return g.assignment()
	}
	v := variable{kind: k}
	var s string
	switch k {
	case sequence:
		s, v.size = g.sequence()
	case record:
		s = g.record()
		v.cost = 1
	default:
		s = g.value(k, g.r.IntN(5))
	}
	v.name = g.name()
	names, extra := v.name, []variable{v}
	if g.chance(15) {
		if w := (variable{kind: anything, name: g.name()}); w.name != v.name {
			names += "," + soft + w.name
			if g.chance(60) {
				s += "," + soft + g.pick(g.any(1), g.multiple(1, false))
			}
			extra = append(extra, w)
		}
	}
	// `local x` without a value is nil, but a loop may not see what x was before.
	if k == anything && len(extra) == 1 && g.chance(10) {
		g.declare(v)
		return "local " + v.name
	}
	for _, v := range extra {
		g.declare(v)
	}
	return "local " + names + soft + "=" + soft + s
}

// lvalue returns something of kind k that an assignment may store into, or "".
func (g *statements) lvalue(k kind) string {
	switch k {
	case number:
		if v := g.find(func(v *variable) bool { return v.kind == sequence && v.size > 0 }); v != nil && g.chance(25) {
			return v.name + "[" + g.pick(g.integer(1, v.size), "#"+v.name, "id("+g.integer(1, v.size)+")") + "]"
		}
		if v := g.ofKind(record); v != nil && g.chance(25) {
			return v.name + g.pick(".a", ".b", `["a"]`)
		}
	case text:
		if v := g.ofKind(record); v != nil && g.chance(25) {
			return v.name + ".s"
		}
	case anything:
		if v := g.ofKind(record); v != nil && g.chance(25) {
			return v.name + g.pick(".o", `["o"]`, `["o" .. ""]`)
		}
	}
	if v := g.target(k); v != nil {
		return v.name
	}
	return ""
}

// assignment stores into variables, fields and items.
func (g *statements) assignment() string {
	var targets, values []string
	for range g.pick("1", "11", "1", "1", "111", "1") {
		k := []kind{number, number, text, anything, anything, anything, boolean}[g.r.IntN(7)]
		if p := g.lvalue(k); p != "" {
			targets, values = append(targets, p), append(values, g.value(k, g.r.IntN(4)))
		}
	}
	if len(targets) == 0 {
		return g.print()
	}
	if len(targets) == 1 && g.chance(15) {
		values = append(values, g.pick(g.any(1), g.multiple(1, false)))
	}
	if len(targets) == 2 && g.chance(10) {
		// The value for the last target may come from a list that is cut or filled.
		if p := g.lvalue(anything); p != "" {
			targets = append(targets, p)
			values = append(values, g.multiple(2, false))
		}
	}
	return strings.Join(targets, ","+soft) + soft + "=" + soft + strings.Join(values, ","+soft)
}

// print prints values that are no tables and no functions.
func (g *statements) print() string {
	switch g.r.IntN(6) {
	case 0:
		return "io.write(tostring(" + g.any(2) + `), "\n")`
	case 1:
		if v := g.ofKind(sequence); v != nil {
			return "print(#" + v.name + ", table.concat(" + v.name + `, " "))`
		}
	case 2:
		if v := g.ofKind(record); v != nil {
			return fmt.Sprintf("print(%s.a, %s.s,%s%s.o)", v.name, v.name, soft, v.name)
		}
	case 3:
		return "print(" + g.any(g.r.IntN(5)) + ")"
	}
	list := g.list(2)
	if list == "" {
		list = g.number(2)
	}
	return "print(" + list + ")"
}

// callStatement calls something for its effect.
func (g *statements) callStatement() string {
	switch g.r.IntN(4) {
	case 0:
		return "id(" + g.list(1) + ")"
	case 1:
		if v := g.ofKind(sequence); v != nil {
			item := g.pick("", "1, ") + g.value(number, 1)
			return "if #" + v.name + " < 30 then table.insert(" + v.name + ", " + item + ") end"
		}
	case 2:
		if v := g.ofKind(sequence); v != nil {
			return "table.sort(" + v.name + g.pick("", ", function(a, b) return a > b end") + ")"
		}
	}
	if v := g.ofKind(record); v != nil && g.affords(v) {
		return v.name + ":m(" + g.arguments(1, 1) + ")"
	}
	return "id" + g.pick(`"str"`, "{1, 2}", "[[long]]", "{}")
}

// conditional writes an if.
func (g *statements) conditional() string {
	s := "if " + g.cond(g.r.IntN(4)) + soft + "then\n" + g.body(2)
	for g.chance(25) {
		s += "\nelseif " + g.cond(2) + soft + "then\n" + g.body(2)
	}
	if g.chance(40) {
		s += "\nelse\n" + g.body(2)
	}
	return s + "\nend"
}

// body writes a block that may leave the loop or the function around it.
func (g *statements) body(n int) (s string) {
	g.scoped(func() { s = g.openBody(n) })
	return s
}

func (g *statements) openBody(n int) string {
	s := ""
	if g.chance(80) {
		s = g.block(n) + "\n"
	}
	if g.inside > 0 {
		return s
	}
	switch f := g.top(); {
	case f.loops > 0 && g.chance(30):
		return s + "break"
	case f.returns && g.chance(20):
		return s + "return " + g.number(2)
	}
	return s
}

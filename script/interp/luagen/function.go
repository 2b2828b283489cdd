package luagen

import (
	"fmt"
	"slices"
	"strings"
)

// function declares a function from numbers to a number.
func (g *statements) function() string {
	if g.top().locals > 120 {
		return g.assignment()
	}
	v := variable{name: g.name(), kind: function, fixed: true, params: g.r.IntN(4)}
	if g.chance(25) {
		// The body still sees an outer variable of that name.
		text, cost := g.closure(v.params)
		v.cost = cost
		g.declare(v)
		return "local " + v.name + " = function" + text
	}
	var head string
	switch g.r.IntN(3) {
	case 0:
		head = "local function " + v.name
	case 1:
		head = "local " + v.name + g.pick(" = 1\n", "; ", "\n") + "function " + v.name
	default:
		head = "local " + v.name + "\n" + v.name + soft + "=" + soft + "function"
	}
	g.declare(variable{name: v.name, kind: unusable, fixed: true})
	i := len(g.vars) - 1
	text, cost := g.closure(v.params)
	g.vars[i].kind, g.vars[i].params, g.vars[i].cost = function, v.params, cost
	return head + text
}

// closure writes the parameters and the body of a function.
func (g *statements) closure(params int) (string, int) {
	f := &frame{vararg: g.chance(25), upvalues: map[string]bool{}, limit: 150, trips: 1, returns: true}
	var names []string
	for len(names) < params {
		if name := g.name(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	list := strings.Join(names, ", ")
	if f.vararg {
		if list != "" {
			list += ", "
		}
		list += "..."
	}
	body, inside := "", g.inside
	g.inside = 0
	g.frames = append(g.frames, f)
	g.scoped(func() {
		for _, name := range names {
			g.declare(variable{name: name, kind: number, fixed: g.chance(40)})
		}
		var s []string
		for range g.r.IntN(4) {
			if g.budget > 0 {
				s = append(s, g.statement())
			}
		}
		n := g.r.IntN(8) / 6 // now and then the result stands in parentheses
		s = append(s, "return"+soft+strings.Repeat("(", n)+g.number(2)+strings.Repeat(")", n))
		body = g.join(s)
	})
	g.frames = g.frames[:len(g.frames)-1]
	g.inside = inside
	return fmt.Sprintf("(%s)\n%s\nend", list, body), f.cost
}

package luagen

import "fmt"

// loop writes one of Lua's loops. Every loop ends after few trips.
func (g *statements) loop() string {
	switch g.r.IntN(10) {
	case 0, 1, 2:
		return g.numericFor()
	case 3, 4, 5:
		return g.genericFor()
	case 6, 7:
		return g.while()
	case 8:
		return g.repeatLoop()
	default:
		return g.constantLoop()
	}
}

// around runs write inside a loop of n trips.
func (g *scope) around(n int, write func()) {
	f := g.top()
	trips := f.trips
	f.trips, f.loops = trips*n, f.loops+1
	g.scoped(write)
	f.trips, f.loops = trips, f.loops-1
}

// loopBody writes the statements of a loop, which may end with a break.
func (g *statements) loopBody() string {
	s := g.block(3)
	switch g.r.IntN(12) {
	case 0:
		s += "\nif " + g.pick(g.cond(2), g.compare(1)) + " then" + soft + g.pick("", "local "+g.name()+" = 1 ",
			"do end ") + "break end"
	case 1:
		s += "\ndo break end"
	case 2:
		s += "\nif " + g.pick("true", "1", "false", "nil", "not nil", `"x"`, "not 1", "true and 1", "nil or false") +
			" then break end\nlocal " + g.name() + " = 1"
	}
	return s
}

func (g *statements) numericFor() string {
	bounds := []struct {
		text  string
		trips int
	}{{"1, 3", 3}, {"1, 4, 2", 2}, {"3, 1, -1", 3}, {"1, 0", 1}, {"0, 1, 0.25", 5}, {`"1", 2`, 2}, {`1, "3"`, 3},
		{`"10", "1", "-4"`, 3}, {"-1, 1", 3}, {"1, 2, 0x1", 2}, {"2, 2", 1}, {"0.5, 2", 2}, {"1, 3 - 1", 2},
		{"#{1, 2, 3}, 1, -2", 2}, {"id(1, 9), (id(2)), id(1)", 2}}
	b := bounds[g.r.IntN(len(bounds))]
	if g.top().trips > 20 {
		b = bounds[3]
	}
	name := g.name()
	body := ""
	g.around(b.trips, func() {
		g.declare(variable{name: name, kind: number, fixed: g.chance(70)})
		body = g.loopBody()
	})
	return "for " + name + soft + "=" + soft + b.text + soft + "do\n" + body + "\nend"
}

func (g *statements) genericFor() string {
	switch g.r.IntN(9) {
	case 0:
		return g.forIn(`("a b c"):gmatch("%a")`, 3, text)
	case 1:
		return g.forIn(`string.gmatch("k=1, j=2", "(%w+)=(%w+)")`, 2, text, text)
	case 2:
		return g.forIn(fmt.Sprintf("next, {%s, %s}", g.number(1), g.number(1)), 2, number, number)
	case 3:
		return g.forIn(fmt.Sprintf("(function(n, i) if i < n then return i + 1%s end end), %s, 0", g.pick("", ", n"),
			g.pick("3", "id(2)", "1 + 1")), 3, number, anything)
	case 4:
		return g.counted()
	case 5:
		return g.forIn(`(tostring`+g.pick(`"a b"`, `(12)`)+` .. `+g.quoted()+`):gmatch("%w+")`, 5, text)
	case 6:
		return g.forIn("pairs{"+g.number(1)+","+soft+g.number(1)+"}", 2, number, number)
	default:
		return g.forIn("ipairs{"+g.number(1)+","+soft+g.number(1)+","+soft+"(id("+g.number(1)+"))}", 3, number, number)
	}
}

// counted writes a loop whose iterator is a closure that counts.
func (g *statements) counted() string {
	n := g.fresh()
	return "local " + n + " = 0\n" + g.forIn(
		fmt.Sprintf("function(s, c) %s = %s + 1 if %s < %s then return %s, c end end", n, n, n, g.integer(2, 4), n), 3,
		number, anything)
}

func (g *statements) forIn(list string, trips int, kinds ...kind) string {
	names, body := "", ""
	if g.top().trips > 20 {
		return g.assignment()
	}
	g.around(trips, func() {
		for i, k := range kinds {
			name := pool[(i*7+g.r.IntN(7))%len(pool)]
			if i > 0 {
				names += "," + soft
			}
			names += name
			g.declare(variable{name: name, kind: k, fixed: i == 0})
		}
		body = g.loopBody()
	})
	return "for " + names + soft + "in" + soft + list + soft + "do\n" + body + "\nend"
}

// while writes a loop whose counter nobody else changes.
func (g *statements) while() string {
	n, limit := g.fresh(), 1+g.r.IntN(4)
	body := ""
	g.around(limit, func() {
		body = g.block(3)
		if g.chance(25) {
			body += "\nif " + g.cond(2) + " then " + g.pick("", g.assignment()+soft) + "break end"
		}
	})
	test := g.pick("", "", "true and ", "not (1 > 2) and ", g.compare(1)+soft+"and ", `"x" and `)
	return fmt.Sprintf("local %s = 0\nwhile %s%s < %d do\n%s = %s + 1\n%s\nend", n, test, n, limit, n, n, body)
}

// repeatLoop writes a loop whose condition sees a local of its body.
func (g *statements) repeatLoop() string {
	n, limit := g.fresh(), 1+g.r.IntN(4)
	s, seen := "", g.fresh()
	g.around(limit, func() {
		s = g.block(2) + "\nlocal " + seen + " = " + g.value(anything, 2)
		if g.chance(40) {
			s += "\nlocal function " + seen + "f() return " + seen + " end"
			seen += "f()"
		}
	})
	return fmt.Sprintf("local %s = 0\nrepeat\n%s = %s + 1\n%s\nuntil %s >= %d%sor%s%s", n, n, n, s, n, limit, soft,
		soft, seen)
}

// constantLoop writes a loop with a constant condition.
func (g *statements) constantLoop() string {
	body, n := "", g.fresh()
	test := g.pick("false", "nil", "not true", "false and x", "nil or false")
	if g.chance(30) {
		g.around(1, func() { body = g.block(2) })
		return "while " + test + " do\n" + body + "\nend"
	}
	g.around(3, func() { body = g.block(2) })
	leave := fmt.Sprintf("%s = %s + 1\nif %s > 2 then %sbreak end\n", n, n, n, g.pick("", "local "+n+"b = "+n+"; ",
		"do end "))
	always := g.pick("true", "1", `"x"`, "not nil", "not false", "0", "{}", "true or x", "1 and 2")
	if g.chance(30) {
		return fmt.Sprintf("local %s = 0\nrepeat\n%s%s\nuntil %s", n, leave, body, test)
	}
	return fmt.Sprintf("local %s = 0\nwhile %s do\n%s%s\nend", n, always, leave, body)
}

package luagen

import (
	"math/rand/v2"
)

// program writes one program.
type program struct {
	statements
	breaks  int // of 1000 soft breaks, how many become new lines
	comment int // of 1000 new lines, how many get a comment
}

func newProgram(r *rand.Rand) *program {
	g := &program{}
	g.r, g.budget = r, 8+r.IntN(22)
	if g.chance(3) {
		g.budget *= 4
	}
	g.breaks = []int{0, 5, 20, 60, 250}[r.IntN(5)]
	g.comment = []int{0, 40, 200}[r.IntN(3)]
	g.frames = []*frame{{vararg: true, upvalues: map[string]bool{}, limit: 3000, trips: 1}}
	return g
}

// program writes the whole program.
func (g *program) write() string {
	s := g.prelude()
	if g.chance(2) {
		s = append(s, limits(&g.expressions))
	}
	for g.budget > 0 {
		s = append(s, g.statement())
	}
	s = append(s, g.epilogue()...)
	return g.layout(g.join(s)) + "\n"
}

// printing is a print that leaves addresses away: caught errors may be tables.
const printing = `local print = (function(raw) return function(...)
local t, n = {...}, select("#", ...)
for i = 1, n do t[i] = tostring(t[i]):gsub(": 0x%x+", "") end
raw(unpack(t, 1, n))
end end)(print)`

// prelude declares the globals and locals that every program has.
func (g *program) prelude() []string {
	for _, v := range []variable{{name: "gn", kind: number}, {name: "gs", kind: text}, {name: "ga", kind: anything}} {
		v.level = -1
		g.vars = append(g.vars, v)
	}
	s := []string{printing, "gn, gs, ga = " + g.literal() + ", " + g.quoted() + ", " + g.pick("nil", "false", "true",
		"1", `"u"`)}
	s = append(s, g.localFunction("id", identity, "(...) return ... end"))
	if g.chance(50) {
		s = append(s, g.localFunction("none", nothing, "() end"))
	}
	for _, k := range []kind{number, number, text, anything, boolean, sequence, record} {
		s = append(s, g.local(k))
	}
	return s
}

func (g *statements) localFunction(name string, k kind, rest string) string {
	g.declare(variable{name: name, kind: k, fixed: true})
	if g.chance(30) {
		return "local " + name + " = function" + rest
	}
	return "local function " + name + rest
}

// epilogue prints what the variables have become.
func (g *program) epilogue() []string {
	var s []string
	for i := range g.vars {
		v := &g.vars[i]
		if g.shadowed(i) || v.kind > sequence || g.chance(40) {
			continue
		}
		if v.kind == sequence {
			s = append(s, "print("+quote(v.name)+", table.concat("+v.name+", \",\"))")
		} else {
			s = append(s, "print("+quote(v.name)+", "+v.name+")")
		}
	}
	if g.chance(5) {
		s = append(s, g.uncaught())
	}
	return s
}

package luagen

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// A kind is what the core knows of a variable's value, at every moment of its life.
type kind int

const (
	number   kind = iota // a finite number
	text                 // a string
	boolean              // a boolean
	anything             // nil, a boolean, a number or a string
	sequence             // a table with the items 1 to n, all numbers
	record               // a table with the numbers a and b, the string s and the method m
	function             // takes numbers, returns a number
	identity             // returns its arguments
	nothing              // returns no value
	unusable             // a function whose body is being written
)

// A variable is a name that is in scope.
type variable struct {
	name   string
	kind   kind
	level  int  // index of its function in gen.frames; -1 for a global
	fixed  bool // nobody assigns to it: a loop counts with it
	params int  // of a function
	cost   int  // of a function: the steps that a call takes at most
	size   int  // of a sequence: it never has fewer items
}

// A frame is a function whose body is being written.
type frame struct {
	vararg   bool
	locals   int
	upvalues map[string]bool
	cost     int // steps that a call takes at most
	limit    int // bound of cost
	trips    int // product of the trip counts of the loops around this place
	loops    int
	leaf     bool // no function may be called
	returns  bool // a return of one number may stand here
}

// gen writes one program.
type gen struct {
	r       *rand.Rand
	vars    []variable
	frames  []*frame
	unique  int
	budget  int // statements that may still be written
	inside  int // templates around this place: no `...`, break or return in their holes
	breaks  int // of 1000 soft breaks, how many become new lines
	comment int // of 1000 new lines, how many get a comment
}

func newGen(r *rand.Rand) *gen {
	g := &gen{r: r, budget: 8 + r.IntN(22)}
	if g.chance(3) {
		g.budget *= 4
	}
	g.breaks = []int{0, 5, 20, 60, 250}[r.IntN(5)]
	g.comment = []int{0, 40, 200}[r.IntN(3)]
	g.frames = []*frame{{vararg: true, upvalues: map[string]bool{}, limit: 3000, trips: 1}}
	return g
}

func (g *gen) top() *frame { return g.frames[len(g.frames)-1] }

func (g *gen) chance(percent int) bool { return g.r.IntN(100) < percent }

func (g *gen) pick(s ...string) string { return s[g.r.IntN(len(s))] }

// fresh returns a name that stands nowhere else in the program.
func (g *gen) fresh() string {
	g.unique++
	return "q" + strconv.Itoa(g.unique)
}

var pool = strings.Fields("A B C D E F G H I J K L M N O P Q R S T U V W X Y Z")

// name returns a name that may shadow another.
func (g *gen) name() string { return pool[g.r.IntN(len(pool))] }

// declare puts a local variable into scope.
func (g *gen) declare(v variable) {
	v.level = len(g.frames) - 1
	g.top().locals++
	g.vars = append(g.vars, v)
}

// scoped runs write and forgets the locals that it declared.
func (g *gen) scoped(write func()) {
	n, locals := len(g.vars), g.top().locals
	write()
	g.vars, g.top().locals = g.vars[:n], locals
}

// maxUpvalues is below Lua's bound of 60, since templates add some of their own.
const maxUpvalues = 45

// find returns a variable in scope that suits, and records it as an upvalue of the
// functions between.
func (g *gen) find(suits func(*variable) bool) *variable {
	if len(g.vars) == 0 {
		return nil
	}
	for range 6 {
		// Prefer what was declared last: half of the tries look at the last dozen.
		i := g.r.IntN(len(g.vars))
		if g.chance(50) {
			i = max(len(g.vars)-1-g.r.IntN(12), 0)
		}
		if v := &g.vars[i]; suits(v) && !g.shadowed(i) && g.capture(v) {
			return v
		}
	}
	for i := range g.vars {
		if v := &g.vars[i]; suits(v) && !g.shadowed(i) && g.capture(v) {
			return v
		}
	}
	return nil
}

func (g *gen) shadowed(i int) bool {
	for j := i + 1; j < len(g.vars); j++ {
		if g.vars[j].name == g.vars[i].name {
			return true
		}
	}
	return false
}

func (g *gen) capture(v *variable) bool {
	if v.level < 0 {
		return true
	}
	for _, f := range g.frames[v.level+1:] {
		if !f.upvalues[v.name] && len(f.upvalues) >= maxUpvalues {
			return false
		}
	}
	for _, f := range g.frames[v.level+1:] {
		f.upvalues[v.name] = true
	}
	return true
}

func (g *gen) ofKind(k kind) *variable {
	return g.find(func(v *variable) bool { return v.kind == k })
}

// target returns a variable of kind k that may be assigned to.
func (g *gen) target(k kind) *variable {
	return g.find(func(v *variable) bool { return v.kind == k && !v.fixed })
}

// affords charges a call of v to the function being written, if its bound allows the call.
func (g *gen) affords(v *variable) bool {
	f := g.top()
	if f.leaf || f.cost+(v.cost+1)*f.trips > f.limit {
		return false
	}
	f.cost += (v.cost + 1) * f.trips
	return true
}

// program writes the whole program.
func (g *gen) program() string {
	s := g.prelude()
	if g.chance(2) {
		s = append(s, g.limits())
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
func (g *gen) prelude() []string {
	for _, v := range []variable{{name: "gn", kind: number}, {name: "gs", kind: text}, {name: "ga", kind: anything}} {
		v.level = -1
		g.vars = append(g.vars, v)
	}
	s := []string{printing, "gn, gs, ga = " + g.literal() + ", " + g.quoted() + ", " + g.pick("nil", "false", "true", "1", `"u"`)}
	s = append(s, g.localFunction("id", identity, "(...) return ... end"))
	if g.chance(50) {
		s = append(s, g.localFunction("none", nothing, "() end"))
	}
	for _, k := range []kind{number, number, text, anything, boolean, sequence, record} {
		s = append(s, g.local(k))
	}
	return s
}

func (g *gen) localFunction(name string, k kind, rest string) string {
	g.declare(variable{name: name, kind: k, fixed: true})
	if g.chance(30) {
		return "local " + name + " = function" + rest
	}
	return "local function " + name + rest
}

// epilogue prints what the variables have become.
func (g *gen) epilogue() []string {
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

// join puts statements one after the other. A statement that starts with a parenthesis
// needs a semicolon before it: Lua would read a call.
func (g *gen) join(s []string) string {
	var b strings.Builder
	for i, t := range s {
		if t == "" {
			continue
		}
		if b.Len() > 0 {
			switch {
			case strings.HasPrefix(t, "("):
				b.WriteString(";\n")
			case i > 0 && g.chance(8):
				b.WriteString(g.pick("; ", ";\n", " "))
			default:
				b.WriteString("\n")
			}
		}
		b.WriteString(t)
	}
	return b.String()
}

package luagen

import (
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
	level  int  // index of its function in scope.frames; -1 for a global
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
	trips    int // product of the trip counts of the loops around this point
	loops    int
	leaf     bool // no function may be called
	returns  bool // a return of one number may stand here
}

// scope has the variables that a point of the program sees, and the functions around it.
type scope struct {
	dice
	vars   []variable
	frames []*frame
	unique int // names that fresh has given
	inside int // templates around this point: no `...`, break or return in their holes
}

func (g *scope) top() *frame { return g.frames[len(g.frames)-1] }

// fresh returns a name that stands nowhere else in the program.
func (g *scope) fresh() string {
	g.unique++
	return "q" + strconv.Itoa(g.unique)
}

var pool = strings.Fields("A B C D E F G H I J K L M N O P Q R S T U V W X Y Z")

// name returns a name that may shadow another.
func (g *scope) name() string { return pool[g.r.IntN(len(pool))] }

// declare puts a local variable into scope.
func (g *scope) declare(v variable) {
	v.level = len(g.frames) - 1
	g.top().locals++
	g.vars = append(g.vars, v)
}

// scoped runs write and forgets the locals that it declared.
func (g *scope) scoped(write func()) {
	n, locals := len(g.vars), g.top().locals
	write()
	g.vars, g.top().locals = g.vars[:n], locals
}

// maxUpvalues is below Lua's bound of 60, since templates add some of their own.
const maxUpvalues = 45

// find returns a variable in scope that suits, and records it as an upvalue of the
// functions between.
func (g *scope) find(suits func(*variable) bool) *variable {
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

func (g *scope) shadowed(i int) bool {
	for j := i + 1; j < len(g.vars); j++ {
		if g.vars[j].name == g.vars[i].name {
			return true
		}
	}
	return false
}

func (g *scope) capture(v *variable) bool {
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

func (g *scope) ofKind(k kind) *variable {
	return g.find(func(v *variable) bool { return v.kind == k })
}

// target returns a variable of kind k that may be assigned to.
func (g *scope) target(k kind) *variable {
	return g.find(func(v *variable) bool { return v.kind == k && !v.fixed })
}

// affords charges a call of v to the function being written, if its bound allows the call.
func (g *scope) affords(v *variable) bool {
	f := g.top()
	if f.leaf || f.cost+(v.cost+1)*f.trips > f.limit {
		return false
	}
	f.cost += (v.cost + 1) * f.trips
	return true
}

package luagen

import "strings"

// A template is Lua text with holes, which expand fills:
//
//	$n $N     a number; $N is a simple one      $s  a string
//	$b        a condition                       $a  any plain value
//	$l $e     a list of plain values; $e may have none
//	$c  a literal of any kind
//	$i $k     a small integer, a numeral        $q  a string literal
//	$v $w     a number variable, a variable of anything, both assignable
//	$B        a block of statements             $C  an expression that raises an error
//	$X        a failing statement               $1 to $9  names, each new to the program
//	@         a place where a line may end      «x¦y¦z»   one of x, y and z
//	@@ $$     the characters @ and $
//
// Holes know nothing of the names and functions of the template around them: templates
// have names of their own in lower case, the core's are in upper case.
type template string

// scenario writes a template in a block of its own.
func (g *gen) scenario() string {
	set := templates[g.r.IntN(len(templates))]
	s := g.fill(set[g.r.IntN(len(set))])
	return "do\n" + s + "\nend"
}

// templates has a set for each subject; every set is as likely as the others.
var templates = [][]template{
	closures, closures, logicTemplates, logicTemplates, multiples, methods, varargs, failures, failures, levels,
	coroutines, coroutines, metatables, metatables, coercions, stringTemplates, tableTemplates, loads, loops, environments,
}

func (g *gen) fill(t template) string {
	var names [10]string
	f := g.top()
	trips := f.trips
	f.trips *= 5
	g.inside++
	defer func() { g.inside, f.trips = g.inside-1, trips }()
	return g.expand(string(t), &names)
}

func (g *gen) expand(t string, names *[10]string) string {
	var b strings.Builder
	for i := 0; i < len(t); i++ {
		switch {
		case strings.HasPrefix(t[i:], "@@"), strings.HasPrefix(t[i:], "$$"):
			b.WriteByte(t[i])
			i++
		case t[i] == '@':
			b.WriteString(soft)
		case t[i] == '$' && i+1 < len(t):
			i++
			b.WriteString(g.hole(t[i], names))
		case strings.HasPrefix(t[i:], "«"):
			choices, end := alternatives(t[i:])
			b.WriteString(g.expand(choices[g.r.IntN(len(choices))], names))
			i += end - 1
		default:
			b.WriteByte(t[i])
		}
	}
	return b.String()
}

// alternatives splits the choice that t starts with, and returns where it ends.
func alternatives(t string) (choices []string, end int) {
	depth, from := 0, len("«")
	for i := 0; i < len(t); i++ {
		switch {
		case strings.HasPrefix(t[i:], "«"):
			depth++
		case strings.HasPrefix(t[i:], "»"):
			if depth--; depth == 0 {
				return append(choices, t[from:i]), i + len("»")
			}
		case depth == 1 && strings.HasPrefix(t[i:], "¦"):
			choices, from = append(choices, t[from:i]), i+len("¦")
		}
	}
	panic("luagen: a choice has no end: " + t)
}

func (g *gen) hole(c byte, names *[10]string) string {
	switch c {
	case 'n':
		return g.number(2)
	case 'N':
		return g.number(0)
	case 's':
		return g.text(2)
	case 'b':
		return "(" + g.cond(3) + ")"
	case 'a':
		return g.any(3)
	case 'l':
		if s := g.list(2); s != "" {
			return s
		}
		return g.any(1)
	case 'e':
		return g.list(2)
	case 'c':
		return g.constant()
	case 'i':
		return g.integer(1, 9)
	case 'k':
		return g.literal()
	case 'q':
		return g.quoted()
	case 'v':
		return g.targetName(number, "gn")
	case 'w':
		return g.targetName(anything, "ga")
	case 'B':
		return g.holeBlock()
	case 'C':
		return g.raising()
	case 'X':
		return g.failing()
	}
	if c < '1' || c > '9' {
		panic("luagen: no hole is called " + string(c))
	}
	if names[c-'0'] == "" {
		names[c-'0'] = g.fresh()
	}
	return names[c-'0']
}

func (g *gen) targetName(k kind, global string) string {
	if v := g.target(k); v != nil {
		return v.name
	}
	return global
}

// holeBlock writes statements that may stand in any function of a template.
func (g *gen) holeBlock() string {
	if g.inside > 1 || g.budget <= 0 {
		return "id()"
	}
	s := g.closedBlock(2)
	if strings.HasPrefix(s, "(") || g.chance(50) {
		return "do " + s + " end"
	}
	return "do\n" + s + "\nend"
}

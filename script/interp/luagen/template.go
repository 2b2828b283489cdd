package luagen

import (
	"embed"
	"path"
	"strings"
	"sync"
)

// A template is Lua text with holes, which expand fills:
//
//	$n $N     a number; $N is a simple one      $s  a string
//	$b        a condition                       $a  any plain value
//	$l $e     a list of plain values; $e may have none
//	$c        a literal of any kind
//	$i $k     a small integer, a numeral        $q  a string literal
//	$v $w     a number variable, a variable of anything, both assignable
//	$B        a block of statements             $C  an expression that raises an error
//	$X        a failing statement               $1 to $9  names, each new to the program
//	@         where a line may end              «x¦y¦z»   one of x, y and z
//	@@ $$     the characters @ and $            ¶   a newline
//
// The folder templates has a file for each set. A line of it is a template, and a line that
// begins with four spaces goes on with the template before it, after one space.
//
// Holes know nothing of the names and functions of the template around them: templates
// have names of their own in lower case, the core's are in upper case.
type template string

//go:embed templates
var files embed.FS

// templates are the sets by the names of their files.
var templates = sync.OnceValue(func() map[string][]template {
	sets := map[string][]template{}
	list, _ := files.ReadDir("templates") // embedded: reading cannot fail
	for _, file := range list {
		text, _ := files.ReadFile(path.Join("templates", file.Name()))
		lines := strings.ReplaceAll(strings.TrimSuffix(string(text), "\n"), "\n    ", " ")
		name := strings.TrimSuffix(file.Name(), ".txt")
		for line := range strings.SplitSeq(lines, "\n") {
			sets[name] = append(sets[name], template(strings.ReplaceAll(line, "¶", "\n")))
		}
	}
	return sets
})

// subjects are the sets of whole scenarios. One that stands here twice is chosen twice as often.
var subjects = strings.Fields(`closures closures logic logic multiples methods varargs failures failures levels
	coroutines coroutines metatables metatables coercions strings tables loads loops environments`)

// scenario writes a template in a block of its own.
func (g *statements) scenario() string {
	return "do\n" + g.fillOneOf(subjects[g.r.IntN(len(subjects))]) + "\nend"
}

// raising returns an expression that makes the virtual machine raise an error.
func (g *statements) raising() string { return g.fillOneOf("error_expressions") }

// failing returns a statement that raises an error.
func (g *statements) failing() string { return g.fillOneOf("error_statements") }

// uncaught returns the statements that end a program with an error.
func (g *statements) uncaught() string { return g.fillOneOf("uncaught") }

// fillOneOf fills a template of a set.
func (g *statements) fillOneOf(name string) string {
	set := templates()[name]
	return g.fill(set[g.r.IntN(len(set))])
}

func (g *statements) fill(t template) string {
	f := g.top()
	trips := f.trips
	f.trips *= 5
	g.inside++
	defer func() { g.inside, f.trips = g.inside-1, trips }()
	return (&filler{statements: g}).expand(string(t))
}

// filler fills the holes of one template.
type filler struct {
	*statements
	names [10]string // of $1 to $9
}

func (g *filler) expand(t string) string {
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
			b.WriteString(g.hole(t[i]))
		case strings.HasPrefix(t[i:], "«"):
			choices, end := alternatives(t[i:])
			b.WriteString(g.expand(choices[g.r.IntN(len(choices))]))
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

func (g *filler) hole(c byte) string {
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
	if g.names[c-'0'] == "" {
		g.names[c-'0'] = g.fresh()
	}
	return g.names[c-'0']
}

func (g *expressions) targetName(k kind, global string) string {
	if v := g.target(k); v != nil {
		return v.name
	}
	return global
}

// holeBlock writes statements that may stand in any function of a template.
func (g *filler) holeBlock() string {
	if g.inside > 1 || g.budget <= 0 {
		return "id()"
	}
	s := g.closedBlock(2)
	if strings.HasPrefix(s, "(") || g.chance(50) {
		return "do " + s + " end"
	}
	return "do\n" + s + "\nend"
}

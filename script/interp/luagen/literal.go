package luagen

import (
	"math/rand/v2"
	"strconv"
)

// dice make the random choices.
type dice struct{ r *rand.Rand }

func (g *dice) chance(percent int) bool { return g.r.IntN(100) < percent }

func (g *dice) pick(s ...string) string { return s[g.r.IntN(len(s))] }

// integer returns a numeral between low and high.
func (g *dice) integer(low, high int) string { return strconv.Itoa(low + g.r.IntN(high-low+1)) }

// literal returns a numeral, often a small one.
func (g *dice) literal() string {
	switch g.r.IntN(12) {
	case 0:
		return g.pick("0x10", "0xff", "0XA", "0x7fffffff", "0xFFFF")
	case 1:
		return g.pick("1e2", "2.5e1", "1E-2", ".5", "3.", "1e+1", "12.75", "0.1", "1e15", "123456789012")
	case 2:
		return g.integer(0, 300)
	case 3:
		return "0"
	default:
		return g.integer(1, 12)
	}
}

// quoted returns a string literal in one of Lua's forms.
func (g *dice) quoted() string {
	switch g.r.IntN(14) {
	case 0:
		return g.pick(`"\065\66c"`, `"a\
b"`, `"\t|\\|\"|\'"`, `'it"s'`, `"tab\tend"`, `'\110ew'`, `"\a\b\f\v" `, `"x\z"`, `"\49"`, `"\r\n"`)
	case 1:
		return g.pick("[[long]]", "[==[a]]b]==]", "[[\nfirst]]", "[[two\nlines]]", "[=[]=]", "[[\\n]]")
	case 2:
		return g.pick(`"10"`, `"0x10"`, `" 5 "`, `"1e1"`, `"3.0"`)
	case 3:
		return `""`
	default:
		return quote(g.pick("a", "b", "ab", "abc", "hello", "k1", "k2", "Z", "x y", "n", "%d", "lua"))
	}
}

// constant returns a literal of any kind.
func (g *dice) constant() string {
	switch g.r.IntN(6) {
	case 0:
		return "nil"
	case 1:
		return "true"
	case 2:
		return "false"
	case 3:
		return g.quoted()
	default:
		return g.literal()
	}
}

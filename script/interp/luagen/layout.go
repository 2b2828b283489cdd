package luagen

import "strings"

// soft marks a place between two tokens where a line may end.
const soft = "\x01"

// layout turns every soft break into a space, or now and then into a new line with or
// without a comment, so that the lines of errors matter.
func (g *gen) layout(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for i := 0; i < len(s); i++ {
		if s[i] != soft[0] {
			b.WriteByte(s[i])
			continue
		}
		if g.r.IntN(1000) >= g.breaks {
			b.WriteByte(' ')
			continue
		}
		if g.r.IntN(20000) < g.comment {
			b.WriteString(" --[=x]]") // no long comment
		} else if g.r.IntN(1000) < g.comment {
			b.WriteString(g.pick(" -- one line", " --[[ within ]]", " --[==[ over\nlines ]] ]==]", " --", " --[[]]"))
		}
		b.WriteString(g.pick("\n", "\n", "\n", "\n\n", "\n  "))
	}
	return b.String()
}

func quote(s string) string { return `"` + s + `"` }

package luagen

import "strings"

// soft stands between two tokens where a line may end.
const soft = "\x01"

// layout turns every soft break into a space, or now and then into a new line with or
// without a comment, so that the lines of errors matter.
func (g *program) layout(s string) string {
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

// join puts statements one after the other. A statement that starts with a parenthesis
// needs a semicolon before it: Lua would read a call.
func (g *dice) join(s []string) string {
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

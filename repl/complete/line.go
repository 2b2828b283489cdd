package complete

import (
	"strings"

	"weir/repl/input"
	"weir/script/show"
)

// shellWord is the last word of a line of shell that is not whole yet.
type shellWord struct {
	start   int    // in the line
	value   string // without its quotes
	quote   byte   // that is open, or 0
	command bool   // it is a program's name
}

// lastWord reads a line of shell up to its end. In a string of Lua's, Lua reads the backslashes first.
// What is wrong in the line shows when it runs.
func lastWord(line string, inLua bool) shellWord {
	w := shellWord{start: len(line), command: true}
	var value strings.Builder
	in, command, redirected := false, true, false
	end := func(i int) {
		if in {
			word := value.String()
			isVariable := strings.Contains(word, "=") && show.IsName(word[:strings.IndexByte(word, '=')])
			if !redirected && !isVariable {
				command = false
			}
			redirected = false
		}
		in, w.start = false, i+1
		value.Reset()
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		if !in && c != ' ' && c != '\t' && c != '\n' {
			w.start = i
		}
		switch {
		case inLua && c == '\\' && i+1 < len(line) && (line[i+1] == '"' || line[i+1] == '\\') && w.quote == 0:
			// Of what Lua reads here the shell gets " or \.
			i++
			if line[i] == '"' {
				w.quote, in = '"', true
			} else if i+1 < len(line) {
				i++
				value.WriteByte(line[i])
				in = true
			}
		case inLua && c == '\\' && w.quote == '"' && i+1 < len(line) && line[i+1] == '"':
			i++
			w.quote = 0
		case c == '\\' && w.quote != '\'' && i+1 < len(line):
			i++
			value.WriteByte(line[i])
			in = true
		case w.quote != 0 && c == w.quote:
			w.quote = 0
		case w.quote != 0:
			value.WriteByte(c)
		case c == '\'' || c == '"':
			w.quote, in = c, true
		case c == '|':
			end(i)
			command, redirected = true, false
		case c == '<' || c == '>':
			end(i)
			redirected = true
		case c == ' ' || c == '\t' || c == '\n':
			end(i)
		default:
			value.WriteByte(c)
			in = true
		}
	}
	w.value = value.String()
	w.command = command && !redirected
	return w
}

// shellLine completes a line of shell, in a string of Lua's whose quote is sign; 0 for none.
func shellLine(line string, sign byte) (int, []Candidate) {
	w := lastWord(line, sign != 0)
	if name, ok := strings.CutPrefix(line[w.start:], "$"); ok && w.quote == 0 && !strings.Contains(name, "/") {
		return w.start, variables(name, "$")
	}
	if w.command && !strings.Contains(w.value, "/") {
		return w.start, programs(w.value)
	}
	var list []Candidate
	for _, c := range paths(w.value) {
		if w.command && c.Kind == "file" && !executable(input.ExpandHome(c.Text)) {
			continue
		}
		quoted, ok := input.ShellWord(c.Text, sign)
		if ok {
			c.Text = quoted
			list = append(list, c)
		}
	}
	return w.start, list
}

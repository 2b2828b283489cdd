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
			name, _, assigned := strings.Cut(value.String(), "=")
			command = command && (redirected || assigned && show.IsName(name))
			redirected = false
		}
		in, w.start = false, i+1
		value.Reset()
	}
	for i, size := 0, 0; i < len(line); i += size {
		var c byte
		if c, size = shellByte(line[i:], inLua); !in && c != ' ' && c != '\t' && c != '\n' {
			w.start = i
		}
		switch {
		case c == '\\' && w.quote != '\'' && i+size < len(line):
			escaped, n := shellByte(line[i+size:], inLua)
			value.WriteByte(escaped)
			in, size = true, size+n
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

// shellByte is the first byte of a line for the shell, and its size. In a string of Lua's, Lua takes one
// backslash from quotes and backslashes.
func shellByte(line string, inLua bool) (c byte, size int) {
	if inLua && len(line) > 1 && line[0] == '\\' && strings.IndexByte(`"'\`, line[1]) >= 0 {
		return line[1], 2
	}
	return line[0], 1
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

package syntax

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"
)

// Chunk is a compiled source.
type Chunk struct {
	Name  string
	Text  string // what was compiled, but for the rewriting
	Shown string // what errors show instead, where Text has more in front of it
	Proto *lua.FunctionProto
}

// Compile compiles weir's Lua. Its errors are *Error.
func Compile(name, text string) (*Chunk, error) {
	// Editors put a byte order mark in front; columns are counted without it.
	text = strings.TrimPrefix(text, "\ufeff")
	source := text
	if strings.HasPrefix(source, "#") {
		// A first line for the kernel, execve(2). A comment keeps the lines and,
		// but for one, the columns.
		source = "--" + source[1:]
	}
	rewritten, bars, err := rewrite(name, source)
	if err != nil {
		return nil, err
	}
	stats, err := parse.Parse(strings.NewReader(rewritten), name)
	if err != nil {
		return nil, compileError(name, text, rewritten, bars, err)
	}
	mendAssignments(stats)
	proto, err := lua.Compile(stats, name)
	if err != nil {
		return nil, compileError(name, text, rewritten, bars, err)
	}
	mendScopes(proto)
	return &Chunk{Name: name, Text: text, Proto: proto}, nil
}

// mendScopes has local variables live as long as their block: gopher-lua has them end
// before its last instruction, so that an error there would not know them.
func mendScopes(p *lua.FunctionProto) {
	for _, local := range p.DbgLocals {
		local.EndPc++
	}
	for _, inner := range p.FunctionPrototypes {
		mendScopes(inner)
	}
}

// compileError turns what gopher-lua's parser and compiler say into the user's
// own words and columns.
func compileError(name, text, rewritten string, bars []bar, err error) error {
	var ce *lua.CompileError
	if errors.As(err, &ce) {
		return labelError(name, text, ce)
	}
	var pe *parse.Error
	if !errors.As(err, &pe) {
		return &Error{File: name, Message: err.Error()}
	}
	if pe.Pos.Line == parse.EOF {
		if t, ok := malformed(text, lineCount(text), len(text)+1); ok {
			return numberError(name, text, t)
		}
		return endError(name, text)
	}
	column, inBar := original(bars, pe.Pos.Line, pe.Pos.Column)
	if t, ok := malformed(text, pe.Pos.Line, column); ok {
		return numberError(name, text, t)
	}
	e := &Error{File: name, Line: pe.Pos.Line, Column: column, Source: Line(text, pe.Pos.Line)}
	token := pe.Token
	invalid := strings.HasPrefix(pe.Message, "Invalid ")
	switch {
	case inBar:
		e.Width, e.Message = 1, "unexpected |"
		e.Hint = "| joins two stages: write one on each side of it"
		if valueAlone(e.Source) {
			e.Hint = noStatement
		}
	case pe.Message == "syntax error" || pe.Message == "parse error":
		e.Width, e.Message = max(len(token), 1), fmt.Sprintf("unexpected %s", shown(token))
		if follows(bars, pe.Pos.Line, column, text) {
			e.Message = fmt.Sprintf("| needs a stage on its right, not %s", shown(token))
		} else if token == ":" && stringMethod(e.Source, column) {
			e.Hint = "a method of a stage needs sh before the string: sh\"...\":name()"
		} else if valueAlone(e.Source) {
			e.Hint = noStatement
		}
	case pe.Message == "unterminated string":
		return unclosedString(name, text)
	default:
		e.Message = pe.Message
		if token != "" && !strings.Contains(token, Mark) {
			e.Message += " near " + shown(token)
		}
	}
	// The scanner gives the column of a token's end for some and of its start for
	// others: point at the token where it stands in the line.
	if at := nearestWord(e.Source, token, e.Column); at > 0 && !inBar {
		e.Column = at
	}
	if e.Hint == "" && isLetter((token + " ")[0]) && fieldBefore(e.Source, e.Column) {
		e.Hint = fmt.Sprintf("%s is a word of Lua's: the field of that name is [%q], without the dot", token, token)
	}
	if e.Hint == "" {
		explainStranger(e, invalid)
	}
	return e
}

const noStatement = "a value alone is no statement: run(a | b) runs a topology, print(x) shows a value"

// valueAlone tells whether a line is an expression.
func valueAlone(line string) bool {
	rewritten, _, err := rewrite("", returning+line)
	if err != nil || strings.TrimSpace(line) == "" {
		return false
	}
	_, err = parse.Parse(strings.NewReader(rewritten), "")
	return err == nil
}

// fieldBefore tells whether a dot stands before the column that takes the name of
// a field after it.
func fieldBefore(source string, column int) bool {
	before := strings.TrimRight(source[:min(max(column-1, 0), len(source))], " \t")
	return strings.HasSuffix(before, ".") && !strings.HasSuffix(before, "..")
}

var label = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(no visible label '(\w+)' for) <goto> at line (\d+)$`)
})

// labelError is an error of the compiler. It tells of a goto at the end of the
// function, and names the line of the goto in its message.
func labelError(name, text string, ce *lua.CompileError) error {
	m := label().FindStringSubmatch(ce.Message)
	if m == nil {
		return At(text, name, ce.Line, "", ce.Message, "")
	}
	line, _ := strconv.Atoi(m[3])
	return At(text, name, line, m[2], m[1]+" goto", "")
}

// stringMethod tells whether a : stands behind a string, where Lua's grammar
// wants brackets around it.
func stringMethod(line string, column int) bool {
	before := strings.TrimRight(line[:max(min(column-1, len(line)), 0)], " \t")
	return strings.HasSuffix(before, `"`) || strings.HasSuffix(before, `'`) || strings.HasSuffix(before, `]]`)
}

// unclosedString points at the first string that its line does not close.
func unclosedString(name, text string) error {
	e := &Error{File: name, Message: "this string is not closed on its line", Hint: "close it, or write [[...]] for several lines"}
	for _, t := range scan(text) {
		if t.text == unclosed {
			e.Line, e.Column, e.Source = t.line, t.column, Line(text, t.line)
			e.incomplete = t.goesOn
			break
		}
	}
	return e
}

func shown(token string) string {
	if token == "" {
		return "end of line"
	}
	if i := strings.IndexAny(token, "\r\n"); i >= 0 {
		token = token[:i] + "..."
	}
	return "'" + harmless(token) + "'"
}

// follows tells whether only blanks stand between the last | before a place and
// that place.
func follows(bars []bar, line, column int, text string) bool {
	last := bar{}
	for _, b := range bars {
		if b.line < line || b.line == line && b.column < column {
			last = b
		}
	}
	if last.line == 0 {
		return false
	}
	if last.line == line {
		source := Line(text, line)
		return column-1 <= len(source) && column-1 >= last.column && strings.TrimSpace(source[last.column:column-1]) == ""
	}
	if strings.TrimSpace(Line(text, last.line)[last.column:]) != "" {
		return false
	}
	for n := last.line + 1; n < line; n++ {
		if strings.TrimSpace(Line(text, n)) != "" {
			return false
		}
	}
	source := Line(text, line)
	return column-1 <= len(source) && strings.TrimSpace(source[:max(column-1, 0)]) == ""
}

// nearestWord finds where token stands in the line, closest to column; 0 where
// it does not.
func nearestWord(line, token string, column int) int {
	if token == "" {
		return 0
	}
	best := 0
	for i := 0; i+len(token) <= len(line); i++ {
		if line[i:i+len(token)] != token {
			continue
		}
		if best == 0 || distance(i+1, column) < distance(best, column) {
			best = i + 1
		}
	}
	return best
}

func distance(a, b int) int {
	if a < b {
		return b - a
	}
	return a - b
}

// endError says what the end of the source leaves open.
func endError(name, text string) *Error {
	last := lineCount(text)
	e := &Error{File: name, Line: last, Source: Line(text, last), incomplete: true}
	e.Column = len(e.Source) + 1
	e.Message = "the source ends too early"
	tokens := scan(text)
	if n := len(tokens); n > 0 && tokens[n-1].text == unclosed {
		return unclosedString(name, text).(*Error)
	}
	if n := len(tokens); n > 0 && tokens[n-1].text == "|" {
		t := tokens[n-1]
		e.Line, e.Source, e.Column, e.Width = t.line, Line(text, t.line), t.column, 1
		e.Message = "| needs a stage on its right, but the source ends here"
		return e
	}
	if open, ok := leftOpen(tokens); ok {
		e.Message = fmt.Sprintf("the source ends, but `%s` at line %d is not closed by %s", open.text, open.line, closes(open.text))
	}
	return e
}

func closes(word string) string {
	switch word {
	case "repeat":
		return "`until`"
	case "(", "[", "{":
		return "`" + map[string]string{"(": ")", "[": "]", "{": "}"}[word] + "`"
	case "[[":
		return "`]]`"
	}
	return "`end`"
}

// Incomplete tells whether more input could make the source whole, as at a
// prompt.
func Incomplete(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.incomplete
}

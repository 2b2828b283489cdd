package syntax

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/luatext"
	"weir/runtime/cells"
)

// Error is a fault in a script, in a form for its user.
type Error struct {
	File    string
	Line    int    // from 1; 0 is unknown
	Column  int    // from 1, in bytes; 0 is unknown
	Width   int    // of what is at fault, in bytes
	Source  string // the text of the line
	Message string
	Hint    string // the way out
	Lua     string // of a source that does not compile: what lua5.1 says

	incomplete bool
}

// Error writes
//
//	x.lua:3:14: unknown program "gerp"
//	    run("seq 10" | "gerp 7")
//	                    ^~~~
//	did you mean "grep"?
func (e *Error) Error() string { return e.Text(maxExcerpt) }

// Text is Error where no more than some columns of the line are shown.
func (e *Error) Text(columns int) string {
	var b strings.Builder
	b.WriteString(cells.Harmless(e.place(), false))
	b.WriteString(cells.Harmless(e.Message, true))
	if e.Line > 0 && e.Source != "" {
		shown, caret := e.excerpt(min(columns, maxExcerpt))
		b.WriteString("\n    ")
		b.WriteString(shown)
		if caret != "" {
			b.WriteString("\n    ")
			b.WriteString(caret)
		}
	}
	if e.Hint != "" {
		b.WriteString("\n")
		b.WriteString(cells.Harmless(e.Hint, true))
	}
	return b.String()
}

func (e *Error) place() string {
	switch {
	case e.File == "":
		return ""
	case e.Line <= 0:
		return e.File + ": "
	case e.Column <= 0:
		return fmt.Sprintf("%s:%d: ", e.File, e.Line)
	}
	return fmt.Sprintf("%s:%d:%d: ", e.File, e.Line, e.Column)
}

// harmless shows control characters of a line of source as one column each.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0:
			return '?'
		}
		return r
	}, s)
}

// At makes an error at a line of a text, pointing at word where it stands there as a whole.
func At(text, file string, line int, word, message, hint string) *Error {
	e := &Error{File: file, Line: line, Source: Line(text, line), Message: message, Hint: hint}
	for _, word := range []string{word, strings.Trim(luatext.Quote(word), `"`)} { // as it may be spelt there
		if i := wholeWord(e.Source, word); i >= 0 {
			e.Column, e.Width = i+1, len(word)
			break
		}
	}
	return e
}

// wholeWord finds the first place of word where no letter or digit continues it. If a call
// takes it as a value there, as pcall(f, 1) does, the first place where it is called counts.
func wholeWord(line, word string) int {
	if word == "" {
		return -1
	}
	first := -1
	for from := 0; ; {
		i := strings.Index(line[from:], word)
		if i < 0 {
			return first
		}
		i += from
		end := i + len(word)
		begins := i == 0 || !wordByte(line[i-1]) || !wordByte(word[0])
		ends := end == len(line) || !wordByte(line[end]) || !wordByte(word[len(word)-1])
		switch {
		case !begins || !ends:
		case first < 0:
			if first = i; !passed(line[end:]) {
				return first
			}
		case called(line[end:]):
			return i
		}
		from = i + 1
	}
}

// passed reports whether what stands before a text is a value in a list of arguments.
func passed(rest string) bool {
	rest = strings.TrimLeft(rest, " \t")
	return rest != "" && strings.IndexByte(",);", rest[0]) >= 0
}

// called reports whether what stands before a text is called by it.
func called(rest string) bool {
	rest = strings.TrimLeft(rest, " \t")
	return rest != "" && strings.IndexByte(`({"'`, rest[0]) >= 0 || strings.HasPrefix(rest, "[[")
}

func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// position is how Lua begins a message: "file:line: ".
var position = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(.+?):(\d+): `) })

// FromLua makes an *Error of what a Lua call returned. sources gives the text of a chunk by its name.
func FromLua(err error, sources func(name string) (string, bool)) *Error {
	if e := carried(err); e != nil {
		return e
	}
	message := err.Error()
	var api *lua.ApiError
	if errors.As(err, &api) {
		if api.Object != nil && api.Object != lua.LNil {
			message = api.Object.String()
			switch api.Object.Type() {
			case lua.LTString, lua.LTNumber:
			default:
				message = "a " + api.Object.Type().String() + " was raised as an error"
			}
		} else if api.Cause != nil {
			message = api.Cause.Error()
		} else if api.Object == lua.LNil {
			message = "nil"
		}
	}
	if i := strings.Index(message, "\nstack traceback:"); i >= 0 {
		message = message[:i]
	}
	if i := strings.Index(message, "\ngoroutine "); i >= 0 {
		message = message[:i]
	}
	e := &Error{Message: strings.TrimSpace(message)}
	if m := position().FindStringSubmatch(e.Message); m != nil {
		e.File = m[1]
		e.Line, _ = strconv.Atoi(m[2])
		e.Message = e.Message[len(m[0]):]
	}
	if text, ok := sources(e.File); ok {
		e.Source = Line(text, e.Line)
	}
	if strings.HasPrefix(e.Message, "module ") {
		e.Message = strings.TrimSuffix(e.Message, ",")
	}
	e.explain()
	return e
}

// carried finds an *Error in err: as a cause, or as the value that was raised.
func carried(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	var api *lua.ApiError
	if !errors.As(err, &api) {
		return nil
	}
	if errors.As(api.Cause, &e) {
		return e
	}
	if ud, ok := api.Object.(*lua.LUserData); ok {
		if inner, ok := ud.Value.(error); ok && errors.As(inner, &e) {
			return e
		}
	}
	return nil
}

// Blame is what an error says of the value that an operation failed with.
type Blame struct {
	Operation  string // "call", "index", "perform arithmetic on", "concatenate", "get length of"
	What, Name string // "global", "local", "field", "method" or "upvalue"; empty if it has no name
	Type       string
}

// blames is how such an error reads.
var blames = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^attempt to (call|index|perform arithmetic on|concatenate|get length of) ` +
		`(?:(global|local|field|method|upvalue) '([^']*)' \()?a (\w+) value\)?`)
})

// Blamed reads an error of an operation; it is not ok for other errors.
func Blamed(message string) (b Blame, ok bool) {
	m := blames().FindStringSubmatch(message)
	if m == nil {
		return Blame{}, false
	}
	return Blame{m[1], m[2], m[3], m[4]}, true
}

// beside finds, for an operation, the operand that its error blames.
var beside = sync.OnceValue(func() map[string]*regexp.Regexp {
	const name = `([A-Za-z_]\w*)`
	table := map[string]*regexp.Regexp{}
	for operation, form := range map[string]string{
		"call":                  name + `\s*[("'{\[]`,
		"index":                 name + `\s*(?:[.:][A-Za-z_\s]|\[)`,
		"perform arithmetic on": name + `\s*[-+*/%^]|[-+*/%^]\s*(?:\w+\.)*` + name,
		"concatenate":           name + `\s*\.\.|\.\.\s*(?:\w+\.)*` + name,
		"get length of":         `#\s*(?:\w+\.)*` + name,
	} {
		table[operation] = regexp.MustCompile(form)
	}
	return table
})

// point sets the caret at the name that an error blames, if the line has it once, or once beside the operator.
func (e *Error) point(b Blame) {
	line := BlankStrings(e.Source)
	var places []int
	for _, m := range beside()[b.Operation].FindAllStringSubmatchIndex(line, -1) {
		for i := 2; i < len(m); i += 2 {
			at := m[i]
			if at < 0 || line[at:m[i+1]] != b.Name {
				continue
			}
			if wholeWord(line[at:], b.Name) == 0 && (at == 0 || !wordByte(line[at-1])) {
				places = append(places, at)
			}
		}
	}
	if len(places) == 1 {
		e.Column, e.Width = places[0]+1, len(b.Name)
		return
	}
	if at := wholeWord(line, b.Name); at >= 0 && wholeWord(line[at+len(b.Name):], b.Name) < 0 {
		e.Column, e.Width = at+1, len(b.Name)
	}
}

// BlankStrings empties the strings of a line, so that no word in them is taken for a name;
// every column stays.
func BlankStrings(line string) string {
	return replaceStrings(line, func(size int) string { return `"` + strings.Repeat(" ", size-2) + `"` })
}

// EmptyStrings takes the text out of the strings of a line.
func EmptyStrings(line string) string {
	return replaceStrings(line, func(int) string { return `""` })
}

// replaceStrings puts another text in place of each string of a line, by its size.
func replaceStrings(line string, with func(size int) string) string {
	var b strings.Builder
	at := 0
	for _, t := range Scan(line) {
		if t.Kind == String && !t.Open {
			b.WriteString(line[at:t.Start] + with(len(t.Text)))
			at = t.End()
		}
	}
	return b.String() + line[at:]
}

// timesString finds a string, and how many of it there are to be.
var timesString = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*(\*)\s*(\w+)`)
})

// replicas explains * beside a string or a function that is meant as a stage.
func (e *Error) replicas(what string) {
	e.Hint = "stages beside * are written sh\"...\" or proc(fn)"
	if what != "string" {
		return
	}
	e.Hint = "the string is no number; " + e.Hint
	if m := timesString().FindAllStringSubmatchIndex(e.Source, 2); len(m) == 1 {
		at := m[0]
		e.Column, e.Width = at[6]+1, 1
		line := e.Source[at[0]:at[6]]
		e.Hint = "write sh" + strings.TrimRight(line, " \t") + " * " + e.Source[at[8]:at[9]]
	}
}

// explain points at what an error of an operation blames, and says what may have been
// meant: strings and functions beside + or * may be stages.
func (e *Error) explain() {
	b, ok := Blamed(e.Message)
	if !ok {
		return
	}
	if b.Name != "" {
		e.point(b)
	}
	source := BlankStrings(e.Source)
	switch {
	case b.Operation == "get length of":
		e.Hint = "# is for strings and tables"
	case b.Operation != "perform arithmetic on" || b.Type != "string" && b.Type != "function":
	case strings.Contains(source, "*"):
		e.replicas(b.Type)
	case strings.Contains(source, "+"):
		e.Hint = "stages beside + are written sh\"...\" or proc(fn)"
		if b.Type == "string" {
			e.Hint = "the string is no number; " + e.Hint
		}
	case b.Type == "string":
		e.Hint = "the string is no number"
	}
}

package syntax

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"
)

// Error is a fault in a script, as its user is told of it.
type Error struct {
	File    string
	Line    int    // from 1; 0 is unknown
	Column  int    // from 1, in bytes; 0 is unknown
	Width   int    // of what is at fault, in bytes
	Source  string // the text of the line
	Message string
	Hint    string // the way out

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
	b.WriteString(harmless(e.place()))
	b.WriteString(harmlessLines(e.Message))
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
		b.WriteString(harmlessLines(e.Hint))
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

// harmlessLines is harmless for a text of several lines: what a stage or an error
// is called must not be an order to the terminal either.
func harmlessLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = harmless(line)
	}
	return strings.Join(lines, "\n")
}

// harmless shows control characters as a terminal cannot take them for orders.
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

// At makes an error at a line of a text, pointing at word where it stands there
// as a whole.
func At(text, file string, line int, word, message, hint string) *Error {
	e := &Error{File: file, Line: line, Source: Line(text, line), Message: message, Hint: hint}
	if i := wholeWord(e.Source, word); i >= 0 {
		e.Column, e.Width = i+1, len(word)
	}
	return e
}

// wholeWord finds word where no letter or digit continues it.
func wholeWord(line, word string) int {
	if word == "" {
		return -1
	}
	for from := 0; ; {
		i := strings.Index(line[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		end := i + len(word)
		if (i == 0 || !wordByte(line[i-1]) || !wordByte(word[0])) && (end == len(line) || !wordByte(line[end]) || !wordByte(word[len(word)-1])) {
			return i
		}
		from = i + 1
	}
}

func wordByte(c byte) bool { return isLetter(c) || isDigit(c) }

// position is how Lua begins a message: "file:line: ". Compiled when an error
// is first told.
var position = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(.+?):(\d+): `) })

// FromLua makes an *Error of what a Lua call returned. sources gives the text of
// a chunk by its name.
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
	e.inOwnWords()
	return e
}

// carried finds an *Error inside err: as a cause, or as a value that was raised.
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

// arithmetic is what gopher-lua says of an operator without a meaning.
var arithmetic = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^cannot perform (\w+) operation between (\w+) and (\w+)$`)
})

// indexed is what inOwnWords itself says of an index of nothing.
var indexed = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^attempt to index '(\w+)' \(a \w+ value\) with key '`)
})

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

// operands explains an operator between values that it is not for. Two strings
// beside + or * may be meant as stages.
func (e *Error) operands(operation, left, right string) {
	what := left
	if left == "number" {
		what = right
	}
	e.Message = fmt.Sprintf("attempt to perform arithmetic on a %s value", what)
	switch {
	case operation == "concat":
		if left == "number" || left == "string" {
			left = right
		}
		e.Message = fmt.Sprintf("attempt to concatenate a %s value", left)
	case operation == "add" && (left == "string" || left == "function") && (right == "string" || right == "function"):
		e.Message = fmt.Sprintf("attempt to add a %s and a %s", left, right)
		e.Hint = "stages beside + are written sh\"...\" or proc(fn)"
	case operation == "mul" && (left == "string" || left == "function"):
		e.replicas(what)
	case what == "string":
		e.Hint = "the string is no number"
	}
}

// Foreign tells whether a message with its place is one of gopher-lua's own wording.
func Foreign(text string) bool {
	at := position().FindString(text)
	if at == "" {
		return false
	}
	for _, prefix := range []string{"attempt to index a non-table object(", "attempt to call a non-function object", "cannot perform ", "__len undefined", "__unm undefined"} {
		if strings.HasPrefix(text[len(at):], prefix) {
			return true
		}
	}
	return false
}

// inOwnWords says in Lua's words what gopher-lua says in its own.
func (e *Error) inOwnWords() {
	const call = "attempt to call a non-function object"
	if e.Message == call {
		e.Message = "attempt to call a value that is no function"
	}
	if m := arithmetic().FindStringSubmatch(e.Message); m != nil {
		e.operands(m[1], m[2], m[3])
	} else if strings.HasPrefix(e.Message, "module ") {
		e.Message = strings.TrimSuffix(e.Message, ",")
	} else if e.Message == "__unm undefined" {
		e.Message = "attempt to perform arithmetic on a value that is no number"
	} else if e.Message == "__len undefined" {
		e.Message = "attempt to get length of a value that has none"
		e.Hint = "# is for strings and tables"
	}
	if m := indexed().FindStringSubmatch(e.Message); m != nil { // caught, and raised again
		if i := wholeWord(e.Source, m[1]); i >= 0 {
			e.Column, e.Width = i+1, len(m[1])
		}
		return
	}
	for _, prefix := range []string{"attempt to index a non-table object(nil) with key '", "attempt to index a non-table object("} {
		if !strings.HasPrefix(e.Message, prefix) {
			continue
		}
		key := strings.Trim(e.Message[strings.LastIndexByte(e.Message, ' ')+1:], "'")
		what := "a " + e.Message[len("attempt to index a non-table object("):strings.IndexByte(e.Message, ')')] + " value"
		e.Message = fmt.Sprintf("attempt to index %s with key '%s'", what, key)
		for _, access := range []string{"." + key, ":" + key, "[\"" + key + "\"]"} {
			if i := strings.Index(e.Source, access); i > 0 {
				from := i
				for from > 0 && wordByte(e.Source[from-1]) {
					from--
				}
				if from < i {
					e.Column, e.Width = from+1, i-from
					e.Message = fmt.Sprintf("attempt to index '%s' (%s) with key '%s'", e.Source[from:i], what, key)
				}
				break
			}
		}
		return
	}
}

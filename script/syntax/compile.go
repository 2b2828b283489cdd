// Package syntax compiles weir's Lua, which is Lua 5.1 with | between stages. Its errors show
// the line and the column, in the words that the user wrote.
//
//   - compile.go compiles files; input.go compiles what is entered at a prompt
//   - error.go is the form of all errors, excerpt.go the line that they show; foreign.go knows
//     what other languages write, nearest.go which name was meant
//   - scan.go gives the tokens of a text, and lines.go its lines
//   - instruction.go reads what the compiler has made
//
// Scan is the only reader of Lua's tokens: the prompt paints, completes and saves by it, and
// errors name by it what was left open. It is the compiler's own lexer, which goes on where the
// compiler would stop. That lexer stands in package interp, whose parser takes one token after
// another from it as lparser.c does, and interp cannot import the package that compiles with it.
package syntax

import (
	"errors"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/ipc/luatext"
	"weir/script/interp"
)

// Chunk is a compiled source.
type Chunk struct {
	Name string
	// Origin is what Lua calls the source: "@file", "=name" or the text; "" is "=Name".
	Origin string
	Text   string
	Shown  string // what errors show instead, where Text has more in front of it
	Proto  *lua.FunctionProto
}

// Compile compiles the text of a file, whose first line may be a comment for the kernel,
// execve(2). Its errors are *Error.
func Compile(name, text string) (*Chunk, error) {
	// Editors put a byte order mark in front; columns are counted without it.
	text = strings.TrimPrefix(text, "\ufeff")
	return compile(name, text, withoutProgram(text))
}

// withoutProgram blanks the first line of a file where that names the program which reads it.
func withoutProgram(text string) string {
	if !strings.HasPrefix(text, "#") {
		return text
	}
	first := Line(text, 1)
	return strings.Repeat(" ", len(first)) + text[len(first):]
}

// CompileString compiles a text that is no file.
func CompileString(name, text string) (*Chunk, error) { return compile(name, text, text) }

// Hopeless reports whether a text that may go on is no Lua, however it does.
func Hopeless(text string) bool {
	_, err := interp.Compile(text, "")
	var e *interp.SyntaxError
	return errors.As(err, &e) && e.Kind != interp.Limit && !e.AtEnd && e.Offset+len(e.Near) < len(text)
}

func compile(name, text, source string) (*Chunk, error) {
	proto, err := interp.Compile(source, name)
	var e *interp.SyntaxError
	if errors.As(err, &e) {
		return nil, compileError(name, text, e)
	}
	return &Chunk{Name: name, Text: text, Proto: proto}, nil
}

// compileError is an error of the compiler's in the words that the user wrote.
func compileError(name, text string, from *interp.SyntaxError) error {
	e := syntaxError(name, text, from)
	e.Lua = from.Error()
	return e
}

func syntaxError(name, text string, from *interp.SyntaxError) *Error {
	line, column := lineColumn(text, from.Offset)
	e := &Error{File: name, Line: line, Column: column, Source: Line(text, line), Width: max(len(from.Near), 1)}
	switch {
	case from.Kind == interp.Unclosed && from.Message == "unfinished string":
		e.Message, e.Width = "this string is not closed on its line", 0
		e.Hint = "close it, or write [[...]] for several lines"
		e.incomplete = from.Offset+len(from.Near) == len(text) && escapes(text)
		return e
	case from.Kind == interp.Unclosed || from.AtEnd:
		return endError(name, text, from)
	case from.Message == "malformed number":
		e.Message = "malformed number " + shown(from.Near)
		if strings.Contains(from.Near, "..") {
			e.Hint = "for i = 1, 9 counts; .. joins strings, and needs a blank between itself and a number"
		}
		return e
	case doubleBar(text, from.Offset) >= 0:
		e.Column += doubleBar(text, from.Offset) - from.Offset
		e.Width, e.Message, e.Hint = 2, "|| is not Lua", "write `or` between values, | between stages"
		return e
	case !unexpected(from):
		e.Message = from.Message
	case from.Near == "|":
		e.Message, e.Hint = "unexpected |", "| joins two stages: write one on each side of it"
		if isExpression(e.Source) {
			e.Hint = noStatement
		}
		return e
	case strings.HasSuffix(strings.TrimRight(text[:from.Offset], " \t\r\n"), "|"):
		e.Message = fmt.Sprintf("| needs a stage on its right, not %s", shown(from.Near))
	default:
		e.Message = "unexpected " + shown(from.Near)
		if from.Near == ":" && stringMethod(e.Source, column) {
			e.Hint = "a method of a stage needs sh before the string: sh\"...\":name()"
		} else if isExpression(e.Source) && strings.ContainsAny(BlankStrings(e.Source), "<>") {
			e.Hint = NoRedirection
		} else if isExpression(e.Source) {
			e.Hint = noStatement
		}
	}
	if e.Hint == "" && interp.IsKeyword(from.Near) && behindDot(e.Source, e.Column) {
		e.Hint = fmt.Sprintf("%s is a keyword of Lua's: the field of that name is [%s], without the dot",
			from.Near, luatext.Quote(from.Near))
	}
	if e.Hint == "" && from.Kind == interp.Unexpected {
		explainForeign(e, isForeign(from.Near))
	}
	return e
}

// unexpected reports whether an error is about a token that cannot stand where it does.
func unexpected(e *interp.SyntaxError) bool {
	expected := strings.HasSuffix(e.Message, "expected") || strings.Contains(e.Message, "expected (to close")
	return e.Kind == interp.Unexpected &&
		(expected || e.Message == "unexpected symbol" || e.Message == "syntax error")
}

// isForeign reports whether a token is a byte that no Lua has outside of strings.
func isForeign(token string) bool {
	return len(token) == 1 && !wordByte(token[0]) && strings.IndexByte("+-*/%^#=<>(){}[];:,.\"'", token[0]) < 0
}

// doubleBar gives the place of the || that an error at a place is about, or -1.
func doubleBar(text string, at int) int {
	for _, from := range []int{at - 1, at} {
		if from >= 0 && strings.HasPrefix(text[from:], "||") {
			return from
		}
	}
	return -1
}

const noStatement = "a value alone is no statement: run(a | b) runs a topology, print(x) shows a value"

// NoRedirection is the hint for a value alone with < or > behind it, or a topology that is compared with a
// string.
const NoRedirection = `< and > compare: run("a" | file("x", "w")) writes a file, run(file"x" | "a") reads one`

// isExpression reports whether a line is an expression.
func isExpression(line string) bool {
	_, err := interp.Compile(returning+line, "")
	return err == nil && strings.TrimSpace(line) != ""
}

// behindDot reports whether a dot stands before a column, so that a field's name must follow.
func behindDot(source string, column int) bool {
	before := strings.TrimRight(source[:min(max(column-1, 0), len(source))], " \t")
	return strings.HasSuffix(before, ".") && !strings.HasSuffix(before, "..")
}

// stringMethod reports whether a : stands behind a string, which needs brackets around it in Lua.
func stringMethod(line string, column int) bool {
	before := strings.TrimRight(line[:max(min(column-1, len(line)), 0)], " \t")
	return strings.HasSuffix(before, `"`) || strings.HasSuffix(before, `'`) || strings.HasSuffix(before, `]]`)
}

// escapes reports whether a text ends with a backslash that is not escaped itself.
func escapes(text string) bool { return (len(text)-len(strings.TrimRight(text, "\\")))%2 == 1 }

func shown(token string) string {
	if token == "" {
		return "end of line"
	}
	if i := strings.IndexAny(token, "\r\n"); i >= 0 {
		token = token[:i] + "..."
	}
	if strings.IndexByte("\"'", token[0]) >= 0 {
		return harmless(token)
	}
	return "'" + harmless(token) + "'"
}

// endError is about what the end of the source leaves open.
func endError(name, text string, from *interp.SyntaxError) *Error {
	last := lineCount(text)
	e := &Error{File: name, Line: last, Source: Line(text, last), incomplete: true}
	e.Column = len(e.Source) + 1
	e.Message = "the source ends too early"
	end, open := endOf(withoutProgram(text))
	if end.Text == "|" {
		e.Line, e.Column = lineColumn(text, end.Start)
		e.Source, e.Width = Line(text, e.Line), 1
		e.Message = "| needs a stage on its right, but the source ends here"
		return e
	}
	if from.Kind == interp.Unclosed {
		open = append(open, Token{Start: from.Offset, Text: "[["})
	}
	if n := len(open); n > 0 {
		line, _ := lineColumn(text, open[n-1].Start)
		word := open[n-1].Text
		e.Message = fmt.Sprintf("the source ends, but `%s` at line %d is not closed by %s", word, line, closes(word))
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

// Incomplete reports whether more input could make the source whole.
func Incomplete(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.incomplete
}

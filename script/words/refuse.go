package words

import (
	"errors"
	"fmt"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// shell is what every refusal names as the way to a real shell.
const shell = `cmd("bash", "-c", ...)`

func (r *reading) errorAt(col, width int, message, hint string) *Error {
	n := len(r.line)
	col = max(min(col, n-1), 0)
	width = max(min(width, n-col), min(1, n))
	return &Error{Col: col, Width: width, Message: message, Hint: hint}
}

func (r *reading) fault(n syntax.Node, message, hint string) *Error {
	col := r.col(n.Pos().Offset())
	return r.errorAt(col, r.col(n.End().Offset())-col, message, hint)
}

// refuse says that a construct needs a shell.
func (r *reading) refuse(n syntax.Node, what, way string) *Error {
	col := r.col(n.Pos().Offset())
	return r.refuseAt(col, r.col(n.End().Offset())-col, what, way)
}

func (r *reading) refuseAt(col, width int, what, way string) *Error {
	return r.errorAt(col, width, what+" is not part of a line of words", wayOr(way))
}

func wayOr(way string) string {
	if way == "" {
		return "a shell does it: " + shell
	}
	return way + "; or leave it to a shell: " + shell
}

func (r *reading) severalCommands(first, second *syntax.Stmt) *Error {
	if err := r.modifiers(first); err != nil {
		return err.(*Error)
	}
	from := r.col(first.End().Offset())
	if i := strings.IndexByte(r.line[from:max(from, r.col(second.Pos().Offset()))], '\n'); i >= 0 {
		from += i
	}
	return r.refuseAt(from, 1, "a newline between two commands", `run them one after the other: run(sh"a") run(sh"b")`)
}

// modifiers refuses what may stand around a statement.
func (r *reading) modifiers(s *syntax.Stmt) error {
	switch {
	case s.Negated:
		return r.refuseAt(r.col(s.Position.Offset()), 1, "!", `ask the result: not run(t, {check=false}).ok`)
	case s.Background, s.Coprocess, s.Disown:
		return r.refuseAt(r.col(s.Semicolon.Offset()), 1, "&", `start(sh"...") runs it in the background and gives a job`)
	case s.Semicolon.IsValid():
		return r.refuseAt(r.col(s.Semicolon.Offset()), 1, ";", `run them one after the other: run(sh"a") run(sh"b")`)
	}
	return nil
}

func (r *reading) notAPipe(b *syntax.BinaryCmd) *Error {
	return r.refuseAt(r.col(b.OpPos.Offset()), 2, b.Op.String(), listWay)
}

const listWay = `use Lua: if run(sh"a", {check=false}).ok then run(sh"b") end`

func (r *reading) nothingToRun(s *syntax.Stmt, call *syntax.CallExpr) *Error {
	if call != nil && len(call.Assigns) > 0 {
		return r.refuse(call.Assigns[0], "an assignment without a command",
			`keep the value in a Lua variable, or give it to the stage: :env{NAME="value"}`)
	}
	return r.fault(s, "a redirection without a command",
		`name a program: sh"cat >out", or join stages with file("out", "w")`)
}

// compound refuses every command that is not a program with its words.
func (r *reading) compound(c syntax.Command) *Error {
	at := func(what, way string) *Error {
		opening, _, _ := strings.Cut(strings.TrimSuffix(what, "...)"), " ")
		return r.refuseAt(r.col(c.Pos().Offset()), len(strings.TrimSuffix(opening, "...}")), what, way)
	}
	switch c := c.(type) {
	case *syntax.IfClause:
		return at("if", keywordWay("if"))
	case *syntax.WhileClause:
		if c.Until {
			return at("until", keywordWay("until"))
		}
		return at("while", keywordWay("while"))
	case *syntax.ForClause:
		if c.Select {
			return at("select", keywordWay("select"))
		}
		return at("for", keywordWay("for"))
	case *syntax.CaseClause:
		return at("case", keywordWay("case"))
	case *syntax.FuncDecl:
		return r.refuse(c, "a shell function", "write a Lua function; beside | it is a stage")
	case *syntax.Subshell:
		return at("(...)", "join stages with a + b, or give names to parts of the topology")
	case *syntax.Block:
		return at("{...}", "join stages with a + b, or give names to parts of the topology")
	case *syntax.TestClause:
		return at("[[ ]]", "test in Lua, or run the program test")
	case *syntax.ArithmCmd:
		return at("(( ))", "calculate in Lua")
	case *syntax.TimeClause:
		return at("time", keywordWay("time"))
	case *syntax.CoprocClause:
		return at("coproc", keywordWay("coproc"))
	case *syntax.LetClause:
		return at("let", "calculate in Lua")
	case *syntax.DeclClause:
		way, _ := builtinWay(c.Variant.Value)
		return r.refuse(c.Variant, c.Variant.Value+" changes the shell that runs it, and", way)
	}
	return r.refuse(c, "this construct", "")
}

// keyword reports whether bash reads name as a word of its grammar.
func keyword(name string) bool {
	switch name {
	case "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac",
		"function", "select", "time", "coproc", "let":
		return true
	}
	return false
}

func keywordWay(name string) string {
	switch name {
	case "time":
		return "a result tells it: .elapsed, and .user and .sys of each stage"
	case "coproc":
		return `start(sh"...") gives a job`
	case "function":
		return "write a Lua function; beside | it is a stage"
	case "case":
		return "choose in Lua: if x == \"a\" then ..."
	case "let":
		return "calculate in Lua"
	}
	return "write it in Lua, around run(...)"
}

// syntaxError says in weir's words what the parser found.
func (r *reading) syntaxError(err error) *Error {
	var le syntax.LangError
	if errors.As(err, &le) {
		return r.refuseAt(r.col(le.Pos.Offset()), 1, le.Feature, "")
	}
	var pe syntax.ParseError
	if !errors.As(err, &pe) {
		return r.errorAt(0, len(r.line), err.Error(), wayOr(""))
	}
	col := r.col(pe.Pos.Offset())
	rest := r.line[min(col, len(r.line)):]
	if strings.HasPrefix(pe.Text, "unclosed here-document") {
		return r.errorAt(col+max(0, strings.Index(rest, "<<")), 2, "the here-document is never ended",
			"end it with a line that holds its delimiter alone, or write text\"...\" | in front of the line")
	}
	if strings.HasPrefix(pe.Text, "reached ") {
		if e := r.unclosed(col, rest); e != nil {
			return e
		}
	}
	if e := r.shellGrammar(pe, col, rest); e != nil {
		return e
	}
	if e := r.misplaced(pe, col, rest); e != nil {
		return e
	}
	return r.errorAt(col, 1, strings.ReplaceAll(pe.Text, "`", "'"), wayOr(""))
}

// unclosed tells of what begins at col and has no end.
func (r *reading) unclosed(col int, rest string) *Error {
	starts := func(s string) bool { return strings.HasPrefix(rest, s) }
	switch {
	case starts("`"), starts("$(") && !starts("$(("):
		return r.refuseAt(col, 2, "command substitution", substWay)
	case starts("<("), starts(">("):
		return r.refuseAt(col, 2, "process substitution", "")
	case starts("$'"), starts(`$"`), starts("'"), starts(`"`):
		quoted := strings.TrimPrefix(rest, "$")
		q := quoted[:1]
		return r.errorAt(col, 1+len(rest)-len(quoted), fmt.Sprintf("the quote %s is never closed", q),
			fmt.Sprintf("end it with another %s, or write \\%s where the character itself is meant", q, q))
	case starts("${"):
		return r.errorAt(col, 2, "${ is never closed", "end it with }")
	case starts("$(("):
		return r.errorAt(col, 3, "$(( is never closed", "end it with ))")
	}
	return nil
}

// shellGrammar refuses functions, keywords, arrays and groups that are not
// whole, so that the parser made no node of them.
func (r *reading) shellGrammar(pe syntax.ParseError, col int, rest string) *Error {
	first := firstWord(r.line)
	at := strings.Index(r.line, first)
	switch {
	case strings.HasSuffix(first, "()"):
		return r.refuseAt(at, len(first), "a shell function", "write a Lua function; beside | it is a stage")
	case keyword(first):
		return r.refuseAt(at, len(first), first, keywordWay(first))
	case strings.Contains(pe.Text, "cannot be arrays"):
		return r.refuseAt(col, 1, "an array", "a Lua table holds several values")
	case strings.HasPrefix(pe.Text, "`foo(`") && strings.Contains(rest, "("):
		return r.refuseAt(col+strings.Index(rest, "("), 1, "(", quoteWay("("))
	}
	return nil
}

// misplaced tells of an operator where none can stand.
func (r *reading) misplaced(pe syntax.ParseError, col int, rest string) *Error {
	starts := func(s string) bool { return strings.HasPrefix(rest, s) }
	incomplete := strings.Contains(pe.Text, "must be followed")
	switch {
	case starts("&&"), starts("||"):
		return r.refuseAt(col, 2, rest[:2], listWay)
	case starts("|") && incomplete:
		return r.errorAt(col, 1, "no command follows |", "name a program after it, or leave the | out")
	case starts("|"):
		return r.errorAt(col, 1, "no command stands before |", "name a program in front of it, or leave the | out")
	case starts(";"):
		return r.refuseAt(col, 1, ";", `run them one after the other: run(sh"a") run(sh"b")`)
	case starts("&") && !starts("&>"):
		return r.refuseAt(col, 1, "&", `start(sh"...") runs it in the background and gives a job`)
	case starts("("), starts(")"), starts("{"), starts("}"):
		return r.refuseAt(col, 1, rest[:1], quoteWay(rest[:1]))
	case starts("!"):
		return r.refuseAt(col, 1, "!", "ask the result: not run(t, {check=false}).ok")
	case incomplete && (starts("<") || starts(">")):
		return r.errorAt(col, 1, "no file is named after "+rest[:1], "write the file's name after it")
	}
	return nil
}

const substWay = `capture it in Lua, sh"...":text(), and join the words with cmd(...)`

func quoteWay(c string) string { return "quote it where the character itself is meant: '" + c + "'" }

func firstWord(line string) string {
	if f := strings.Fields(line); len(f) > 0 {
		return f[0]
	}
	return ""
}

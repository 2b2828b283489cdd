package repl

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/config"
	"weir/repl/input"
	"weir/script"
	"weir/script/syntax"
	"weir/script/travel"
)

// scriptForm is how a session's inputs become statements of a script.
type scriptForm struct {
	last   bool   // an input reads _
	config bool   // an input reads config
	first  string // the folder that the session began in; empty if it never left it
}

// callsHelp finds calls of help.
var callsHelp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^help[ \t]*[("'\[]`) })

// uses reports whether a text has one of some words, outside strings and comments.
func uses(text string, words ...string) bool {
	return slices.ContainsFunc(syntax.Scan(text), func(t syntax.Token) bool { return slices.Contains(words, t.Text) })
}

// usesFiles reports whether an input may open files by relative paths. The stages of a topology
// that ran need no such care: dir says where they run.
func usesFiles(in record) bool {
	return uses(in.text, "io", "file", "dofile", "loadfile") ||
		len(in.ran) == 0 && uses(in.text, "run", "start", "watch", "text", "lines", "listen", "os", "fifo")
}

// endsInComment reports whether a bracket that is put behind a text may be in a comment.
func endsInComment(text string) bool {
	tokens := syntax.Scan(text)
	return len(tokens) > 0 && tokens[len(tokens)-1].Kind == syntax.Comment
}

// input writes an input as a statement. The reason is empty if it does there what it did.
func (f scriptForm) input(in record) (string, reason) {
	if strings.HasPrefix(in.text, " ") { // the history leaves it out, too
		return "", blankInFront
	}
	text := strings.TrimSpace(in.text)
	if _, asks := input.Question(text); asks || callsHelp().MatchString(text) && compiles("return "+text) {
		return "", forPrompt
	}
	if rest, ok := input.Colon(text); ok {
		return f.command(in, rest)
	}
	switch {
	case in.err != nil:
		return text, failed
	case input.IsShell(text):
		return f.shell(in, text)
	case !f.config && onlySetsConfig(text):
		return "", setsConfig
	}
	return f.lua(in, text)
}

// command writes :load, and no other command.
func (f scriptForm) command(in record, text string) (string, reason) {
	name, file, _ := strings.Cut(text, " ")
	if c, err := input.CommandNamed(name); err != nil || c.Name != "load" || strings.TrimSpace(file) == "" {
		return "", forPrompt
	}
	path := input.Path(strings.TrimSpace(file))
	if f.first != "" && !filepath.IsAbs(path) {
		path = filepath.Join(f.folder(in), path)
	}
	path = "dofile(" + script.Quote(path) + ")"
	if in.err != nil {
		return path, failed
	}
	return path, ""
}

func (f scriptForm) shell(in record, text string) (string, reason) {
	line := strings.TrimSpace(strings.TrimPrefix(text, "$"))
	switch word, _, _ := strings.Cut(line, " "); word {
	case "":
		return "", forPrompt
	case "cd":
		return "$ " + line, isCD
	}
	return f.assign() + "run(sh" + script.Quote(line) + f.dir(in) + ")", ""
}

// assign is what stands in front of a run whose result a later input reads as _.
func (f scriptForm) assign() string {
	if f.last {
		return "_ = "
	}
	return ""
}

// folder is the one in which an input ran.
func (f scriptForm) folder(in record) string {
	if in.folder != "" {
		return in.folder
	}
	return f.first
}

// dir is the method that sets the folder of a run. A script cannot change its own, so each run needs
// it in a session that has changed its folder.
func (f scriptForm) dir(in record) string {
	if f.first == "" {
		return ""
	}
	return ":dir(" + script.Quote(f.folder(in)) + ")"
}

// lua writes an input of Lua's: it prints what the prompt shows, runs what the prompt runs, and keeps
// local what was local. If that does not compile, because of a return in it, the input becomes the
// body of a function.
func (f scriptForm) lua(in record, text string) (string, reason) {
	expression := strings.TrimPrefix(strings.TrimPrefix(text, "\ufeff"), "=")
	chunk, err := syntax.CompileInput("", text)
	if err != nil {
		return text, inNoScript
	}
	plain, body := strings.TrimSpace(expression), "return "+expression
	statements := !compiles(body)
	if statements {
		plain, body = text, text
	}
	if endsInComment(plain) {
		plain += "\n"
	}
	forms := []string{plain, "(function(...)\n" + body + "\nend)(...)"}
	if statements && (in.values > 0 || returns(chunk)) {
		forms = forms[1:]
	}
	for _, value := range forms {
		if written := f.statement(in, value, chunk); compiles(written) {
			why := reason("")
			if in.folder != "" && usesFiles(in) {
				why = otherFolder
			}
			return strings.TrimSuffix(written, "\n"), why
		}
	}
	return text, inNoScript
}

// statement writes a value, or statements, as a statement.
func (f scriptForm) statement(in record, value string, chunk *syntax.Chunk) string {
	switch {
	case len(in.ran) > 0:
		return f.assign() + "run(" + f.topologies(in, value) + ")"
	case in.values == 0 && strings.HasPrefix(value, "(function(...)"):
		return "do local input = " + strings.TrimSuffix(value[1:], ")(...)") + " input(...) end"
	case in.values == 0 && needsBlock(value, chunk):
		return "do\n" + value + "\nend"
	case in.values == 0:
		return value
	case f.last && in.values == 1 && !in.none:
		return "_ = " + value + "\nprint(_)"
	case f.last && !in.none:
		return "_ = (function(first, ...) print(first, ...) return first end)(" + value + ")"
	}
	return "print(" + value + ")"
}

// topologies picks those that ran from the values of an input.
func (f scriptForm) topologies(in record, value string) string {
	dir := f.dir(in)
	switch {
	case dir == "" && len(in.ran) == in.values:
		return value
	case in.values == 1:
		return "(" + value + ")" + dir
	}
	var names, picked []string
	for i := range in.values {
		names = append(names, fmt.Sprintf("v%d", i+1))
		if slices.Contains(in.ran, i+1) {
			picked = append(picked, names[i]+dir)
		}
	}
	function := "(function(" + strings.Join(names, ", ") + ") return " + strings.Join(picked, ", ") + " end)"
	return function + "(" + value + ")"
}

// compiles reports whether a text can stand in a script behind its first line, where # is no comment.
func compiles(text string) bool {
	_, err := syntax.Compile("", "\n"+text)
	return err == nil
}

// needsBlock reports whether statements must stand in a block of their own. Locals and labels end
// with it, and a bracket at its start is no call of what stands in front of it.
func needsBlock(text string, chunk *syntax.Chunk) bool {
	return strings.HasPrefix(text, "(") || uses(text, "::") || uses(text, "local") && len(chunk.Proto.DbgLocals) > 0
}

// returns reports whether a chunk has a return beside the one at its end.
func returns(chunk *syntax.Chunk) bool {
	n := 0
	for _, instruction := range chunk.Proto.Code {
		if syntax.Operation(instruction) == lua.OP_RETURN {
			n++
		}
	}
	return n > 1
}

// onlySetsConfig reports whether an input does nothing but set config, or fields of it.
func onlySetsConfig(text string) bool {
	chunk, err := syntax.Compile("", text)
	if err != nil {
		return false
	}
	sets := false
	for _, instruction := range chunk.Proto.Code {
		switch syntax.Operation(instruction) {
		case lua.OP_GETGLOBAL, lua.OP_SETGLOBAL:
			if syntax.Constant(chunk.Proto, instruction) != lua.LString(config.Global) {
				return false
			}
			sets = true
		case lua.OP_CALL, lua.OP_TAILCALL:
			return false
		}
	}
	return sets
}

// readsConfig reports whether an input does more with config than to set it.
func readsConfig(text string) bool {
	chunk, err := syntax.CompileInput("", text)
	return err == nil && slices.Contains(travel.Names(chunk.Proto), config.Global) && !onlySetsConfig(text)
}

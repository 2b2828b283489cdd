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
	last   bool   // somebody reads _
	config bool   // somebody reads config
	first  string // the folder that the session began in; empty where it never left it
}

// callsHelp finds what a script has no use for.
var callsHelp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^help[ \t]*[("'\[]`) })

// uses reports whether a text has one of some words, outside strings and comments.
func uses(text string, words ...string) bool {
	return slices.ContainsFunc(syntax.Scan(text), func(t syntax.Token) bool { return slices.Contains(words, t.Text) })
}

// usesFiles reports whether an input may open files by paths that begin in the folder. Of a
// topology that ran the stages are told their folder.
func usesFiles(in entered) bool {
	return uses(in.text, "io", "file", "dofile", "loadfile") ||
		len(in.ran) == 0 && uses(in.text, "run", "start", "text", "lines", "listen", "os", "fifo")
}

// endsInComment reports whether what is put behind a text would be in a comment.
func endsInComment(text string) bool {
	tokens := syntax.Scan(text)
	return len(tokens) > 0 && tokens[len(tokens)-1].Kind == syntax.Comment
}

// input writes an input as a statement, and says why the script has less than that.
func (f scriptForm) input(in entered) (string, why) {
	if strings.HasPrefix(in.text, " ") { // as the history has it
		return "", whyBlank
	}
	text := strings.TrimSpace(in.text)
	if _, asks := input.Question(text); asks || callsHelp().MatchString(text) && compiles("return "+text) {
		return "", whyPrompt
	}
	if rest, ok := input.Colon(text); ok {
		return f.command(in, rest)
	}
	switch {
	case in.err != nil:
		return text, whyFailed
	case input.IsShell(text):
		return f.shell(in, text)
	case !f.config && onlySetsConfig(text):
		return "", whyConfig
	}
	return f.lua(in, text)
}

// command writes an input that begins with a colon: of these :load alone.
func (f scriptForm) command(in entered, text string) (string, why) {
	name, file, _ := strings.Cut(text, " ")
	if c, err := input.CommandNamed(name); err != nil || c.Name != "load" || strings.TrimSpace(file) == "" {
		return "", whyPrompt
	}
	path := input.Path(strings.TrimSpace(file))
	if f.first != "" && !filepath.IsAbs(path) {
		path = filepath.Join(f.folder(in), path)
	}
	path = "dofile(" + script.Quote(path) + ")"
	if in.err != nil {
		return path, whyFailed
	}
	return path, ""
}

func (f scriptForm) shell(in entered, text string) (string, why) {
	line := strings.TrimSpace(strings.TrimPrefix(text, "$"))
	switch word, _, _ := strings.Cut(line, " "); word {
	case "":
		return "", whyPrompt
	case "cd":
		return "$ " + line, whyFolder
	}
	return f.keep() + "run(sh" + script.Quote(line) + f.dir(in) + ")", ""
}

// keep is what stands before a run whose result is _.
func (f scriptForm) keep() string {
	if f.last {
		return "_ = "
	}
	return ""
}

func (f scriptForm) folder(in entered) string {
	if in.folder != "" {
		return in.folder
	}
	return f.first
}

// dir tells stages their folder. A script cannot change its own: where the session has
// changed it, each run is told the one that it was in.
func (f scriptForm) dir(in entered) string {
	if f.first == "" {
		return ""
	}
	return ":dir(" + script.Quote(f.folder(in)) + ")"
}

// lua writes an input of Lua's: what the prompt shows is printed, what it runs is run,
// and what is local stays inside. Where the plain form does not compile, as of an input
// with return in it, the input is put into a function.
func (f scriptForm) lua(in entered, text string) (string, why) {
	expression := strings.TrimPrefix(strings.TrimPrefix(text, "\ufeff"), "=")
	chunk, err := syntax.CompileInput("", text)
	if err != nil {
		return text, whyNoText
	}
	plain, body := strings.TrimSpace(expression), "return "+expression
	statements := !compiles(body)
	if statements {
		plain, body = text, text
	}
	if endsInComment(plain) { // it must not take the bracket
		plain += "\n"
	}
	forms := []string{plain, "(function(...)\n" + body + "\nend)(...)"}
	if statements && (in.values > 0 || returns(chunk)) {
		forms = forms[1:]
	}
	for _, value := range forms {
		if written := f.statement(in, value, chunk); compiles(written) {
			reason := why("")
			if in.folder != "" && usesFiles(in) {
				reason = whyElse
			}
			return strings.TrimSuffix(written, "\n"), reason
		}
	}
	return text, whyNoText
}

// statement writes a value, or statements, as a statement.
func (f scriptForm) statement(in entered, value string, chunk *syntax.Chunk) string {
	switch {
	case len(in.ran) > 0:
		return f.keep() + "run(" + f.topologies(in, value) + ")"
	case in.values == 0 && strings.HasPrefix(value, "(function(...)"):
		return "do local input = " + strings.TrimSuffix(value[1:], ")(...)") + " input(...) end"
	case in.values == 0 && inBlock(value, chunk):
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
func (f scriptForm) topologies(in entered, value string) string {
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
	return "(function(" + strings.Join(names, ", ") + ") return " + strings.Join(picked, ", ") + " end)(" + value + ")"
}

// compiles tells whether a text can stand in a script, but not as its first line, which
// may be anything behind #.
func compiles(text string) bool {
	_, err := syntax.Compile("", "\n"+text)
	return err == nil
}

// inBlock tells whether statements must stand in a block of their own: what is local
// ends with it, and so does a label; and a bracket at the start would be a call of what
// stands before it.
func inBlock(text string, chunk *syntax.Chunk) bool {
	return strings.HasPrefix(text, "(") || strings.Contains(text, "::") || strings.Contains(text, "local") && len(chunk.Proto.DbgLocals) > 0
}

// returns tells whether a return stands in a chunk beside the one at its end.
func returns(chunk *syntax.Chunk) bool {
	n := 0
	for _, instruction := range chunk.Proto.Code {
		if syntax.Operation(instruction) == lua.OP_RETURN {
			n++
		}
	}
	return n > 1
}

// onlySetsConfig tells whether an input does nothing but set fields of config, or
// config itself.
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

// readsConfig tells whether an input does more with config than to set it.
func readsConfig(text string) bool {
	chunk, err := syntax.CompileInput("", text)
	return err == nil && slices.Contains(travel.Names(chunk.Proto), config.Global) && !onlySetsConfig(text)
}

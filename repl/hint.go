package repl

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/help"
	"weir/repl/input"
	"weir/runtime"
	"weir/script"
	"weir/script/syntax"
)

// looksLikeShell reports whether an input is what one would type in a shell: one line that
// begins with the name of a program. The name is no variable, and is given no value.
func looksLikeShell(vm *script.VM, text string) bool {
	name, rest := input.FirstWord(text)
	switch {
	case name == "" || strings.Contains(text, "\n") || syntax.IsKeyword(name) || vm.HasGlobal(name):
		return false
	case strings.HasPrefix(rest, "=") || strings.HasPrefix(rest, ","):
		return false
	case name == "cd":
		return true
	}
	_, err := runtime.ThisHost().FindProgram(input.ExpandHome(name))
	return err == nil
}

// addHint adds to the error of an input how a line of shell is written, or how a function is
// called that has words behind it.
func addHint(vm *script.VM, text string, err error) {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return
	}
	if looksLikeShell(vm, text) {
		e.Hint = shellHint(text)
		return
	}
	name, rest := input.FirstWord(text)
	if e.Hint != "" || rest == "" || strings.ContainsRune(`"'([{=,`, rune(rest[0])) {
		return
	}
	e.Hint = callHint(vm, name, vm.Lua().G.Global.RawGetString(name))
	if _, err := runtime.ThisHost().FindProgram(name); err == nil && e.Hint != "" { // sort, head, tee
		e.Hint += "\n" + shellHint(text)
	}
}

// valueHint gives once what to add to a value that an input of one word has shown: the word is
// a program's name, or a function that was not called.
func (p *Prompt) valueHint(text string, values []lua.LValue) string {
	text = strings.TrimSpace(text)
	if len(values) != 1 || p.hinted[text] {
		return ""
	}
	hint := ""
	switch v := values[0].(type) {
	case *lua.LNilType:
		hint = nilHint(p.VM, text)
	case *lua.LFunction:
		hint = callHint(p.VM, text, v)
	case lua.LString:
		hint = stringHint(text, string(v))
	case lua.LBool:
		hint = comparedHint(text)
	}
	if hint != "" {
		if p.hinted == nil {
			p.hinted = map[string]bool{}
		}
		p.hinted[text] = true
	}
	return hint
}

// stringHint says how a literal string that names a program is run.
func stringHint(text, line string) string {
	program, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	if !strings.ContainsRune(`"'`, rune(text[0])) || program == "" || strings.Contains(line, "\n") {
		return ""
	}
	if _, err := runtime.ThisHost().FindProgram(program); err != nil {
		return ""
	}
	return "a string alone is a value: run(" + script.Quote(line) + ") runs it, and so does " + shellInput(line)
}

// comparedHint says how a line of shell goes into a file, where two literal strings were compared.
func comparedHint(text string) string {
	t := syntax.Scan(text)
	compared := len(t) == 3 && (t[1].Text == "<" || t[1].Text == ">")
	if !compared || stringHint(t[0].Text, strings.Trim(t[0].Text, `"'`)) == "" {
		return ""
	}
	return syntax.NoRedirection
}

// nilHint says what to enter in place of a name that is not set.
func nilHint(vm *script.VM, text string) string {
	switch text {
	case "exit", "quit", "logout", "bye":
		return ":quit, or Ctrl-D, ends the session"
	}
	if looksLikeShell(vm, text) {
		return shellHint(text)
	}
	return ""
}

// callHint says how a function of the library's is called.
func callHint(vm *script.VM, name string, fn lua.LValue) string {
	e, ok := help.EntryOf(vm, fn)
	if !ok || e.Name != name || fn.Type() != lua.LTFunction {
		return ""
	}
	return "a call has brackets: " + e.Signature + "; " + name + "? tells more"
}

func shellHint(text string) string { return "a line of shell begins with $: " + shellInput(text) }

func shellInput(text string) string { return "$ " + harmless(strings.TrimSpace(text), false) }

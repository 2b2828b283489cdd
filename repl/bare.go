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

// bareCommand tells whether an input is what one would type in a shell: one line that
// begins with the name of a program, which is no variable and is not given a value.
func (p *Prompt) bareCommand(text string) bool {
	name, rest := input.FirstWord(text)
	switch {
	case name == "" || strings.Contains(text, "\n") || syntax.IsKeyword(name) || p.VM.HasGlobal(name):
		return false
	case strings.HasPrefix(rest, "=") || strings.HasPrefix(rest, ","):
		return false
	case name == "cd":
		return true
	}
	_, err := runtime.FindProgram(input.ExpandHome(name))
	return err == nil
}

// meant has the error of a bare command say how a line of shell is written, and that of
// a function's name with words behind it how a call is.
func (p *Prompt) meant(text string, err error) {
	var e *syntax.Error
	if !errors.As(err, &e) {
		return
	}
	if p.bareCommand(text) {
		e.Hint = shellHint(text)
		return
	}
	name, rest := input.FirstWord(text)
	if e.Hint != "" || rest == "" || strings.ContainsRune(`"'([{=,`, rune(rest[0])) {
		return
	}
	e.Hint = p.callHint(name, p.VM.Lua().G.Global.RawGetString(name))
	if _, err := runtime.FindProgram(name); err == nil && e.Hint != "" { // sort, head, tee
		e.Hint += "\n" + shellHint(text)
	}
}

// aside is what there is to say, once, of a value that was shown for a word alone: a
// program's name that Lua takes for a variable, or a function that was not called.
func (p *Prompt) aside(text string, values []lua.LValue) string {
	text = strings.TrimSpace(text)
	if len(values) != 1 || p.asides[text] {
		return ""
	}
	said := ""
	switch v := values[0].(type) {
	case *lua.LNilType:
		said = p.nothing(text)
	case *lua.LFunction:
		said = p.callHint(text, v)
	case lua.LString:
		said = aloneHint(text, string(v))
	}
	if said != "" {
		if p.asides == nil {
			p.asides = map[string]bool{}
		}
		p.asides[text] = true
	}
	return said
}

// aloneHint tells how a string that names a program is run: it was entered as a literal, alone.
func aloneHint(text, line string) string {
	program, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	if !strings.ContainsRune(`"'`, rune(text[0])) || program == "" || strings.Contains(line, "\n") {
		return ""
	}
	if _, err := runtime.FindProgram(program); err != nil {
		return ""
	}
	return "a string alone is a value: run(" + script.Quote(line) + ") runs it, and so does " + strings.TrimPrefix(shellHint(line), "a line of shell begins with $: ")
}

func (p *Prompt) nothing(text string) string {
	switch text {
	case "exit", "quit", "logout", "bye":
		return ":quit, or Ctrl-D, ends the session"
	}
	if p.bareCommand(text) {
		return shellHint(text)
	}
	return ""
}

// callHint tells how a function of the library's is called.
func (p *Prompt) callHint(name string, fn lua.LValue) string {
	e, ok := help.EntryOf(p.VM, fn)
	if !ok || e.Name != name || fn.Type() != lua.LTFunction {
		return ""
	}
	return "a call has brackets: " + e.Signature + "; " + name + "? tells more"
}

func shellHint(text string) string {
	return "a line of shell begins with $: $ " + harmless(strings.TrimSpace(text), false)
}

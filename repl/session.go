package repl

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"

	"weir/script"
	"weir/script/syntax"
)

// session is what was entered, for :save, :edit and :trace.
type session struct {
	inputs []entered
	ran    bool // the input that is evaluated was a topology, and ran
	shown  bool // it had values, and they were shown
	asked  bool // the input before asked whether to leave the jobs that run
}

// entered is one input.
type entered struct {
	text       string
	ran, shown bool
	err        error
}

// note keeps an input and how it ended.
func (s *session) note(text string, err error) {
	s.inputs = append(s.inputs, entered{text, s.ran, s.shown, err})
	s.ran, s.shown = false, false
}

// joined gives the chain that an input goes on with which begins with |: the input
// before it was typed and entered, and no more can be known by then.
func (s *session) joined(input string) string {
	if n := len(s.inputs); n > 0 && strings.HasPrefix(strings.TrimSpace(input), "|") {
		before := s.inputs[n-1].text
		_, err := syntax.CompileInput("", before+"\n"+input)
		if (err == nil || syntax.Incomplete(err)) && !isShell(before) && !strings.HasPrefix(strings.TrimSpace(before), ":") {
			return before + "\n" + input
		}
	}
	return input
}

// lastText is the last input that was Lua or shell.
func (s *session) lastText() string {
	for i := len(s.inputs) - 1; i >= 0; i-- {
		if _, help := asksForHelp(strings.TrimSpace(s.inputs[i].text)); !help && !strings.HasPrefix(strings.TrimSpace(s.inputs[i].text), ":") {
			return s.inputs[i].text
		}
	}
	return ""
}

// colonSave writes the inputs so that a script does what they did.
func (p *Prompt) colonSave(_ context.Context, arg string) error {
	path := pathOf(arg)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if os.IsExist(err) {
		return fmt.Errorf("save %s: it is there already; take another name, or remove it", harmless(path, false))
	}
	if err == nil {
		_, err = f.WriteString(p.session.script())
		if end := f.Close(); err == nil {
			err = end
		}
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", harmless(path, false), cause(err))
	}
	return p.VM.WriteOut(fmt.Sprintf("%d inputs are in %s: weir run %s\n", len(p.session.inputs), harmless(path, false), harmless(path, false)))
}

// script writes the inputs as a script.
func (s *session) script() string {
	var b strings.Builder
	b.WriteString("-- a session at weir's prompt\n")
	last := false // somebody reads _
	for _, in := range s.inputs {
		last = last || usesLast().MatchString(in.text)
	}
	for _, in := range s.inputs {
		text := in.statement(last)
		switch {
		case text == "":
		case in.err != nil:
			message, _, _ := strings.Cut(harmless(in.err.Error(), true), "\n")
			b.WriteString("-- failed: " + message + "\n-- " + strings.ReplaceAll(text, "\n", "\n-- ") + "\n")
		default:
			b.WriteString(text + "\n")
		}
	}
	return b.String()
}

// usesLast finds _ alone.
var usesLast = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(^|[^\w])_($|[^\w])`) })

// callsHelp finds what a script has no use for.
var callsHelp = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^help[ \t]*[("'\[]`) })

// statement writes an input as a statement of a script: what the prompt shows is
// printed, what it runs is run, and what is local stays inside.
func (in entered) statement(last bool) string {
	text := strings.TrimSpace(in.text)
	if _, help := asksForHelp(text); help || callsHelp().MatchString(text) {
		return ""
	}
	if rest, ok := strings.CutPrefix(text, ":"); ok {
		if file, ok := strings.CutPrefix(rest, "load "); ok {
			return "dofile(" + script.Quote(pathOf(strings.TrimSpace(file))) + ")"
		}
		return ""
	}
	if isShell(text) {
		line := strings.TrimSpace(strings.TrimPrefix(text, "$"))
		if line == "" || strings.HasPrefix(line, "cd ") || line == "cd" {
			return "-- $ " + line
		}
		return "run(sh" + script.Quote(line) + ")"
	}
	text = strings.TrimPrefix(text, "=")
	end := ")"
	if strings.Contains(text, "--") { // a comment must not take the bracket
		end = "\n)"
	}
	_, notExpression := syntax.Compile("", "return "+text)
	switch {
	case notExpression != nil && len(names(text)) > 0:
		return "do\n" + text + "\nend"
	case in.ran && last:
		return "_ = run(" + text + end
	case in.ran:
		return "run(" + text + end
	case in.shown && last:
		return "_ = " + text + "\nprint(_)"
	case in.shown:
		return "print(" + text + end
	}
	return text
}

package repl

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/input"
	"weir/runtime/cells"
	"weir/script"
	"weir/script/syntax"
)

// joined gives the chain that an input goes on with which begins with |, and the input:
// the one before was typed and entered, and no more could be known by then. The error
// says why there is none; then nothing is to run.
func (s *session) joined(typed string) (string, error) {
	if !input.GoesOn(typed) {
		return typed, nil
	}
	before, ok := s.before()
	if !ok {
		return typed, nil // the compiler says what is wrong
	}
	if why := before.noChain(); why != "" {
		text, _, more := strings.Cut(strings.TrimSpace(before.text), "\n")
		if more {
			text += " ..."
		}
		return typed, fmt.Errorf("there is no chain to go on with: the input before, %s, %s", cells.Cut(harmless(text, false), 40), why)
	}
	chain := before.text + "\n" + typed
	if _, err := syntax.CompileInput("", chain); err != nil && !syntax.Incomplete(err) {
		return typed, nil
	}
	return chain, nil
}

// before is the input that one which begins with | goes on with. Those for the prompt
// alone do not come between, nor do such that were refused before anything was started.
func (s *session) before() (entered, bool) {
	for _, in := range slices.Backward(s.inputs) {
		text := strings.TrimSpace(in.text)
		if !input.ForPrompt(text) && !callsHelp().MatchString(text) && !(in.goesOn && in.refused()) {
			return in, true
		}
	}
	return entered{}, false
}

// refused tells whether an input ended before anything was started.
func (in entered) refused() bool {
	var failure *script.Failure
	return in.err != nil && !errors.As(in.err, &failure)
}

// noChain says why an input is no chain that can go on. What is no topology must not be
// evaluated again, unless that does nothing.
func (in entered) noChain() string {
	switch {
	case input.IsShell(in.text):
		return "is a line of shell"
	case in.refused():
		return "failed"
	case len(in.ran) == 0 && !(in.stage && !calls(in.text)), !in.takesMore():
		return "is no topology"
	}
	return ""
}

// takesMore tells whether a | can stand behind an input.
func (in entered) takesMore() bool {
	_, err := syntax.CompileInput("", in.text+"\n| x")
	return err == nil
}

// calls tells whether an input calls something when it is evaluated.
func calls(text string) bool {
	chunk, err := syntax.CompileInput("", text)
	return err != nil || slices.ContainsFunc(chunk.Proto.Code, func(instruction uint32) bool {
		op := syntax.Operation(instruction)
		return op == lua.OP_CALL || op == lua.OP_TAILCALL
	})
}

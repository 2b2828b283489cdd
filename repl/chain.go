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

// withChain puts the chain before an input in front of it if the input begins with |: the chain was entered
// before anybody could know that it goes on. The error says why there is none, and then nothing may run.
func (s *session) withChain(typed string) (string, error) {
	if !input.GoesOn(typed) {
		return typed, nil
	}
	before, ok := s.inputBefore()
	if !ok {
		return typed, nil // the compiler says what is wrong
	}
	if why := before.whyNoChain(); why != "" {
		text, _, more := strings.Cut(strings.TrimSpace(before.text), "\n")
		if more {
			text += " ..."
		}
		text = cells.Cut(harmless(text, false), 40)
		return typed, fmt.Errorf("there is no chain to go on with: the input before, %s, %s", text, why)
	}
	chain := before.text + "\n" + typed
	if _, err := syntax.CompileInput("", chain); err != nil && !syntax.Incomplete(err) {
		return typed, nil
	}
	return chain, nil
}

// inputBefore is the input that one with | in front goes on with. It passes over questions and
// commands, and over such inputs as were refused themselves.
func (s *session) inputBefore() (record, bool) {
	for _, in := range slices.Backward(s.inputs) {
		text := strings.TrimSpace(in.text)
		if !input.ForPrompt(text) && !callsHelp().MatchString(text) && !(in.goesOn && in.refused()) {
			return in, true
		}
	}
	return record{}, false
}

// refused reports whether an input ended before anything was started.
func (in record) refused() bool {
	var failure *script.Failure
	return in.err != nil && !errors.As(in.err, &failure)
}

// whyNoChain says why an input is no chain that can go on; it is empty for a chain. What is no
// topology must not be evaluated again, unless that does nothing.
func (in record) whyNoChain() string {
	switch {
	case input.IsShell(in.text):
		return "is a line of shell"
	case in.refused():
		return "failed"
	case len(in.ran) == 0 && !(in.stage && !hasCall(in.text)), !in.takesBar():
		return "is no topology"
	}
	return ""
}

// takesBar reports whether a | can stand behind an input.
func (in record) takesBar() bool {
	_, err := syntax.CompileInput("", in.text+"\n| x")
	return err == nil
}

// hasCall reports whether an input calls something when it is evaluated.
func hasCall(text string) bool {
	chunk, err := syntax.CompileInput("", text)
	return err != nil || slices.ContainsFunc(chunk.Proto.Code, func(instruction uint32) bool {
		op := syntax.Operation(instruction)
		return op == lua.OP_CALL || op == lua.OP_TAILCALL
	})
}

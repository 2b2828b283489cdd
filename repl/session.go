package repl

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/repl/input"
	"weir/script/syntax"
)

// session is what was entered, for :save, :edit and :trace.
type session struct {
	inputs []entered
	now    entered // the input that is evaluated, as far as is known of it
	first  string  // the folder that the session began in; empty where it never left it
	folder string  // the folder that it is in; empty where that is the first
	asked  bool    // the input before asked whether to leave the jobs that run
}

// entered is one input.
type entered struct {
	text   string
	values int    // so many the input gave
	ran    []int  // which of them were topologies, and ran; the others were not shown
	none   bool   // the first of them was nil
	stage  bool   // the one value was a string or a function, which | makes a stage
	goesOn bool   // it was typed as one that begins with |
	folder string // in which it ran; empty for the session's first
	err    error
}

// gave keeps what an input gave, and which of it was run.
func (s *session) gave(values []lua.LValue, ran []int) {
	s.now.values, s.now.ran = len(values), ran
	s.now.none = len(values) > 0 && values[0] == lua.LNil
	s.now.stage = len(values) == 1 && (values[0].Type() == lua.LTString || values[0].Type() == lua.LTFunction)
}

// moved keeps the folder that the session has gone to.
func (s *session) moved(from, to string) {
	if s.first == "" {
		s.first = from
	}
	s.folder = to
	if to == s.first {
		s.folder = ""
	}
}

// note keeps an input and how it ended.
func (s *session) note(text string, err error) {
	in := s.now
	in.text, in.folder, in.err = text, s.folder, err
	s.inputs, s.now = append(s.inputs, in), entered{}
}

// lastText is the last input that was Lua or shell.
func (s *session) lastText() string {
	for _, in := range slices.Backward(s.inputs) {
		if !input.ForPrompt(in.text) {
			return in.text
		}
	}
	return ""
}

// rest tells that what stands in the last input behind a run that Ctrl-Z has stopped
// is not done any more.
func (s *session) rest() string {
	if len(s.inputs) == 0 {
		return ""
	}
	text := strings.TrimSpace(s.inputs[len(s.inputs)-1].text)
	if input.IsShell(text) || strings.HasPrefix(text, ":time ") {
		return ""
	}
	if _, err := syntax.Compile("", "return "+strings.TrimPrefix(text, "=")); err == nil {
		return ""
	}
	return "\nthe rest of the input is given up"
}

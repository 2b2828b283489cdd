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
	inputs  []record
	now     record // of the input that is evaluated, as far as it is known
	first   string // the folder that the session began in; empty if it never left it
	folder  string // the folder that it is in; empty if that is the first
	warned  bool   // the input before warned of the jobs that its end would stop
	warning bool   // this one does
}

// record is one input and what came of it.
type record struct {
	text   string
	values int    // how many the input gave
	ran    []int  // which of them were topologies and ran, from 1; the others were not shown
	none   bool   // the first of them was nil
	stage  bool   // the only value was a string or a function, which | makes a stage
	goesOn bool   // it was typed with | in front
	folder string // in which it ran; empty for the session's first
	err    error
}

// setValues notes what the input gave, and which of it ran.
func (s *session) setValues(values []lua.LValue, ran []int) {
	s.now.values, s.now.ran = len(values), ran
	s.now.none = len(values) > 0 && values[0] == lua.LNil
	s.now.stage = len(values) == 1 && (values[0].Type() == lua.LTString || values[0].Type() == lua.LTFunction)
}

// setFolder notes the folder that the session has gone to.
func (s *session) setFolder(from, to string) {
	if s.first == "" {
		s.first = from
	}
	s.folder = to
	if to == s.first {
		s.folder = ""
	}
}

// add records an input and how it ended.
func (s *session) add(text string, err error) {
	in := s.now
	in.text, in.folder, in.err = text, s.folder, err
	s.inputs, s.now = append(s.inputs, in), record{}
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

// droppedRest says that Ctrl-Z, which stopped a run, ended the last input before what stands
// behind that run. It is empty if nothing does.
func (s *session) droppedRest() string {
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

package script

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"weir/runtime/plan"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/scarce"
)

// problem is an error of the script's, while it is on its way through Lua. To
// the script it is a string, "file:line: message", or a failedRun; at the top it
// becomes a *syntax.Error.
type problem struct {
	at      origin
	word    string // what the caret points at, where the line has it
	column  int    // of the caret inside word, from 0,
	width   int    // where this is not 0
	exact   int    // the caret's column in its line, from 1, where that is known
	message string
	hint    string
	why     string      // how the run ended that failed: a Why of the runtime's
	raised  string      // what Lua was given, by which recall knows it again
	trace   string      // the calls in the stage that it comes from, where it is a stage's
	result  *lua.LTable // of the run that failed
}

func (p *problem) Error() string {
	text := p.message
	if p.hint != "" {
		text += "; " + p.hint
	}
	if p.at.chunk != "" {
		text = p.at.String() + ": " + text
	}
	return text
}

// problemf makes a problem at o.
func problemf(o origin, format string, args ...any) *problem {
	p := &problem{at: o, message: saying(format, args)}
	for _, a := range args {
		if err, ok := a.(error); ok {
			p.lacking(err)
		}
	}
	return p
}

// lacking adds the way out where an error says that the system has no more of
// something, and has not named it.
func (p *problem) lacking(err error) {
	if way := scarce.Way(err); way != "" && p.hint == "" && !strings.Contains(p.message, way) {
		p.hint = way
	}
}

// saying writes a message. What it quotes is cut where it is long; a message that is all
// somebody else's stays whole.
func saying(format string, args []any) string {
	if format == "%s" || format == "%v" {
		return fmt.Sprintf(format, args...)
	}
	short := make([]any, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case string:
			short[i] = cut(v, quotedBytes)
		case error:
			short[i] = cut(v.Error(), causeBytes)
		default:
			short[i] = a
		}
	}
	return fmt.Sprintf(format, short...)
}

// How much of what a script has written a message shows, of an error in it, and of a word
// without a blank in a message that another room has made; all in bytes.
const (
	quotedBytes = 160
	causeBytes  = 400
	wordBytes   = 160
	keptBytes   = 60 // of what is longer
)

// cut is the beginning of a text that is longer than limit.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	n := keptBytes
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// cutWords cuts the words of a text that are long.
func cutWords(s string) string {
	if len(s) <= wordBytes {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		if short := cut(w, wordBytes); short != w {
			words[i] = short + w[len(strings.TrimRight(w, `":;,)'`)):]
		}
	}
	return strings.Join(words, " ")
}

// hinted adds the way out.
func (p *problem) hinted(format string, args ...any) *problem {
	p.hint = saying(format, args)
	return p
}

// pointing sets what the caret points at.
func (p *problem) pointing(word string) *problem {
	p.word = word
	return p
}

// raise raises err in Lua. It does not return. An error that has no place gets
// the one that is running.
func (vm *VM) raise(L *lua.LState, err error) {
	var p *problem
	if !errors.As(err, &p) {
		p = problemf(whereIs(L), "%s", err)
	} else if p.at.chunk == "" {
		p.at = whereIs(L)
	}
	vm.raiseAs(L, p, p.Error())
}

// raiseAs raises text and keeps the problem for whoever shows it.
func (vm *VM) raiseAs(L *lua.LState, p *problem, text string) {
	p.raised = text
	vm.remember(p)
	defer func() {
		r := recover()
		if e, ok := r.(*lua.ApiError); ok {
			e.Cause = p
		}
		panic(r)
	}()
	L.Error(vm.errorValue(p, text), 0)
}

// raisef raises an error at the line that is running, with the caret at word.
func (vm *VM) raisef(L *lua.LState, word, format string, args ...any) {
	vm.raise(L, problemf(whereIs(L), format, args...).pointing(word))
}

const remembered = 8

// remember keeps the last problems: pcall, coroutines and error(e, 0) pass on a
// string only, and what is known beside it would be lost.
func (vm *VM) remember(p *problem) {
	if len(vm.problems) == remembered {
		vm.problems = append(vm.problems[:0], vm.problems[1:]...)
	}
	vm.problems = append(vm.problems, p)
}

// recall finds the problem behind an error that came out of Lua.
func (vm *VM) recall(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	var api *lua.ApiError
	if !errors.As(err, &api) {
		return nil
	}
	if errors.As(api.Cause, &p) {
		return p
	}
	if f, ok := asFailedRun(api.Object); ok {
		return f.problem
	}
	for _, p := range vm.problems {
		if api.Object == lua.LString(p.raised) {
			return p
		}
	}
	return nil
}

// planProblem is what the runtime says of a topology, at the place that it
// names.
func planProblem(err error, places map[string]origin) error {
	var p *problem
	if errors.As(err, &p) {
		return p // of a function that a relay called
	}
	var e *plan.Error
	if !errors.As(err, &e) {
		return err
	}
	message := strings.ReplaceAll(e.Message, e.Word, cut(e.Word, quotedBytes))
	p = &problem{word: e.Word, message: cutWords(message), hint: cutWords(e.Hint)}
	for _, key := range []string{e.Origin, e.Stage, e.Channel} {
		if o, ok := places[key]; ok {
			p.at = o
			break
		}
	}
	return p
}

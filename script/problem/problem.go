package problem

import (
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"weir/runtime/scarce"
	"weir/script/syntax"
)

// Error is an error of the script's on its way through Lua. A stage's travels as JSON.
type Error struct {
	At      Origin
	Word    string `json:",omitempty"` // what the caret points at, where the line has it
	Column  int    `json:",omitempty"` // of the caret inside the word, from 0, if Width is not 0
	Width   int    `json:",omitempty"` // of the caret
	Exact   int    `json:",omitempty"` // the caret's column in its line, from 1, if that is known
	Message string
	Hint    string      `json:",omitempty"` // the way out
	Trace   string      `json:",omitempty"` // the calls in the stage that it comes from, if it is a stage's
	Where   string      `json:"-"`          // what each stage did when weir ended the run
	Why     string      `json:"-"`          // how the run ended that failed: a Why of the runtime's
	Result  *lua.LTable `json:"-"`          // of the run that failed
	raised  string      // what Lua was given, by which Recall knows it again
}

func (p *Error) Error() string {
	text := p.Message
	if p.Hint != "" {
		text += "; " + p.Hint
	}
	if p.At.Chunk != "" {
		text = p.At.String() + ": " + text
	}
	return text
}

// New makes a problem at o.
func New(o Origin, format string, args ...any) *Error {
	p := &Error{At: o, Message: saying(format, args)}
	for _, a := range args {
		if err, ok := a.(error); ok {
			p.Lacking(err)
		}
	}
	return p
}

// Here makes a problem at the line that is running.
func Here(L *lua.LState, format string, args ...any) *Error { return New(Where(L), format, args...) }

// Of makes a problem of an error whose place in the source is known.
func Of(e *syntax.Error) *Error {
	at := Origin{Chunk: e.File, Line: e.Line}
	return &Error{At: at, Exact: e.Column, Width: e.Width, Message: e.Message, Hint: e.Hint}
}

// Lacking adds the way out where an error says that the system has no more of
// something, and has not named it.
func (p *Error) Lacking(err error) {
	if way := scarce.Way(err); way != "" && p.Hint == "" && !strings.Contains(p.Message, way) {
		p.Hint = way
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
			short[i] = Cut(v, QuotedBytes)
		case error:
			short[i] = Cut(v.Error(), causeBytes)
		default:
			short[i] = a
		}
	}
	return fmt.Sprintf(format, short...)
}

// Hinted adds the way out.
func (p *Error) Hinted(format string, args ...any) *Error {
	p.Hint = saying(format, args)
	return p
}

// Pointing sets what the caret points at.
func (p *Error) Pointing(word string) *Error {
	p.Word = word
	return p
}
